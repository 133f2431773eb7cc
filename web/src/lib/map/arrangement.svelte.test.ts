import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { MapEdge, MapNode } from '../wire.ts';
import { Arrangement, type LayoutWorker } from './arrangement.svelte.ts';
import { buildGraph } from './graph.ts';
import type { LayoutNews, LayoutOrder } from './layout.worker.ts';
import { Places } from './places.ts';

class Worker implements LayoutWorker {
  orders: LayoutOrder[] = [];
  ended = false;
  onmessage: LayoutWorker['onmessage'] = null;
  onerror: LayoutWorker['onerror'] = null;
  postMessage(order: LayoutOrder) {
    this.orders.push(structuredClone(order));
  }
  terminate() {
    this.ended = true;
  }
  /** The last job that was given. */
  get job() {
    return this.orders.findLast((order) => order.kind === 'start')!;
  }
  tell(news: Partial<LayoutNews>) {
    const { run, positions } = this.job;
    const data = { run, positions, done: false, ...news };
    (this.onmessage as (e: { data: unknown }) => void)({ data });
  }
}

type Put = { id: number; x: number; y: number }[];
let workers: Worker[];
let puts: Put[];
let refuse: boolean;
const node = (number: number, x: number | null = null, y: number | null = x): MapNode => ({
  id: number,
  number,
  title: '',
  status: 'captured',
  tags: [],
  x,
  y,
});
const edge = (source: number, target: number): MapEdge => ({ id: source * 100 + target, source, target, relation_type: 'related', note: null, score: null });
const troubles = vi.fn();

function arrange() {
  return new Arrangement({
    start: () => {
      workers.push(new Worker());
      return workers.at(-1)!;
    },
    places: new Places({
      put: async (places) => {
        if (refuse) throw new Error('away');
        puts.push(places);
      },
      onTrouble: troubles,
    }),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  [workers, puts, refuse] = [[], [], false];
  troubles.mockClear();
});

describe('an arrangement', () => {
  test('of what was stored needs no layout and stores nothing', async () => {
    const a = arrange();
    a.setGraph(buildGraph([node(1, 5), node(2, 9)], [edge(1, 2)]));
    expect([a.phase, [...a.positions], workers.length]).toEqual(['settled', [5, 5, 9, 9], 0]);
    await vi.runAllTimersAsync();
    expect(puts).toEqual([]);
  });

  test('from nothing is laid out and stored once it rests', async () => {
    const a = arrange();
    const seen = vi.fn();
    a.onmove = seen;
    a.setGraph(buildGraph([node(1), node(2)], []));
    expect([a.phase, workers[0]!.job.heat, [...workers[0]!.job.pinned]]).toEqual(['arranging', 1, [0, 0]]);
    workers[0]!.tell({ positions: Float32Array.of(1, 2, 3, 4) });
    expect([[...a.positions], a.phase]).toEqual([[1, 2, 3, 4], 'arranging']);
    workers[0]!.tell({ positions: Float32Array.of(5, 6, 7, 8), done: true });
    expect([[...a.positions], a.phase]).toEqual([[5, 6, 7, 8], 'settled']);
    expect(seen.mock.calls).toEqual([[false], [true]]);
    await vi.runAllTimersAsync();
    expect(puts).toEqual([[{ id: 1, x: 5, y: 6 }, { id: 2, x: 7, y: 8 }]]);
  });

  test('gives a newcomer its place and leaves the others', () => {
    const a = arrange();
    const old = [node(1, 0), node(2, 100), node(3, 200)];
    a.setGraph(buildGraph(old, []));
    a.setGraph(buildGraph([...old, node(4)], [edge(3, 4)]));
    const { job } = workers[0]!;
    expect([...job.pinned]).toEqual([1, 1, 1, 0]);
    expect([...job.positions.subarray(0, 6)]).toEqual([0, 0, 100, 100, 200, 200]);
    expect(job.heat).toBeLessThan(1);
    a.setGraph(buildGraph(old.slice(1), []));
    expect([[...a.positions], a.phase]).toEqual([[100, 100, 200, 200], 'settled']);
  });

  test('does not begin again for a new title or an old message', () => {
    const a = arrange();
    a.setGraph(buildGraph([node(1), node(2)], []));
    a.setGraph(buildGraph([{ ...node(1), title: 'New' }, node(2)], []));
    expect(workers[0]!.orders).toHaveLength(1);
    const { run } = workers[0]!.job;
    a.setGraph(buildGraph([node(1), node(2), node(3)], []));
    workers[0]!.tell({ run, positions: Float32Array.of(9, 9, 9, 9, 9, 9), done: true });
    expect(a.phase).toBe('arranging');
  });

  test('shows only the first and the last state to whoever wants calm', () => {
    const a = arrange();
    a.calm = true;
    a.setGraph(buildGraph([node(1)], []));
    for (const x of [1, 2, 3]) workers[0]!.tell({ positions: Float32Array.of(x, x) });
    expect([...a.positions]).toEqual([1, 1]);
    workers[0]!.tell({ positions: Float32Array.of(4, 4), done: true });
    expect([...a.positions]).toEqual([4, 4]);
  });

  test('stores what a person moved, and only that', async () => {
    const a = arrange();
    a.setGraph(buildGraph([node(1, 0), node(2, 100)], []));
    a.place(1, 120.04, 80);
    a.place(1, 130.04, 90);
    a.keep(1);
    await vi.runAllTimersAsync();
    expect(puts).toEqual([[{ id: 2, x: 130, y: 90 }]]);
  });

  test('made anew can be taken back', async () => {
    const a = arrange();
    a.setGraph(buildGraph([node(1, 0), node(2, 100)], []));
    const undo = a.again();
    expect([...workers[0]!.job.pinned]).toEqual([0, 0]);
    workers[0]!.tell({ positions: Float32Array.of(1, 1, 50, 50), done: true });
    undo();
    expect([[...a.positions], a.phase]).toEqual([[0, 0, 100, 100], 'settled']);
    await vi.runAllTimersAsync();
    expect(puts).toEqual([]);
  });

  test('goes on where it was broken off when the page comes back', () => {
    const a = arrange();
    const graph = buildGraph([node(1), node(2)], []);
    a.setGraph(graph);
    workers[0]!.tell({ positions: Float32Array.of(1, 2, 3, 4) });
    a.stop();
    expect(workers[0]!.ended).toBe(true);
    a.setGraph(graph);
    expect([...workers[1]!.job.positions]).toEqual([1, 2, 3, 4]);
  });
});

describe('places', () => {
  test('wait for the server and say once that it is away', async () => {
    const a = arrange();
    a.setGraph(buildGraph([node(1, 0), node(2, 100)], []));
    refuse = true;
    for (const x of [10, 20]) {
      a.place(0, x, x);
      a.keep(0);
      await vi.runAllTimersAsync();
    }
    expect(troubles).toHaveBeenCalledTimes(1);
    refuse = false;
    a.place(1, 5, 5);
    a.keep(1);
    await vi.runAllTimersAsync();
    expect(puts.flat().sort((p, q) => p.id - q.id)).toEqual([{ id: 1, x: 20, y: 20 }, { id: 2, x: 5, y: 5 }]);
  });

  test('go in portions', async () => {
    const a = arrange();
    const many = Array.from({ length: 10_001 }, (_, i) => node(i + 1, 0));
    a.setGraph(buildGraph(many, []));
    for (let i = 0; i < many.length; i++) {
      a.place(i, 7, 7);
      a.keep(i);
    }
    await vi.runAllTimersAsync();
    expect(puts.map((put) => put.length)).toEqual([10_000, 1]);
  });
});
