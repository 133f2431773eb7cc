/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { curl, type Document, example, fields, groups, limits, open, typeName, wanted } from './openapi.ts';

const doc: Document = JSON.parse(readFileSync('../internal/api/testdata/openapi.json', 'utf8'));
const operations = groups(doc).flatMap((group) => group.operations);
const operation = (id: string) => operations.find((o) => o.operationId === id)!;

describe('the reference', () => {
  it('has every operation once, by tag', () => {
    const all = Object.values(doc.paths).flatMap((item) => Object.values(item).map((o) => o.operationId));
    expect(operations.map((o) => o.operationId).sort()).toEqual(all.sort());
    expect(groups(doc)[0]!.name).toBe('Ideas');
  });

  it('finds operations by all of some words', () => {
    const found = (words: string) => operations.filter((o) => wanted(o, words)).map((o) => o.operationId);
    expect(found('patch bulk')).toHaveLength(1);
    expect(found('no such thing')).toEqual([]);
    expect(found('')).toHaveLength(operations.length);
  });

  it('shows the fields of a body with what they may be', () => {
    const body = operation('createIdea').requestBody!.content['application/json']!.schema!;
    const title = fields(doc, body).find((field) => field.name === 'title')!;
    expect(title).toMatchObject({ type: 'string', required: true, depth: 0 });
    expect(title.text).toContain('1 to 200 characters');
  });

  it('shows fields within fields', () => {
    const answer = operation('createIdea').responses['201']!.content!['application/json']!.schema!;
    expect(fields(doc, answer)).toContainEqual(expect.objectContaining({ name: 'link_type', depth: 1 }));
  });

  it('names types and limits in words', () => {
    expect(typeName({ type: ['string', 'null'] })).toBe('string or null');
    expect(typeName({ type: 'array', items: { $ref: '#/components/schemas/Idea' } })).toBe('Idea[]');
    expect(typeName({ anyOf: [{ $ref: '#/components/schemas/Status' }, { type: 'null' }] })).toBe('Status or null');
    expect(limits({ minimum: 1, maximum: 100, default: 20 })).toBe('1 to 100; 20 if left out');
    expect(limits({ maxLength: 500 })).toBe('at most 500 characters');
  });

  it('gives a command that sends what must be sent', () => {
    const text = curl(doc, operation('createIdea'), 'http://x');
    expect(text).toContain("curl 'http://x/api/v1/ideas'");
    expect(text).toContain('X-API-Key');
    expect(text).toContain('"title":');
    expect(curl(doc, operations.find(open)!, 'http://x')).not.toContain('X-API-Key');
  });

  it('makes an example of every body', () => {
    for (const o of operations) {
      const body = o.requestBody?.content['application/json']?.schema;
      if (body) expect(JSON.stringify(example(doc, body)), o.operationId).not.toBe('null');
    }
  });
});
