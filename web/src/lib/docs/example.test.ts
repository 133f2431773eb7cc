/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { curl, example } from './example.ts';
import { access, type Document, groups } from './openapi.ts';

const doc: Document = JSON.parse(readFileSync('../internal/api/testdata/openapi.json', 'utf8'));
const operations = groups(doc).flatMap((group) => group.operations);
const operation = (id: string) => operations.find((o) => o.operationId === id)!;

describe('an example', () => {
  it('has what must be sent and no more', () => {
    expect(curl(doc, operation('createIdea'), 'http://x')).toBe(
      [
        "curl 'http://x/api/v1/ideas'",
        '-H "X-API-Key: $NEURALREPO_API_KEY"',
        `--json '{"title":"Grow tomatoes on the roof"}'`,
      ].join(' \\\n  '),
    );
    expect(curl(doc, operation('searchIdeas'), 'http://x')).toContain("/ideas/search?q=tomatoes%20roof'");
  });

  it('proves itself as the operation demands', () => {
    expect(curl(doc, operation('login'), 'http://x')).toContain('-c cookies.txt');
    const change = curl(doc, operation('changePassword'), 'http://x');
    expect(change).toContain('-X PATCH');
    expect(change).toContain('-b cookies.txt');
    expect(change).not.toContain('X-API-Key');
    expect(curl(doc, operation('getHealth'), 'http://x')).toBe("curl 'http://x/api/v1/health'");
    for (const o of operations) expect(curl(doc, o, 'http://x').includes('X-API-Key'), o.operationId).toBe(access(o) === 'key');
  });

  it('of a stream does not wait for its end', () => {
    expect(curl(doc, operation('streamEvents'), 'http://x')).toContain('-N');
  });

  it('fills every address and every body', () => {
    for (const o of operations) {
      const body = o.requestBody?.content['application/json']?.schema;
      const text = curl(doc, o, 'http://x');
      expect(text, o.operationId).not.toMatch(/…|undefined|\/\{/);
      if (body) expect(JSON.stringify(example(doc, body)), o.operationId).toMatch(/^\{".+\}$/);
    }
  });

  it('keeps to the values there are', () => {
    expect(example(doc, { $ref: '#/components/schemas/Status' })).toBe('captured');
  });

  it('is one word for the shell, quotes and all', () => {
    const odd = { ...operation('createIdea'), requestBody: { content: { 'application/json': { schema: { examples: ["it's"] } } } } };
    expect(curl(doc, odd, 'http://x')).toContain(`--json '"it'\\''s"'`);
  });
});
