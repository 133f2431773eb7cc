import { beforeEach, expect, it } from 'vitest';
import { durations, Effects, type Effect, type Ground, type Place } from './effects.ts';
import type { Palette } from './styles.ts';

const place = (x: number, y: number): Place => ({ x, y, radius: 8, status: 'captured' });
const palette = { accent: 'green', status: { captured: 'grey' } } as Palette;

/** A canvas that notes what is drawn: circles, and where lines end. */
function canvas() {
  const circles: { x: number; y: number; r: number }[] = [];
  const ends: [number, number][] = [];
  const nothing = () => {};
  const ctx = {
    save: nothing, restore: nothing, beginPath: nothing, stroke: nothing, fill: nothing, setLineDash: nothing, moveTo: nothing,
    arc: (x: number, y: number, r: number) => void circles.push({ x, y, r }),
    lineTo: (x: number, y: number) => void ends.push([x, y]),
  };
  return { ctx: ctx as unknown as CanvasRenderingContext2D, circles, ends };
}

let effects: Effects;
let places: Record<number, Place>;
const ground: Ground = { place: (number) => places[number] ?? null, bend: () => 0 };
const draw = (now: number) => {
  const seen = canvas();
  effects.draw(seen.ctx, palette, 1, ground, now);
  return seen;
};

beforeEach(() => {
  effects = new Effects();
  places = { 1: place(0, 0), 2: place(100, 0) };
});

it.each<Effect>([
  { kind: 'pulse', idea: 1 },
  { kind: 'line', from: 1, to: 2 },
  { kind: 'merge', gone: 1, into: 2 },
])('%j is over after its time, or when that is wanted', (effect) => {
  effects.play(effect, 1_000);
  draw(1_000 + durations[effect.kind] - 1);
  expect(effects.playing).toBe(true);
  expect(draw(1_000 + durations[effect.kind]).circles).toEqual([]);
  expect(effects.playing).toBe(false);
  effects.play(effect, 5_000);
  effects.clear();
  expect(effects.playing).toBe(false);
});

it('a pulse grows', () => {
  effects.play({ kind: 'pulse', idea: 2 }, 0);
  const early = Math.max(...draw(200).circles.map(({ r }) => r));
  const late = Math.max(...draw(800).circles.map(({ r }) => r));
  expect(late).toBeGreaterThan(early);
});

it('a line grows from one idea to the other, and follows them', () => {
  effects.play({ kind: 'line', from: 1, to: 2 }, 0);
  const reach = (now: number) => draw(now).ends.at(-1)![0];
  expect(reach(100)).toBeLessThan(reach(500));
  expect(reach(durations.line * 0.9)).toBeCloseTo(100);
  places[2] = place(300, 0);
  expect(reach(durations.line * 0.9)).toBeCloseTo(300);
});

it('an idea flows into the other', () => {
  effects.play({ kind: 'merge', gone: 1, into: 2 }, 0);
  const at = (now: number) => draw(now).circles[0]!.x;
  expect(at(10)).toBeLessThan(at(400));
  expect(draw(durations.merge * 0.85).circles.every(({ x }) => x === 100)).toBe(true);
});

it('what has no place is not drawn', () => {
  places = {};
  for (const effect of [{ kind: 'pulse', idea: 1 }, { kind: 'line', from: 1, to: 2 }, { kind: 'merge', gone: 1, into: 2 }] as const) effects.play(effect, 0);
  const { circles, ends } = draw(300);
  expect([circles, ends]).toEqual([[], []]);
});
