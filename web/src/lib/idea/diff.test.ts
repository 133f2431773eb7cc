import { describe, expect, test } from 'vitest';
import { compare, compareWords, merge } from './diff.ts';

const text = (...lines: string[]) => lines.join('\n');

describe('comparing', () => {
  test('names the lines that only one text has', () => {
    const { mine, theirs } = compare(text('a', 'b', 'c', 'd'), text('a', 'x', 'c', 'd', 'e'));
    expect(mine.filter((l) => l.own).map((l) => l.text)).toEqual(['b']);
    expect(theirs.filter((l) => l.own).map((l) => l.text)).toEqual(['x', 'e']);
    expect(theirs.map((l) => l.text)).toEqual(['a', 'x', 'c', 'd', 'e']);
  });

  test('finds the lines that stayed among those that moved', () => {
    const { mine } = compare(text('a', 'b', 'c', 'a', 'b'), text('b', 'c', 'a'));
    expect(mine.map((l) => l.own)).toEqual([true, false, false, false, true]);
  });

  test('of an empty text is all new', () => {
    expect(compare('', 'a')).toEqual({ mine: [], theirs: [{ text: 'a', own: true }] });
  });

  test('of very long texts that differ gives up between what they have in common', () => {
    const long = (word: string) => text('first', ...Array.from({ length: 3_000 }, (_, i) => `${word} ${i}`), 'last');
    const { mine } = compare(long('a'), long('b'));
    expect(mine.filter((l) => !l.own).map((l) => l.text)).toEqual(['first', 'last']);
  });
});

describe('merging', () => {
  const base = text('one', 'two', 'three', 'four', 'five');
  test.each<[string, string, string, string, boolean]>([
    ['nothing changed', base, base, base, false],
    ['only mine changed', text('one', 'TWO', 'three', 'four', 'five'), base, text('one', 'TWO', 'three', 'four', 'five'), false],
    ['only theirs changed', base, text('one', 'two', 'five'), text('one', 'two', 'five'), false],
    [
      'different lines changed',
      text('ONE', 'two', 'three', 'four', 'five'),
      text('one', 'two', 'three', 'four', 'five', 'six'),
      text('ONE', 'two', 'three', 'four', 'five', 'six'),
      false,
    ],
    [
      'one added, the other removed elsewhere',
      text('zero', 'one', 'two', 'three', 'four', 'five'),
      text('one', 'two', 'three', 'five'),
      text('zero', 'one', 'two', 'three', 'five'),
      false,
    ],
    ['both made the same change', text('one', 'X', 'three', 'four', 'five'), text('one', 'X', 'three', 'four', 'five'), text('one', 'X', 'three', 'four', 'five'), false],
    [
      'the same line changed differently',
      text('one', 'mine', 'three', 'four', 'five'),
      text('one', 'theirs', 'three', 'four', 'five'),
      text('one', 'mine', 'theirs', 'three', 'four', 'five'),
      true,
    ],
    [
      'a line changed that the other removed',
      text('one', 'mine', 'three', 'four', 'five'),
      text('one', 'three', 'four', 'five'),
      text('one', 'mine', 'three', 'four', 'five'),
      true,
    ],
    ['both added at the end', text(base, 'mine'), text(base, 'theirs'), text(base, 'mine', 'theirs'), true],
    ['an empty line was added and another', text('one', '', 'two', 'three', 'four', 'five'), text(base, ''), text('one', '', 'two', 'three', 'four', 'five', ''), false],
  ])('%s', (_, mine, theirs, merged, clash) => {
    expect(merge(base, mine, theirs)).toEqual({ text: merged, clash });
  });

  test('starts from nothing', () => {
    expect(merge('', 'mine', 'theirs')).toEqual({ text: 'mine\ntheirs', clash: true });
  });
});

test('marks the words that only one text has', () => {
  const { mine, theirs } = compareWords('A solar kettle\nfor camping', 'a wind kettle for camping');
  expect(mine).toEqual([
    { text: 'A ', own: false },
    { text: 'solar ', own: true },
    { text: 'kettle\nfor camping', own: false },
  ]);
  expect(theirs.filter((run) => run.own)).toEqual([{ text: 'wind ', own: true }]);
  expect(compareWords('', 'x')).toEqual({ mine: [], theirs: [{ text: 'x', own: true }] });
});
