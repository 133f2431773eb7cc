import { describe, expect, test } from 'vitest';
import type { MapEdge, MapNode, RelationType, Status } from '../wire.ts';
import { choose, isOpen, readFilter, search, toggleHidden } from './filter.ts';
import { around, buildGraph, sameShape } from './graph.ts';

function node(number: number, fields: Partial<MapNode> = {}): MapNode {
  return { id: number, number, title: `Idea ${number}`, status: 'captured', tags: [], x: null, y: null, ...fields };
}
let edges = 0;
function edge(source: number, target: number, relation_type: RelationType = 'related'): MapEdge {
  return { id: ++edges, source, target, relation_type, note: null, score: null };
}

/** 1 – 2 – 3 – 4 in a row, 5 alone. */
const nodes = [
  node(1, { tags: ['garden'], title: 'Grow tomatoes' }),
  node(2, { status: 'building', title: 'Collect rain water', tags: ['garden'] }),
  node(3, { title: 'Water the tomatoes at night' }),
  node(4, { status: 'shipped' }),
  node(5, { title: 'Café on the roof', status: 'shelved' }),
];
const row = buildGraph(nodes, [edge(1, 2), edge(2, 3, 'blocks'), edge(3, 4, 'parent')]);
const everything = choose(row, readFilter(new URLSearchParams()));
const numbers = (indices: Iterable<number>) => [...indices].map((i) => row.nodes[i]!.number);

describe('a graph', () => {
  test('leaves out relations of ideas that are not there', () => {
    expect(buildGraph([node(1)], [edge(1, 2), edge(1, 1)]).edges).toEqual([]);
  });

  test('bows apart what joins the same two ideas, whichever way it goes', () => {
    const { edges: bows } = buildGraph([node(1), node(2), node(3)], [edge(1, 2), edge(2, 1, 'blocks'), edge(2, 3)]);
    expect(bows[2]!.bend).toBe(0);
    // To the left of one and of the other, which run against each other.
    expect(bows[0]!.bend).toBeCloseTo(bows[1]!.bend);
    expect(bows[0]!.bend).not.toBe(0);
  });

  test('draws the better connected larger', () => {
    expect(row.radius[1]).toBeGreaterThan(row.radius[0]!);
    expect(row.radius[0]).toBeGreaterThan(row.radius[4]!);
  });

  test.each([
    [0, [2]],
    [1, [1, 2, 3]],
    [2, [1, 2, 3, 4]],
    [9, [1, 2, 3, 4]],
  ])('has a neighbourhood of depth %d', (depth, found) => {
    expect(numbers(around(row, 1, depth)).sort()).toEqual(found);
  });

  test('has the same shape with another title, and another one with another relation', () => {
    const renamed = buildGraph([node(1), node(2)], [edge(1, 2)]);
    expect(sameShape(renamed, buildGraph([node(1, { title: 'New' }), node(2)], [edge(1, 2, 'blocks')]))).toBe(true);
    expect(sameShape(renamed, buildGraph([node(1), node(2)], [edge(2, 1)]))).toBe(false);
    expect(sameShape(renamed, buildGraph([node(1), node(3)], [edge(1, 3)]))).toBe(false);
  });
});

describe('a filter', () => {
  const shown = (query: string) => {
    const { nodes: marks, edgeCount } = choose(row, readFilter(new URLSearchParams(query)));
    return [numbers([...marks.keys()].filter((i) => marks[i])), edgeCount];
  };
  test.each([
    ['', [1, 2, 3, 4, 5], 3],
    ['hide=building', [1, 3, 4, 5], 1],
    ['hide=blocks,parent', [1, 2, 3, 4, 5], 1],
    ['tag=garden', [1, 2], 1],
    ['linked=1', [1, 2, 3, 4], 3],
    ['linked=1&hide=related', [2, 3, 4], 2],
    ['idea=2&depth=1', [1, 2, 3], 2],
    ['idea=2&depth=2&hide=blocks', [1, 2], 1],
    ['idea=5&depth=1&linked=1', [5], 0],
    ['idea=2', [1, 2, 3, 4, 5], 3],
    ['idea=2&depth=7', [1, 2, 3, 4, 5], 3],
    ['idea=99&depth=1', [1, 2, 3, 4, 5], 3],
    ['hide=nonsense', [1, 2, 3, 4, 5], 3],
  ])('%s', (query, found, relations) => {
    expect(shown(query)).toEqual([found, relations]);
  });

  test('is turned on and off by name', () => {
    const none = readFilter(new URLSearchParams());
    expect([isOpen(none), toggleHidden(none, 'blocks')]).toEqual([true, 'blocks']);
    const some = readFilter(new URLSearchParams({ hide: 'shelved,blocks' }));
    expect([isOpen(some), toggleHidden(some, 'shelved')]).toEqual([false, 'blocks']);
    expect(toggleHidden(readFilter(new URLSearchParams({ hide: 'blocks' })), 'blocks')).toBeNull();
  });
});

describe('a search', () => {
  test.each<[string, number[]]>([
    ['tomatoes', [3, 1]],
    ['water', [3, 2]],
    ['grow toma', [1]],
    ['garden', [2, 1]],
    ['cafe', [5]],
    ['#4', [4]],
    ['4', [4]],
    ['  ', []],
    ['nothing', []],
  ])('for "%s"', (text, found) => {
    expect(numbers(search(row, everything, text))).toEqual(found);
  });

  test('finds nothing that is hidden', () => {
    const hidden = choose(row, { ...readFilter(new URLSearchParams()), statuses: new Set<Status>(['building']) });
    expect(numbers(search(row, hidden, 'water'))).toEqual([3]);
  });
});
