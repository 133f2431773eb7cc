import { expect, test } from 'vitest';
import { fitted, onRay, outline, settle } from './shapes.ts';

const layOut = (ids: number[], edges: { source: number; target: number }[], width: number, height: number) => fitted(settle(ids, edges), width, height);

test('the first criterion goes up, the others follow clockwise', () => {
  expect(onRay(0, 4, 10)).toEqual({ x: 0, y: -10 });
  expect(onRay(1, 4, 10)).toEqual({ x: 10, y: 0 });
  expect(onRay(2, 4, 10)).toEqual({ x: 0, y: 10 });
});

test('scores out of range stay within the chart', () => {
  expect(outline([10, 99, -5, 5], 100)).toBe('0,-100 100,0 0,0 -50,0');
});

test('ideas stay within the box, apart from each other, and where they were', () => {
  const edges = [{ source: 1, target: 2 }, { source: 2, target: 99 }];
  const places = layOut([1, 2, 3], edges, 500, 250);
  expect([...places.keys()]).toEqual([1, 2, 3]);
  for (const { x, y } of places.values()) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(500);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(250);
  }
  expect(new Set([...places.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(3);
  expect(layOut([1, 2, 3], edges, 500, 250)).toEqual(places);
});

test('one idea is in the middle, none is nowhere', () => {
  expect(layOut([7], [], 500, 250)).toEqual(new Map([[7, { x: 250, y: 125 }]]));
  expect(layOut([], [], 500, 250).size).toBe(0);
});

test('two ideas lie side by side', () => {
  const [a, b] = [...layOut([1, 2], [{ source: 1, target: 2 }], 500, 250).values()];
  expect(Math.abs(a!.x - b!.x)).toBeGreaterThan(300);
  expect(a!.y).toBe(b!.y);
});
