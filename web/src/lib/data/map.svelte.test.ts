import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Change, Idea, MapEdge, MapNode } from '../wire.ts';

vi.mock('./live.ts', async () => {
  const { Live } = await import('../live.ts');
  return { live: new Live({ connect: () => source as unknown as EventSource }) };
});

const source = Object.assign(new EventTarget(), { close() {} });
const { live } = await import('./live.ts');
const { learn } = await import('./ideas.svelte.ts');
const { wholeMap } = await import('./map.svelte.ts');
live.start();

const node = (number: number): MapNode => ({ id: number, number, title: `Idea ${number}`, status: 'captured', tags: [], x: 1, y: 2 });
const idea = (number: number, fields: Partial<Idea> = {}) =>
  ({ id: number, number, title: `Idea ${number}`, status: 'captured', tags: [], is_archived: 0, version: ++versions, ...fields }) as Idea;
const edge: MapEdge = { id: 7, source: 1, target: 2, relation_type: 'blocks', note: null, score: null };

let versions = 0;
let reads = 0;
let server: { nodes: MapNode[]; edges: MapEdge[] } | null;

beforeEach(async () => {
  vi.stubGlobal('fetch', () => {
    reads++;
    return Promise.resolve(server ? Response.json(server) : Response.json({ error: 'Away.' }, { status: 500 }));
  });
  server = { nodes: [node(1), node(2)], edges: [] };
  await wholeMap.reload();
  reads = 0;
});

const numbers = () => [...wholeMap.nodes.keys()];
const tell = (change: Change) => source.dispatchEvent(new MessageEvent('change', { data: JSON.stringify(change) }));

describe('the whole map', () => {
  test('is read once', () => {
    wholeMap.load();
    wholeMap.load();
    expect([numbers(), reads]).toEqual([[1, 2], 0]);
  });

  test('hears of what an idea became without reading all again', () => {
    learn(idea(1, { status: 'shipped', tags: ['new'] }));
    learn({ ...idea(3), relations: [] } as Idea);
    expect(wholeMap.nodes.get(1)).toMatchObject({ status: 'shipped', tags: ['new'], x: 1, y: 2 });
    expect(wholeMap.nodes.get(3)).toMatchObject({ title: 'Idea 3', x: null });
    learn(idea(2, { is_archived: 1 }));
    expect([numbers(), reads]).toEqual([[1, 3], 0]);
  });

  test('is read again when an idea comes back with its relations', async () => {
    learn({ ...idea(4), relations: [{}] } as unknown as Idea);
    await vi.waitFor(() => expect(reads).toBe(1));
  });

  test('is read again when relations change', async () => {
    server = { nodes: [node(1), node(2)], edges: [edge] };
    tell({ seq: 1, relations: true, ideas: [] });
    tell({ seq: 2, relations: true, ideas: [] });
    await vi.waitFor(() => expect(wholeMap.edges).toHaveLength(1));
    expect(reads).toBe(1);
    wholeMap.hideEdge(7);
    expect(wholeMap.edges).toEqual([]);
  });

  test('stays as it was when it cannot be read', async () => {
    server = null;
    await wholeMap.reload();
    expect([wholeMap.phase, numbers()]).toEqual(['ready', [1, 2]]);
  });
});
