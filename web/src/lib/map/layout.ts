// Finds a place for every idea: related ones near each other, the others
// apart. It runs in a worker (layout.worker.ts).
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type Simulation,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force';

export interface LayoutJob {
  /** x and y of each idea; NaN where nobody knows. */
  positions: Float32Array;
  /** 1 for ideas that stay where they are. */
  pinned: Uint8Array;
  radius: Float32Array;
  /** The two ends of each relation, as indices. */
  links: Uint32Array;
  /** How much everything is stirred at first: 1 for a layout from nothing. */
  heat: number;
}

/** Collisions cost much; where ideas are that many, nobody sees single ones. */
const mostCollisions = 3_000;

export class Layout {
  #nodes: SimulationNodeDatum[];
  #simulation: Simulation<SimulationNodeDatum, SimulationLinkDatum<SimulationNodeDatum>>;

  constructor({ positions, pinned, radius, links, heat }: LayoutJob) {
    this.#nodes = Array.from(radius, (_, i) => {
      const node: SimulationNodeDatum = {};
      const [x, y] = [positions[2 * i]!, positions[2 * i + 1]!];
      // d3 lays out in a spiral what has no place.
      if (!Number.isNaN(x)) Object.assign(node, { x, y });
      if (pinned[i]) Object.assign(node, { fx: x, fy: y });
      return node;
    });
    const ends = Array.from({ length: links.length / 2 }, (_, i) => ({ source: links[2 * i]!, target: links[2 * i + 1]! }));
    this.#simulation = forceSimulation(this.#nodes)
      .alpha(heat)
      // Ends after about 300 steps from 1, after fewer from less.
      .force('link', forceLink(ends).distance(72))
      // A limit to the distance would show as arcs in large maps.
      .force('charge', forceManyBody().strength(-160).theta(this.#nodes.length > 2_000 ? 1.1 : 0.9))
      .force('x', forceX().strength(0.055))
      .force('y', forceY().strength(0.07))
      .stop();
    if (this.#nodes.length <= mostCollisions) {
      this.#simulation.force('collide', forceCollide<SimulationNodeDatum>((_, i) => radius[i]! + 10).strength(0.7));
    }
  }

  /** Goes one step on and says whether there is another one to go. */
  step(): boolean {
    this.#simulation.tick();
    return this.#simulation.alpha() >= this.#simulation.alphaMin();
  }

  /** A copy of where everything is now. */
  positions(): Float32Array<ArrayBuffer> {
    const positions = new Float32Array(2 * this.#nodes.length);
    for (const [i, node] of this.#nodes.entries()) {
      positions[2 * i] = node.x!;
      positions[2 * i + 1] = node.y!;
    }
    return positions;
  }

  /** Puts an idea somewhere, to stay. */
  place(index: number, x: number, y: number): void {
    const node = this.#nodes[index];
    if (node) Object.assign(node, { x, y, fx: x, fy: y });
  }
}

const golden = Math.PI * (3 - Math.sqrt(5));

/**
 * Gives ideas without a place one to begin at: beside those they are related
 * to, or else at the rim, if there are others with a place at all.
 */
export function seed(positions: Float32Array, links: Uint32Array): void {
  const count = positions.length / 2;
  const placed = (i: number) => !Number.isNaN(positions[2 * i]!);
  const missing = Array.from({ length: count }, (_, i) => i).filter((i) => !placed(i));
  if (missing.length === 0 || missing.length === count) return;

  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    if (!placed(i)) continue;
    left = Math.min(left, positions[2 * i]!);
    right = Math.max(right, positions[2 * i]!);
    top = Math.min(top, positions[2 * i + 1]!);
    bottom = Math.max(bottom, positions[2 * i + 1]!);
  }
  const related = new Map<number, number[]>(missing.map((i) => [i, []]));
  for (let e = 0; e < links.length; e += 2) {
    related.get(links[e]!)?.push(links[e + 1]!);
    related.get(links[e + 1]!)?.push(links[e]!);
  }
  for (const [turn, i] of missing.entries()) {
    const near = related.get(i)!.filter(placed);
    const angle = turn * golden;
    const reach = near.length ? 40 : Math.hypot(right - left, bottom - top) / 2 + 60;
    const x = near.length ? near.reduce((sum, n) => sum + positions[2 * n]!, 0) / near.length : (left + right) / 2;
    const y = near.length ? near.reduce((sum, n) => sum + positions[2 * n + 1]!, 0) / near.length : (top + bottom) / 2;
    positions[2 * i] = x + reach * Math.cos(angle);
    positions[2 * i + 1] = y + reach * Math.sin(angle);
  }
}
