import { describe, expect, test } from 'vitest';
import { completeTags, normalizeTag } from './tags.ts';

describe('normalizeTag', () => {
  test.each([
    ['Local First', 'local-first'],
    ['  #UI ', 'ui'],
    ['snake_case', 'snake-case'],
    ['c++', 'c++'],
    ['C#', 'c#'],
    ['Node.js', 'node.js'],
    ['r&d', 'r&d'],
    ['a—b', 'a-b'],
    ['Zürich', 'zürich'],
    ['ｗｉｄｅ', 'wide'],
    ['!!!', ''],
    ['-x-', 'x'],
    ['x'.repeat(60), 'x'.repeat(50)],
  ])('%s', (text, want) => expect(normalizeTag(text)).toBe(want));

  test('leaves alone what it made', () => {
    for (const text of ['Local First', 'C#', '..a..', '日本 語']) {
      expect(normalizeTag(normalizeTag(text))).toBe(normalizeTag(text));
    }
  });
});

describe('completeTags', () => {
  const all = [
    { name: 'go', idea_count: 3 },
    { name: 'golf', idea_count: 9 },
    { name: 'lets-go', idea_count: 5 },
    { name: 'mango', idea_count: 7 },
    { name: 'sql', idea_count: 1 },
  ];
  const names = (typed: string, taken: string[] = [], most?: number) =>
    completeTags(all, typed, taken, most).map((tag) => tag.name);

  test('puts beginnings first, then beginnings of parts, then the rest; more used before less', () => {
    expect(names('go')).toEqual(['golf', 'go', 'lets-go', 'mango']);
  });
  test('reads what is typed as the server would', () => expect(names('#Lets G')).toEqual(['lets-go']));
  test('leaves out what is taken', () => expect(names('go', ['golf', 'mango'])).toEqual(['go', 'lets-go']));
  test('offers the most used when nothing is typed', () => expect(names('', [], 2)).toEqual(['golf', 'mango']));
  test('offers nothing that does not fit', () => expect(names('zebra')).toEqual([]));
});
