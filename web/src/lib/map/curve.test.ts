import { expect, test } from 'vitest';
import { arrowHead, control, distanceTo } from './curve.ts';

const straight = { x1: 0, y1: 0, x2: 100, y2: 0, bend: 0 };
const bowed = { ...straight, bend: 0.2 };

test('a straight line is where it is', () => {
  expect(distanceTo(straight, 50, 7)).toBe(7);
  expect(distanceTo(straight, 103, 4)).toBe(5);
  expect(distanceTo({ ...straight, x2: 0 }, 3, 4)).toBe(5);
});

test('a bowed line passes beside the straight one', () => {
  expect(control(bowed)).toEqual([50, 40]);
  // A quadratic curve reaches half as far as its control point.
  expect(distanceTo(bowed, 50, 20)).toBeCloseTo(0);
  expect(distanceTo(bowed, 50, 0)).toBeGreaterThan(15);
});

test('an arrow ends before what it leads to and points at it', () => {
  expect(arrowHead(straight, 10, 6, 3)).toEqual([
    [90, 0],
    [84, 3],
    [84, -3],
  ]);
  const [[, y]] = arrowHead(bowed, 10, 6, 3);
  expect(y).toBeGreaterThan(0);
});
