import { expect, test } from 'vitest';
import { boundsOf, centreOn, closestFit, fit, toMap, toScreen, zoomRange } from './camera.ts';
import { breakTitle, Room } from './labels.ts';

test('bounds are those of the chosen ideas that have a place', () => {
  const positions = Float32Array.of(0, 0, 10, -20, NaN, NaN, 500, 500);
  expect(boundsOf(positions, (i) => i !== 3)).toEqual({ left: 0, top: -20, right: 10, bottom: 0 });
  expect(boundsOf(positions, () => false)).toBeNull();
});

test('a fit shows all of a box, in the middle of what is free', () => {
  const box = { left: -1000, top: 0, right: 1000, bottom: 400 };
  const camera = fit(box, 800, 600, { left: 100, bottom: 50 });
  const [left, top] = toScreen(camera, box.left, box.top);
  const [right, bottom] = toScreen(camera, box.right, box.bottom);
  expect(left).toBeGreaterThan(100);
  expect(right).toBeLessThan(800);
  expect((left + right) / 2).toBeCloseTo(450);
  expect((top + bottom) / 2).toBeCloseTo(275);
});

test('a fit comes neither too close nor too far', () => {
  expect(fit({ left: 0, top: 0, right: 0, bottom: 0 }, 800, 600).k).toBe(closestFit);
  expect(fit({ left: 0, top: 0, right: 1e6, bottom: 0 }, 800, 600).k).toBe(zoomRange[0]);
});

test('screen and map are each other backwards', () => {
  const camera = centreOn(7, -3, 2.5, 800, 600);
  expect(toScreen(camera, 7, -3)).toEqual([400, 300]);
  const [x, y] = toMap(camera, ...toScreen(camera, 12, 34));
  expect([x, y].map(Math.round)).toEqual([12, 34]);
});

test('labels get room once', () => {
  const room = new Room(400, 200);
  expect(room.take(100, 100, 80, 16)).toBe(true);
  expect(room.take(150, 104, 80, 16)).toBe(false);
  expect(room.take(200, 100, 80, 16)).toBe(true);
  expect(room.take(-50, -50, 10, 10)).toBe(true);
  expect(room.take(100, 100, 80, 16, true)).toBe(true);
});

test.each([
  ['Short', 22, 2, ['Short']],
  ['Rate limits that tell when to come back', 22, 2, ['Rate limits that tell', 'when to come back']],
  ['Exactly twenty-two let', 22, 2, ['Exactly twenty-two let']],
  ['Let ideas link to code: a scanner for comments', 22, 2, ['Let ideas link to', 'code: a scanner for…']],
  ['Donaudampfschifffahrtsgesellschaft', 10, 2, ['Donaudamp', 'fschifffa…']],
  ['', 10, 2, []],
])('"%s" in lines of %d', (title, most, lines, broken) => {
  expect(breakTitle(title, most, lines)).toEqual(broken);
});
