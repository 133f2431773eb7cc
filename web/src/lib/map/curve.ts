// The line of a relation, straight or bowed, and what is measured on it.
import type { Box } from './camera.ts';

export interface Curve {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** How far it bows to its left, as a part of its length. */
  bend: number;
}

type Point = [number, number];

/** The point towards which it bows, as a quadratic curve has one. */
export function control({ x1, y1, x2, y2, bend }: Curve): Point {
  return [(x1 + x2) / 2 - bend * 2 * (y2 - y1), (y1 + y2) / 2 + bend * 2 * (x2 - x1)];
}

/** The corners of an arrow's head: its point a gap before the end, then the two at its back. */
export function arrowHead(curve: Curve, gap: number, long: number, wide: number): [Point, Point, Point] {
  const { x1, y1, x2, y2, bend } = curve;
  const [fx, fy] = bend ? control(curve) : [x1, y1];
  const length = Math.hypot(x2 - fx, y2 - fy) || 1;
  const [ux, uy] = [(x2 - fx) / length, (y2 - fy) / length];
  const [px, py] = [x2 - ux * gap, y2 - uy * gap];
  const [bx, by] = [px - ux * long, py - uy * long];
  return [
    [px, py],
    [bx - uy * wide, by + ux * wide],
    [bx + uy * wide, by - ux * wide],
  ];
}

/** How far a point is from it. */
export function distanceTo(curve: Curve, x: number, y: number): number {
  const { x1, y1, x2, y2, bend } = curve;
  if (!bend) return toSegment(x, y, [x1, y1], [x2, y2]);
  const [cx, cy] = control(curve);
  const at = (t: number): Point => [
    (1 - t) ** 2 * x1 + 2 * t * (1 - t) * cx + t * t * x2,
    (1 - t) ** 2 * y1 + 2 * t * (1 - t) * cy + t * t * y2,
  ];
  let nearest = Infinity;
  for (let i = 0; i < 8; i++) nearest = Math.min(nearest, toSegment(x, y, at(i / 8), at((i + 1) / 8)));
  return nearest;
}

function toSegment(x: number, y: number, [x1, y1]: Point, [x2, y2]: Point): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const t = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
}

/** Whether a part of it is seen in a box. Of a bowed one only its ends are looked at. */
export function crosses({ x1, y1, x2, y2, bend }: Curve, { left, top, right, bottom }: Box): boolean {
  if ((x1 < left && x2 < left) || (x1 > right && x2 > right) || (y1 < top && y2 < top) || (y1 > bottom && y2 > bottom)) return false;
  if (bend) return true;
  // All corners on one side of the line: it passes by.
  const side = (x: number, y: number) => (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
  const corners = [side(left, top), side(right, top), side(left, bottom), side(right, bottom)];
  return !(corners.every((s) => s > 0) || corners.every((s) => s < 0));
}
