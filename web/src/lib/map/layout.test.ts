import { describe, expect, test } from 'vitest';
import { Layout, seed, type LayoutJob } from './layout.ts';

function job(count: number, links: number[], fields: Partial<LayoutJob> = {}): LayoutJob {
  return {
    positions: new Float32Array(2 * count).fill(NaN),
    pinned: new Uint8Array(count),
    radius: new Float32Array(count).fill(8),
    links: Uint32Array.from(links),
    heat: 1,
    ...fields,
  };
}
function settle(layout: Layout): Float32Array {
  let steps = 0;
  while (layout.step()) expect(++steps).toBeLessThan(1_000);
  return layout.positions();
}
const distance = (p: Float32Array, a: number, b: number) => Math.hypot(p[2 * a]! - p[2 * b]!, p[2 * a + 1]! - p[2 * b + 1]!);

describe('a layout', () => {
  test('comes to rest with related ideas nearer than others', () => {
    const p = settle(new Layout(job(6, [0, 1, 1, 2, 3, 4])));
    expect(p.every(Number.isFinite)).toBe(true);
    expect(distance(p, 0, 1)).toBeLessThan(distance(p, 0, 4));
    expect(distance(p, 0, 5)).toBeGreaterThan(20);
  });

  test('leaves what is pinned or was put where it is', () => {
    const positions = Float32Array.of(10, 20, 30, 20, NaN, NaN);
    const layout = new Layout(job(3, [0, 2], { positions, pinned: Uint8Array.of(1, 1, 0), heat: 0.3 }));
    layout.step();
    layout.place(1, -40, 70);
    const p = settle(layout);
    expect([...p.subarray(0, 4)]).toEqual([10, 20, -40, 70]);
    expect(Number.isFinite(p[4])).toBe(true);
  });
});

describe('ideas without a place', () => {
  test('begin beside those they are related to', () => {
    const p = Float32Array.of(0, 0, 200, 0, NaN, NaN);
    seed(p, Uint32Array.of(2, 1));
    expect(distance(p, 2, 1)).toBeLessThan(50);
  });
  test('or at the rim', () => {
    const p = Float32Array.of(-100, 0, 100, 0, NaN, NaN, NaN, NaN);
    seed(p, new Uint32Array());
    expect(Math.hypot(p[4]!, p[5]!)).toBeGreaterThan(100);
    expect(distance(p, 2, 3)).toBeGreaterThan(20);
  });
  test('wait for the layout when none has one', () => {
    const p = new Float32Array(4).fill(NaN);
    seed(p, Uint32Array.of(0, 1));
    expect([...p]).toEqual([NaN, NaN, NaN, NaN]);
  });
});
