import { expect, test } from 'vitest';
import { fuzzy } from './fuzzy.ts';

test('finds letters in order', () => {
  expect(fuzzy('gbo', 'Go to Board')).toBeGreaterThan(0);
  expect(fuzzy('obg', 'Go to Board')).toBe(0);
});

test('prefers the beginnings of words', () => {
  expect(fuzzy('map', 'Go to Map')).toBeGreaterThan(fuzzy('map', 'Compare all replies'));
});

test('prefers the shorter of two texts that answer alike', () => {
  expect(fuzzy('set', 'Settings')).toBeGreaterThan(fuzzy('set', 'Settings of the account'));
});
