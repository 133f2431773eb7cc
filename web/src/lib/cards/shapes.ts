// Where things are drawn on cards. Nothing here knows of the page.
import { forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from 'd3-force';

export interface Point {
  x: number;
  y: number;
}

/** A point on the ray of a criterion: the first one goes up, the others follow clockwise. */
export function onRay(index: number, of: number, radius: number): Point {
  const angle = (index / of) * 2 * Math.PI - Math.PI / 2;
  return { x: round(radius * Math.cos(angle)), y: round(radius * Math.sin(angle)) };
}

/** The outline of values from 0 to 10 on a radar chart with a radius. */
export function outline(values: readonly number[], radius: number): string {
  return values
    .map((value, i) => {
      const { x, y } = onRay(i, values.length, (Math.min(10, Math.max(0, value)) / 10) * radius);
      return `${x},${y}`;
    })
    .join(' ');
}

/** A place that belongs to an idea. */
type Placed = Point & { id: number };

/** Lets a few ideas find their places, on no particular scale. The same ideas and edges give the same places. */
export function settle(ids: readonly number[], edges: readonly { source: number; target: number }[]): Placed[] {
  const known = new Set(ids);
  // The first two lie side by side: boxes are wide.
  const nodes: (SimulationNodeDatum & { id: number })[] = ids.map((id, i) => {
    const { x, y } = onRay(i, ids.length, 90);
    return { id, x: y, y: x };
  });
  const links = edges.filter(({ source, target }) => known.has(source) && known.has(target)).map(({ source, target }) => ({ source, target }));
  forceSimulation(nodes)
    .force('link', forceLink<(typeof nodes)[number], (typeof links)[number]>(links).id(({ id }) => id).distance(90))
    .force('apart', forceManyBody().strength(-260))
    .force('collide', forceCollide(26))
    .force('center', forceCenter(0, 0))
    .force('x', forceX(0).strength(0.05))
    .force('y', forceY(0).strength(0.12))
    .stop()
    .tick(200);
  return nodes.map(({ id, x = 0, y = 0 }) => ({ id, x, y }));
}

/** Moves and scales points, so that they fill a box with room for their names. */
export function fitted(points: readonly Placed[], width: number, height: number): Map<number, Point> {
  const side = 60;
  const top = 32;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const place = (value: number, all: number[], room: number, margin: number) => {
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return high - low < 1 ? room / 2 : margin + ((value - low) / (high - low)) * (room - 2 * margin);
  };
  return new Map(points.map(({ id, x, y }) => [id, { x: round(place(x, xs, width, side)), y: round(place(y, ys, height, top)) }]));
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
