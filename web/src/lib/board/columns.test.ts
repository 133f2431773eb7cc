import { SHADOW_ITEM_MARKER_PROPERTY_NAME } from 'svelte-dnd-action';
import { describe, expect, test } from 'vitest';
import type { Idea, MapNode, Status } from '../wire.ts';
import { countByStatus, nextCard, restShadow, stepWindow, type Way } from './columns.ts';

function card(number: number, updated: string, status: Status = 'captured', shadow = false): Idea {
  const idea = { number, updated_at: `2026-01-${updated}T00:00:00.000Z`, status } as Idea;
  return shadow ? ({ ...idea, [SHADOW_ITEM_MARKER_PROPERTY_NAME]: true } as Idea) : idea;
}

describe('a dragged card waits', () => {
  const others = [card(1, '09'), card(2, '05'), card(3, '01')];
  const order = (cards: Idea[]) => cards.map((c) => c.number);

  test('at the top of another column', () => {
    expect(order(restShadow([...others, card(4, '03', 'building', true)], 'captured'))).toEqual([4, 1, 2, 3]);
  });
  test('in its old place in its own column', () => {
    expect(order(restShadow([card(4, '03', 'captured', true), ...others], 'captured'))).toEqual([1, 2, 4, 3]);
  });
  test('above an older number that changed at the same time', () => {
    expect(order(restShadow([...others, card(4, '05', 'captured', true)], 'captured'))).toEqual([1, 4, 2, 3]);
    expect(order(restShadow([...others, card(0, '05', 'captured', true)], 'captured'))).toEqual([1, 2, 0, 3]);
  });
  test('nowhere when it is not there', () => {
    expect(order(restShadow(others, 'captured'))).toEqual([1, 2, 3]);
  });
});

test.each([
  [0, 100, 'down', null],
  [0, 101, 'down', 50],
  [50, 151, 'down', 100],
  [100, 200, 'down', null],
  [100, 200, 'up', 50],
  [30, 200, 'up', 0],
  [0, 200, 'up', null],
] as const)('the window at %d of %d goes %s to %s', (start, total, direction, next) => {
  expect(stepWindow(start, total, direction)).toBe(next);
});

test('ideas are counted by status, and by tag', () => {
  const nodes = [
    { status: 'captured', tags: ['a'] },
    { status: 'captured', tags: [] },
    { status: 'shipped', tags: ['a', 'b'] },
  ] as unknown as MapNode[];
  expect(countByStatus(nodes)).toMatchObject({ captured: 2, shipped: 1, building: 0 });
  expect(countByStatus(nodes, 'a')).toMatchObject({ captured: 1, shipped: 1 });
});

test.each<[number, Way, number | undefined]>([
  [2, 'ArrowUp', 1],
  [1, 'ArrowUp', undefined],
  [2, 'ArrowDown', 3],
  [3, 'ArrowDown', undefined],
  [2, 'ArrowRight', 5],
  [3, 'ArrowRight', 5],
  [5, 'ArrowLeft', 2],
  [1, 'ArrowLeft', undefined],
  [2, 'End', 3],
  [2, 'Home', 1],
  [99, 'Home', undefined],
])('from %d %s leads to %s', (from, key, to) => {
  expect(nextCard([[1, 2, 3], [], [4, 5]], from, key)).toBe(to);
});
