// What moves on the map for a moment: an idea pulses in, a relation draws
// itself, an idea flows into another. They are drawn over the map and change
// nothing of it, so that they can end at any time.
import { control, type Curve } from './curve.ts';
import { ease } from './flight.ts';
import type { Palette } from './styles.ts';
import type { Status } from '../wire.ts';

/** Where an idea is, or was last. */
export interface Place {
  x: number;
  y: number;
  radius: number;
  status: Status;
}

/** By the numbers of ideas, as their indices change while it goes on. */
export type Effect =
  | { kind: 'pulse'; idea: number }
  | { kind: 'line'; from: number; to: number }
  | { kind: 'merge'; gone: number; into: number };

/** What effects know of the map. */
export interface Ground {
  place: (number: number) => Place | null;
  /** How far the relation of two ideas bows. */
  bend: (from: number, to: number) => number;
}

/** How long each takes, in milliseconds. */
export const durations: Record<Effect['kind'], number> = { pulse: 1_600, line: 1_400, merge: 1_200 };
/** Of a line: after that part it is whole, and fades. */
const drawn = 0.65;
const rings = 2;
const steps = 28;

export class Effects {
  #playing: { effect: Effect; start: number }[] = [];

  get playing(): boolean {
    return this.#playing.length > 0;
  }

  play(effect: Effect, now: number): void {
    this.#playing.push({ effect, start: now });
  }

  clear(): void {
    this.#playing = [];
  }

  /** Draws what goes on now, on a canvas that is transformed to the map, and forgets what is over. */
  draw(ctx: CanvasRenderingContext2D, palette: Palette, k: number, ground: Ground, now: number): void {
    this.#playing = this.#playing.filter(({ effect, start }) => now - start < durations[effect.kind]);
    for (const { effect, start } of this.#playing) {
      const part = Math.max(0, (now - start) / durations[effect.kind]);
      ctx.save();
      switch (effect.kind) {
        case 'pulse':
          pulse(ctx, palette, k, ground.place(effect.idea), part);
          break;
        case 'line':
          line(ctx, palette, k, ground.place(effect.from), ground.place(effect.to), ground.bend(effect.from, effect.to), part);
          break;
        case 'merge':
          merge(ctx, palette, k, ground.place(effect.gone), ground.place(effect.into), part);
          break;
      }
      ctx.restore();
    }
  }
}

/** Rings that grow and fade, one behind the other. */
function pulse(ctx: CanvasRenderingContext2D, palette: Palette, k: number, place: Place | null, part: number): void {
  if (!place) return;
  ctx.strokeStyle = palette.accent;
  for (let ring = 0; ring < rings; ring++) {
    const t = part * (1 + (rings - 1) * 0.35) - ring * 0.35;
    if (t <= 0 || t >= 1) continue;
    ctx.globalAlpha = 1 - t;
    ctx.lineWidth = (4 - 3 * t) / k;
    ctx.beginPath();
    ctx.arc(place.x, place.y, place.radius + (44 * ease(t)) / k, 0, 2 * Math.PI);
    ctx.stroke();
  }
}

/** A relation that grows from one idea to the other. */
function line(ctx: CanvasRenderingContext2D, palette: Palette, k: number, from: Place | null, to: Place | null, bend: number, part: number): void {
  if (!from || !to) return;
  const far = Math.min(1, ease(Math.min(1, part / drawn)));
  const curve: Curve = { x1: from.x, y1: from.y, x2: to.x, y2: to.y, bend };
  const [cx, cy] = bend ? control(curve) : [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const at = (t: number): [number, number] => [
    (1 - t) ** 2 * from.x + 2 * (1 - t) * t * cx + t ** 2 * to.x,
    (1 - t) ** 2 * from.y + 2 * (1 - t) * t * cy + t ** 2 * to.y,
  ];
  ctx.globalAlpha = part > drawn ? 1 - (part - drawn) / (1 - drawn) : 1;
  ctx.strokeStyle = palette.accent;
  ctx.lineWidth = 3 / k;
  ctx.lineCap = 'round';
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(from.x, from.y);
  for (let step = 1; step <= steps; step++) ctx.lineTo(...at((far * step) / steps));
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(...at(far), 4 / k, 0, 2 * Math.PI);
  ctx.fillStyle = palette.accent;
  ctx.fill();
}

/** An idea that flows into another, which swells when it arrives. */
function merge(ctx: CanvasRenderingContext2D, palette: Palette, k: number, gone: Place | null, into: Place | null, part: number): void {
  if (!into) return;
  const arrived = 0.7;
  if (part < arrived && gone) {
    const t = ease(part / arrived);
    ctx.globalAlpha = 1 - 0.4 * t;
    ctx.beginPath();
    ctx.arc(gone.x + t * (into.x - gone.x), gone.y + t * (into.y - gone.y), Math.max(gone.radius * (1 - 0.5 * t), 2 / k), 0, 2 * Math.PI);
    ctx.fillStyle = palette.status[gone.status];
    ctx.fill();
    return;
  }
  pulse(ctx, palette, k, into, (part - arrived) / (1 - arrived));
}
