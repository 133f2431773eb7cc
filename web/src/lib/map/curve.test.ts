import { expect, test } from 'vitest';
import { arrowHead, control, crosses, distanceTo } from './curve.ts';

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

test('a straight line crosses a box if a point of it is inside', () => {
  const box = { left: -10, top: -20, right: 30, bottom: 25 };
  let seed = 7;
  const random = () => ((seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31 - 0.5) * 160;
  const counts = { yes: 0, no: 0 };
  for (let n = 0; n < 2_000; n++) {
    const line = { x1: random(), y1: random(), x2: random(), y2: random(), bend: 0 };
    const inside = Array.from({ length: 401 }, (_, i) => i / 400).some((t) => {
      const [x, y] = [line.x1 + t * (line.x2 - line.x1), line.y1 + t * (line.y2 - line.y1)];
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });
    const found = crosses(line, box);
    if (inside) expect(found).toBe(true);
    // What only grazes a corner may lie between two of the points.
    if (found && !inside) counts.no++;
    if (found) counts.yes++;
  }
  expect(counts.yes).toBeGreaterThan(300);
  expect(counts.no).toBeLessThan(10);
});
