// Where the ideas are on the map: as they were stored, as the worker lays them
// out, and as a person puts them.
import { messageOf } from '../client.ts';
import { toast } from '../ui/toast.svelte.ts';
import { startWorker } from '../worker.ts';
import { sameShape, type Graph } from './graph.ts';
import { seed } from './layout.ts';
import address from './layout.worker.ts?worker&url';
import type { LayoutNews, LayoutOrder } from './layout.worker.ts';
import { Places } from './places.ts';

/** What of Worker is used, so that a test can stand in for it. */
export type LayoutWorker = Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>;

export interface ArrangementOptions {
  places?: Places;
  start?: () => LayoutWorker;
}

export class Arrangement {
  /** x and y of each idea of the graph, by index. */
  positions = new Float32Array(0);
  /** Nothing moves by itself once it is "settled". */
  phase = $state<'empty' | 'arranging' | 'settled'>('empty');
  /** Called when something moved; last says that the layout has come to rest. */
  onmove: (last: boolean) => void = () => {};
  /** Whether to leave out what is between the first and the last state. */
  calm = false;

  #graph: Graph | null = null;
  #worker: LayoutWorker | null = null;
  #run = 0;
  /** Ideas that have not found their place yet. */
  #loose = new Set<number>();
  /** Whether a layout was broken off, because the page was left. */
  #halted = false;
  #places: Places;
  #start: () => LayoutWorker;

  constructor(options: ArrangementOptions = {}) {
    this.#places = options.places ?? new Places();
    this.#start = options.start ?? (() => startWorker(address));
  }

  /**
   * Takes another graph. What has a place keeps it; only what has none is
   * laid out, unless that is most of it.
   */
  setGraph(graph: Graph): void {
    const before = this.#graph;
    this.#graph = graph;
    if (before && !this.#halted && sameShape(before, graph)) return;
    this.#halted = false;
    this.#places.know(graph.nodes);

    const positions = new Float32Array(2 * graph.nodes.length).fill(NaN);
    const loose = new Set<number>();
    for (const [i, node] of graph.nodes.entries()) {
      const old = before?.index.get(node.number);
      if (old !== undefined) {
        positions[2 * i] = this.positions[2 * old]!;
        positions[2 * i + 1] = this.positions[2 * old + 1]!;
        if (this.#loose.has(node.number)) loose.add(node.number);
      } else if (node.x !== null && node.y !== null) {
        positions[2 * i] = node.x;
        positions[2 * i + 1] = node.y;
      } else {
        loose.add(node.number);
      }
    }
    this.positions = positions;
    this.#loose = loose;
    if (loose.size > 0) {
      this.#layOut();
    } else {
      this.#end();
      this.#rest();
    }
  }

  /** Lays everything out anew, from where it is. Returns how to take that back. */
  again(): () => void {
    const graph = this.#graph;
    if (!graph) return () => {};
    const before = this.positions.slice();
    this.#loose = new Set(graph.nodes.map((node) => node.number));
    this.#layOut();
    return () => {
      if (!this.#graph) return;
      this.#end();
      for (const [i, node] of this.#graph.nodes.entries()) {
        const old = graph.index.get(node.number);
        if (old !== undefined) this.positions.set(before.subarray(2 * old, 2 * old + 2), 2 * i);
      }
      this.#rest();
    };
  }

  /** Puts an idea where a person wants it. */
  place(index: number, x: number, y: number): void {
    this.positions[2 * index] = x;
    this.positions[2 * index + 1] = y;
    if (this.phase === 'arranging') this.#order({ kind: 'place', index, x, y });
    this.onmove(false);
  }

  /** Stores where an idea was put. */
  keep(index: number): void {
    const node = this.#graph?.nodes[index];
    if (!node) return;
    this.#places.keep([[node.number, { x: this.positions[2 * index]!, y: this.positions[2 * index + 1]! }]]);
  }

  /** Stores what is not stored yet, because the page is left. */
  leave(): void {
    void this.#places.flush(true);
  }

  /** Ends the worker. The next graph goes on from here. */
  stop(): void {
    this.leave();
    this.#worker?.terminate();
    this.#worker = null;
    this.#halted = this.phase === 'arranging';
    this.onmove = () => {};
  }

  #layOut(): void {
    const graph = this.#graph!;
    const links = new Uint32Array(graph.edges.flatMap((edge) => [edge.from, edge.to]));
    // A few newcomers find their place among the others; of many, nobody
    // knows the old picture again anyway.
    const few = this.#loose.size <= graph.nodes.length / 2;
    const pinned = Uint8Array.from(graph.nodes, (node) => (few && !this.#loose.has(node.number) ? 1 : 0));
    const fresh = this.positions.every((value) => Number.isNaN(value));
    if (!fresh) seed(this.positions, links);
    this.#order({
      kind: 'start',
      run: ++this.#run,
      positions: this.positions,
      pinned,
      radius: graph.radius,
      links,
      heat: fresh ? 1 : few ? 0.3 : 0.6,
    });
    this.phase = 'arranging';
    if (!fresh) this.onmove(false);
  }

  #hear({ run, positions, done }: LayoutNews): void {
    if (run !== this.#run || positions.length !== this.positions.length) return;
    const first = Number.isNaN(this.positions[0]);
    if (!done && !first && this.calm) return;
    this.positions = positions;
    if (done) this.#rest();
    else this.onmove(false);
  }

  #rest(): void {
    this.#loose.clear();
    this.phase = 'settled';
    const { nodes } = this.#graph!;
    this.#places.keep(
      nodes.map((node, i) => [node.number, { x: this.positions[2 * i]!, y: this.positions[2 * i + 1]! }]),
    );
    this.onmove(true);
  }

  #end(): void {
    this.#run++;
    if (this.#worker) this.#order({ kind: 'stop' });
  }

  #order(order: LayoutOrder): void {
    if (!this.#worker) {
      this.#worker = this.#start();
      this.#worker.onmessage = (e: MessageEvent<LayoutNews>) => this.#hear(e.data);
      // The ideas stay where they were seeded; nothing of that is stored.
      this.#worker.onerror = () => {
        this.phase = 'settled';
        this.onmove(true);
      };
    }
    this.#worker.postMessage(order);
  }
}

/** The app's own. It outlives the page of the map, to be found as it was left. */
export const arrangement = new Arrangement({
  places: new Places({
    onTrouble: (e) => toast.show(`Where ideas are on the map could not be stored: ${messageOf(e)} The next move tries again.`, { kind: 'error' }),
  }),
});
