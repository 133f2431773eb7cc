/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { access, type Document, fields, groups, limits, typeName, wanted } from './openapi.ts';

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
    expect(found('if-match')).toEqual(['updateIdea']);
    expect(found('no such thing')).toEqual([]);
    expect(found('')).toHaveLength(operations.length);
  });

  it('shows the fields of a body with what they may be', () => {
    const body = operation('createIdea').requestBody!.content['application/json']!.schema!;
    const title = fields(doc, body).find((field) => field.name === 'title')!;
    expect(title).toMatchObject({ type: 'string', required: true, depth: 0 });
    expect(title.limits).toBe('1 to 200 characters');
    const status = fields(doc, body).find((field) => field.name === 'status')!;
    expect(status.values).toEqual(doc.components.schemas.Status!.enum);
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
    expect(limits({ maxLength: 50_000 })).toBe('at most 50,000 characters');
  });

  it('looks into what may be null', () => {
    const rows = fields(doc, { $ref: '#/components/schemas/SessionState' });
    expect(rows.find((field) => field.name === 'user')!.text).toContain('null if nobody');
    expect(rows).toContainEqual(expect.objectContaining({ name: 'email', depth: 1 }));
  });

  it('has what is required first', () => {
    const order = fields(doc, { $ref: '#/components/schemas/NewIdea' }).map((field) => field.required);
    expect(order).toEqual(order.toSorted((a, b) => Number(b) - Number(a)));
  });

  it.each([
    ['login', 'anybody'],
    ['listIdeas', 'key'],
    ['getUser', 'key'],
    ['changePassword', 'session'],
  ])('says what %s lets in', (id, by) => expect(access(operation(id))).toBe(by));
});
