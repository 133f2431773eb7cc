// Every idea that is not archived and every relation between two of them: what
// the map draws and what the board counts. Read once, when it is first asked
// for, and kept true by the stream of changes.
import { untrack } from 'svelte';
import { api, ask } from '../client.ts';
import type { Detail, Idea, MapEdge, MapNode } from '../wire.ts';
import { follow, type Follower } from './ideas.svelte.ts';
import { live } from './live.ts';

const patience = 300;

class WholeMap implements Follower {
  #nodes = $state.raw<ReadonlyMap<number, MapNode>>(new Map());
  #edges = $state.raw<readonly MapEdge[]>([]);
  #phase = $state<'idle' | 'loading' | 'ready' | 'error'>('idle');
  #error = $state.raw<unknown>(null);
  #reading: Promise<void> | null = null;
  #stale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The ideas by number. */
  get nodes(): ReadonlyMap<number, MapNode> {
    return this.#nodes;
  }
  /** The relations, some maybe of an idea that was archived meanwhile. */
  get edges(): readonly MapEdge[] {
    return this.#edges;
  }
  /** "loading" and "error" are about the first time only. */
  get phase(): 'idle' | 'loading' | 'ready' | 'error' {
    return this.#phase;
  }
  get error(): unknown {
    return this.#error;
  }

  /** Reads the map unless that was done. */
  load(): void {
    // An effect that asks must not ask again because of the answer.
    untrack(() => {
      if (this.#phase === 'idle' || this.#phase === 'error') void this.reload();
    });
  }

  /** Reads the map again. Calls while one is under way become one more. */
  async reload(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#phase !== 'ready') this.#phase = 'loading';
    if (this.#reading) {
      this.#stale = true;
      return this.#reading;
    }
    this.#reading = this.#read();
    try {
      await this.#reading;
    } finally {
      this.#reading = null;
    }
  }

  /** Shows without a relation until the map is read again. */
  hideEdge(id: number): void {
    this.#edges = this.#edges.filter((edge) => edge.id !== id);
  }

  learned(idea: Idea): void {
    if (this.#phase !== 'ready') return;
    const before = this.#nodes.get(idea.number);
    if (idea.is_archived === 1) {
      if (before) this.#change((nodes) => nodes.delete(idea.number));
      return;
    }
    const { number, title, status, tags } = idea;
    if (!before) {
      this.#change((nodes) => nodes.set(number, { id: number, number, title, status, tags, x: null, y: null }));
      // A restored idea brings its relations back.
      if (!('relations' in idea) || (idea as Detail).relations.length > 0) this.outdated();
    } else if (before.title !== title || before.status !== status || before.tags.join(' ') !== tags.join(' ')) {
      this.#change((nodes) => nodes.set(number, { ...before, title, status, tags }));
    }
  }

  outdated(): void {
    if (this.#phase === 'idle') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.reload(), patience);
  }

  constructor() {
    follow(this);
    live.subscribe((change) => {
      if (change.relations) this.outdated();
    });
  }

  #change(edit: (nodes: Map<number, MapNode>) => void): void {
    const nodes = new Map(this.#nodes);
    edit(nodes);
    this.#nodes = nodes;
  }

  async #read(): Promise<void> {
    try {
      do {
        this.#stale = false;
        const { nodes, edges } = await ask(api.GET('/map'));
        this.#nodes = new Map(nodes.map((node) => [node.number, node]));
        this.#edges = edges;
        this.#phase = 'ready';
        this.#error = null;
      } while (this.#stale);
    } catch (e) {
      // What is on the screen is better than an error in its place.
      if (this.#phase !== 'ready') this.#phase = 'error';
      this.#error = e;
    }
  }
}

export const wholeMap = new WholeMap();
