// What of the map is shown, and what a search finds on it.
import type { RelationType, Status } from '../wire.ts';
import { relationWords, statuses } from '../words.ts';
import { around, type Edge, type Graph } from './graph.ts';

export const relationTypes = Object.keys(relationWords) as RelationType[];

export interface MapFilter {
  /** What is hidden. */
  statuses: ReadonlySet<Status>;
  types: ReadonlySet<RelationType>;
  /** Only ideas with this tag, unless it is empty. */
  tag: string;
  /** Hides ideas to which no shown relation leads. */
  linked: boolean;
  /** Only what so many relations part from this idea. */
  near: { number: number; depth: number } | null;
}

export interface Shown {
  /** 1 for what is shown, by index. */
  nodes: Uint8Array;
  edges: Uint8Array;
  nodeCount: number;
  edgeCount: number;
}

/** Reads a filter from the address: "hide" lists statuses and relation types. */
export function readFilter(query: URLSearchParams): MapFilter {
  const hidden = (query.get('hide') ?? '').split(',');
  const number = Number(query.get('idea'));
  const depth = Number(query.get('depth'));
  return {
    statuses: new Set(statuses.filter((status) => hidden.includes(status))),
    types: new Set(relationTypes.filter((type) => hidden.includes(type))),
    tag: query.get('tag') ?? '',
    linked: query.get('linked') === '1',
    near: number > 0 && [1, 2, 3].includes(depth) ? { number, depth } : null,
  };
}

/** The "hide" of an address with one status or type turned the other way. */
export function toggleHidden(filter: MapFilter, name: Status | RelationType): string | null {
  const hidden = new Set<string>([...filter.statuses, ...filter.types]);
  if (!hidden.delete(name)) hidden.add(name);
  return [...hidden].join(',') || null;
}

/** Whether a filter hides anything. */
export function isOpen(filter: MapFilter): boolean {
  return filter.statuses.size + filter.types.size === 0 && !filter.tag && !filter.linked && !filter.near;
}

export function choose(graph: Graph, filter: MapFilter): Shown {
  const nodes = Uint8Array.from(graph.nodes, (node) =>
    !filter.statuses.has(node.status) && (!filter.tag || node.tags.includes(filter.tag)) ? 1 : 0,
  );
  const passes = (edge: Edge) => !filter.types.has(edge.type) && nodes[edge.from] === 1 && nodes[edge.to] === 1;
  const centre = filter.near ? graph.index.get(filter.near.number) : undefined;
  if (centre !== undefined && filter.near) {
    const near = around(graph, centre, filter.near.depth, passes);
    for (let i = 0; i < nodes.length; i++) if (!near.has(i)) nodes[i] = 0;
    nodes[centre] = 1; // the idea that was asked for is there whatever else is hidden
  }
  if (filter.linked) {
    const linked = new Set(graph.edges.filter(passes).flatMap((edge) => [edge.from, edge.to]));
    for (let i = 0; i < nodes.length; i++) if (!linked.has(i) && i !== centre) nodes[i] = 0;
  }
  const edges = Uint8Array.from(graph.edges, (edge) => (passes(edge) ? 1 : 0));
  const count = (marks: Uint8Array) => marks.reduce((sum, mark) => sum + mark, 0);
  return { nodes, edges, nodeCount: count(nodes), edgeCount: count(edges) };
}

const marks = /\p{M}/gu;
function plain(text: string): string {
  return text.normalize('NFKD').replace(marks, '').toLowerCase();
}

/**
 * The shown ideas in whose title or tags every word is found, as indices:
 * first the one with that number, then those whose title begins so, then the
 * others, newest first.
 */
export function search(graph: Graph, shown: Shown, text: string): number[] {
  const wanted = plain(text.trim());
  if (!wanted) return [];
  const number = Number(/^#?(\d+)$/.exec(wanted)?.[1] ?? 0);
  const words = wanted.split(/\s+/);
  const found: { index: number; rank: number }[] = [];
  for (const [index, node] of graph.nodes.entries()) {
    if (!shown.nodes[index]) continue;
    const title = plain(node.title);
    const all = `${title} ${plain(node.tags.join(' '))}`;
    if (node.number === number) found.push({ index, rank: 0 });
    else if (words.every((word) => all.includes(word))) found.push({ index, rank: title.startsWith(wanted) ? 1 : 2 });
  }
  return found
    .sort((a, b) => a.rank - b.rank || graph.nodes[b.index]!.number - graph.nodes[a.index]!.number)
    .map((hit) => hit.index);
}
