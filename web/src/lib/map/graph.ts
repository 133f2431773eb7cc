// The map as numbers: ideas and relations by index, which is how they are laid
// out and drawn.
import type { MapEdge, MapNode, RelationType } from '../wire.ts';

export interface Edge {
  id: number;
  /** The indices of the ideas it goes out from and leads to. */
  from: number;
  to: number;
  type: RelationType;
  note: string | null;
  score: number | null;
  /** How far it bows to its left, as a part of its length: 0 unless several join the same two ideas. */
  bend: number;
}

export interface Graph {
  nodes: readonly MapNode[];
  /** The index of an idea by its number. */
  index: ReadonlyMap<number, number>;
  edges: readonly Edge[];
  /** The edges of each idea, as indices. */
  touching: readonly (readonly number[])[];
  /** The size of each idea on the map, which grows with its relations. */
  radius: Float32Array;
}

const smallest = 6;
const largest = 16;

/** Relations of ideas that are not there are left out. */
export function buildGraph(ideas: Iterable<MapNode>, relations: Iterable<MapEdge>): Graph {
  const nodes = [...ideas];
  const index = new Map(nodes.map((node, i) => [node.number, i]));
  const touching: number[][] = nodes.map(() => []);
  const edges: Edge[] = [];
  const between = new Map<string, number[]>();
  for (const { id, source, target, relation_type, note, score } of relations) {
    const from = index.get(source);
    const to = index.get(target);
    if (from === undefined || to === undefined || from === to) continue;
    const at = edges.push({ id, from, to, type: relation_type, note, score, bend: 0 }) - 1;
    touching[from]!.push(at);
    touching[to]!.push(at);
    const pair = `${Math.min(from, to)} ${Math.max(from, to)}`;
    const bundle = between.get(pair);
    if (bundle) bundle.push(at);
    else between.set(pair, [at]);
  }
  for (const bundle of between.values()) {
    if (bundle.length > 1) fanOut(bundle.map((at) => edges[at]!));
  }
  const radius = Float32Array.from(touching, (own) => Math.min(largest, smallest + 2 * Math.sqrt(own.length)));
  return { nodes, index, edges, touching, radius };
}

/** Bows the relations of the same two ideas apart. */
function fanOut(bundle: Edge[]): void {
  for (const [i, edge] of bundle.entries()) {
    const side = i - (bundle.length - 1) / 2;
    edge.bend = 0.18 * side * (edge.from < edge.to ? 1 : -1);
  }
}

/** The idea at the other end. */
export function otherEnd(edge: Edge, index: number): number {
  return edge.from === index ? edge.to : edge.from;
}

/** An idea and those that at most so many relations part from it. Only edges that pass are gone along. */
export function around(graph: Graph, index: number, depth: number, passes: (edge: Edge) => boolean = () => true): Set<number> {
  const found = new Set([index]);
  let rim = [index];
  for (let step = 0; step < depth && rim.length > 0; step++) {
    const next: number[] = [];
    for (const here of rim) {
      for (const at of graph.touching[here]!) {
        const edge = graph.edges[at]!;
        const there = otherEnd(edge, here);
        if (found.has(there) || !passes(edge)) continue;
        found.add(there);
        next.push(there);
      }
    }
    rim = next;
  }
  return found;
}

/** Whether two graphs have the same ideas and relations in the same places, whatever their titles are now. */
export function sameShape(a: Graph, b: Graph): boolean {
  return (
    a.nodes.length === b.nodes.length &&
    a.edges.length === b.edges.length &&
    a.nodes.every((node, i) => node.number === b.nodes[i]!.number) &&
    a.edges.every((edge, i) => edge.from === b.edges[i]!.from && edge.to === b.edges[i]!.to)
  );
}
