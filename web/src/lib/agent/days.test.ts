import { expect, test } from 'vitest';
import { byDay } from './days.ts';
import type { ConversationBrief } from './wire.ts';

const at = (id: string, updated_at: Date): ConversationBrief => ({
  id,
  title: id,
  model: '',
  mode: 'canvas',
  idea_id: null,
  created_at: '',
  updated_at: updated_at.toISOString(),
  running: false,
});

test('conversations are grouped by day', () => {
  const now = new Date(2026, 10, 27, 9);
  const all = [
    at('a', new Date(2026, 10, 27, 8)),
    at('b', new Date(2026, 10, 27, 0, 1)),
    at('c', new Date(2026, 10, 26, 23, 59)),
    at('d', new Date(2026, 10, 22)),
    at('e', new Date(2026, 10, 3)),
    at('f', new Date(2026, 8, 3)),
  ];
  expect(byDay(all, now.getTime()).map(({ day, all }) => [day, all.map(({ id }) => id).join('')])).toEqual([
    ['Today', 'ab'],
    ['Yesterday', 'c'],
    ['This week', 'd'],
    ['This month', 'e'],
    ['September 2026', 'f'],
  ]);
});
