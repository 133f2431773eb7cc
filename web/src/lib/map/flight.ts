// The way of the camera from one view to another: its middle and the
// logarithm of its zoom move evenly, slow at both ends.
import { centreOn, toMap, type Camera } from './camera.ts';

/** How long a flight takes, in milliseconds. */
export const flightTime = 700;

/** The camera at a part of the way, from 0 to 1. */
export function between(from: Camera, to: Camera, width: number, height: number, part: number): Camera {
  if (part >= 1) return to;
  const t = ease(Math.max(0, part));
  const [x1, y1] = toMap(from, width / 2, height / 2);
  const [x2, y2] = toMap(to, width / 2, height / 2);
  const k = Math.exp(Math.log(from.k) + t * (Math.log(to.k) - Math.log(from.k)));
  return centreOn(x1 + t * (x2 - x1), y1 + t * (y2 - y1), k, width, height);
}

/** Slow, fast, slow. */
export function ease(t: number): number {
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}
