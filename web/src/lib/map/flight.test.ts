import { expect, it } from 'vitest';
import { toMap } from './camera.ts';
import { between, ease } from './flight.ts';

const [width, height] = [800, 600];
const from = { x: 400, y: 300, k: 0.5 };
const to = { x: -300, y: 120, k: 2 };

it('begins where it is and ends where it is going', () => {
  const first = between(from, to, width, height, 0);
  expect(first.x).toBeCloseTo(from.x);
  expect(first.y).toBeCloseTo(from.y);
  expect(first.k).toBeCloseTo(from.k);
  expect(between(from, to, width, height, 1)).toEqual(to);
  expect(between(from, to, width, height, 7)).toEqual(to);
});

it('goes there without a detour', () => {
  const [start] = toMap(from, width / 2, height / 2);
  const [end] = toMap(to, width / 2, height / 2);
  let before = { at: start, k: from.k };
  for (let part = 0.1; part <= 1; part += 0.1) {
    const camera = between(from, to, width, height, part);
    const [at] = toMap(camera, width / 2, height / 2);
    expect(Math.abs(at - end)).toBeLessThanOrEqual(Math.abs(before.at - end) + 1e-9);
    expect(camera.k).toBeGreaterThanOrEqual(before.k);
    before = { at, k: camera.k };
  }
});

it('is slow at both ends', () => {
  expect([ease(0), ease(0.5), ease(1)]).toEqual([0, 0.5, 1]);
  expect(ease(0.1)).toBeLessThan(0.05);
  expect(ease(0.9)).toBeGreaterThan(0.95);
});
