import { describe, expect, test } from 'vitest';
import { readPartial } from './partial.ts';

describe('JSON that is being written', () => {
  test.each<[string, unknown]>([
    ['', undefined],
    ['{', {}],
    ['{"qu', {}],
    ['{"query"', {}],
    ['{"query":', {}],
    ['{"query": "rain', { query: 'rain' }],
    ['{"query": "a \\', { query: 'a ' }],
    ['{"query": "a \\u00', { query: 'a ' }],
    ['{"query": "a\\"b', { query: 'a"b' }],
    ['{"query": "rain", "limit": 1', { query: 'rain' }],
    ['{"query": "rain", "limit": 10,', { query: 'rain', limit: 10 }],
    ['{"tags": ["a", "b', { tags: ['a', 'b'] }],
    ['{"a": {"b": [1, 2', { a: { b: [1] } }],
    ['{"a": tr', {}],
    ['{"a": true}', { a: true }],
    ['{"a": 1]', undefined],
    ['{"id": 12}', { id: 12 }],
  ])('%s', (text, want) => expect(readPartial(text)).toEqual(want));

  test('any beginning of a text can be read', () => {
    const whole = JSON.stringify({ title: 'Ä "quoted" \\ 🐝', body: 'x\ny', tags: ['a', 'b'], deep: [{ n: 1.5, ok: false, no: null }, []] });
    for (let end = 1; end <= whole.length; end++) expect(typeof readPartial(whole.slice(0, end)), whole.slice(0, end)).toBe('object');
    expect(readPartial(whole)).toEqual(JSON.parse(whole));
  });
});
