import { describe, expect, test } from 'vitest';
import { argumentsOf, gist, ideasOf, outputText, wordsOf } from './tools.ts';

describe('calls of tools', () => {
  test.each<[unknown, string]>([
    [{ query: 'rain  barrel', limit: 10 }, '“rain barrel”'],
    [{ id: 12 }, '#12'],
    [{ source_id: 3, target_id: 4, type: 'blocks' }, '#3, #4'],
    [{ id: 12, title: 'New' }, '#12 “New”'],
    [{ ids: [1, 2, 3, 4, 5] }, '#1, #2, #3 and 2 more'],
    [{ idea_id: 7, kind: 'prd' }, '#7 prd'],
    [{ limit: 3 }, ''],
    [undefined, ''],
    ['x', ''],
    [{ title: 'x'.repeat(90) }, `“${'x'.repeat(47)}…”`],
  ])('%j is about %s', (input, want) => expect(gist(input)).toBe(want));

  test('arguments can be read', () => {
    expect(argumentsOf({ id: 12, add_tags: ['a', 'b'], body: 'one\ntwo', note: '', deep: { a: 1 }, sure: true, ids: [1, 2] })).toEqual([
      { name: 'Id', value: '#12', long: false },
      { name: 'Add tags', value: 'a, b', long: false },
      { name: 'Body', value: 'one\ntwo', long: true },
      { name: 'Deep', value: '{\n  "a": 1\n}', long: true },
      { name: 'Sure', value: 'yes', long: false },
      { name: 'Ids', value: '#1, #2', long: false },
    ]);
    expect(ideasOf({ survivor: 3, absorbed: 4, limit: 9 })).toEqual([3, 4]);
  });

  test('outputs, and tools that are not known', () => {
    expect([outputText({ text: 'two' }), outputText('one'), outputText(undefined), outputText({ n: 1 })]).toEqual(['two', 'one', '', '{\n  "n": 1\n}']);
    expect(wordsOf('water_plants').done).toBe('Water plants');
    expect(wordsOf('water_plants', 'Water the plants').wants).toBe('water the plants');
  });
});
