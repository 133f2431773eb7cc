// Pairs of ideas that may be one, and what a person decides about them.
//
// A decision waits for a few seconds before it is sent, because the server
// cannot take a merge apart again: until then Undo is the same as never having
// decided. Leaving the page sends what waits.
import { api, ask, messageOf } from '../client.ts';
import type { Duplicate } from '../wire.ts';
import { live } from './live.ts';
import { readIdea } from './ideas.svelte.ts';

/** How long a decision can be taken back: a little longer than its message is shown. */
export const undoTime = 13_000;

export type Decision = { kind: 'dismiss' } | { kind: 'merge'; keep: number; absorb: number };

interface Waiting {
  pair: Duplicate;
  decision: Decision;
  timer: ReturnType<typeof setTimeout>;
}

export class Duplicates {
  #all = $state.raw<readonly Duplicate[]>([]);
  #decided = $state.raw<ReadonlyMap<number, Waiting>>(new Map());
  #asked = false;
  /** Whether the pairs have been read. */
  known = $state(false);
  /** Why they could not be read, null if they could. */
  problem = $state.raw<unknown>(null);
  /** Told when a decision was refused. */
  onrefused: (why: string) => void = () => {};

  /** The pairs that wait for a decision, the most similar first. */
  readonly pending: readonly Duplicate[] = $derived(this.#all.filter((pair) => !this.#decided.has(pair.id)));

  /** Reads the pairs unless that was done; the stream keeps them true. */
  load(): Promise<void> {
    if (this.#asked) return Promise.resolve();
    this.#asked = true;
    return this.reload();
  }

  async reload(): Promise<void> {
    try {
      const { duplicates } = await ask(api.GET('/ideas/duplicates'));
      this.#all = duplicates;
      this.known = true;
      this.problem = null;
    } catch (e) {
      this.#asked = false;
      this.problem = e;
    }
  }

  /** Takes a pair off the list; what was decided is sent a little later. */
  decide(pair: Duplicate, decision: Decision): void {
    const timer = setTimeout(() => void this.#send(pair.id), undoTime);
    this.#decided = new Map(this.#decided).set(pair.id, { pair, decision, timer });
  }

  /** Brings a pair back whose decision was not sent yet. Says whether it could. */
  undo(id: number): boolean {
    const waiting = this.#decided.get(id);
    if (!waiting || !this.#all.some((pair) => pair.id === id)) return false;
    clearTimeout(waiting.timer);
    this.#forget(id);
    return true;
  }

  /** Sends what waits, for example because the page is left. */
  async flush(): Promise<void> {
    await Promise.all([...this.#decided.values()].map(({ pair }) => this.#send(pair.id)));
  }

  async #send(id: number): Promise<void> {
    const waiting = this.#decided.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    const { pair, decision } = waiting;
    // From here on it cannot be taken back.
    const rest = this.#all.filter((other) => other.id !== id);
    this.#all = rest;
    try {
      await deliver(pair, decision);
    } catch (e) {
      this.onrefused(messageOf(e));
    }
    await this.reload();
    this.#forget(id);
  }

  #forget(id: number): void {
    const rest = new Map(this.#decided);
    rest.delete(id);
    this.#decided = rest;
  }

  constructor() {
    live.subscribe((change) => {
      if (this.#asked && (change.all || change.ideas)) void this.reload();
    });
  }
}

async function deliver(pair: Duplicate, decision: Decision): Promise<void> {
  const params = { path: { id: pair.id } };
  // The page may be closing: the browser sends these all the same.
  if (decision.kind === 'dismiss') {
    await ask(api.POST('/ideas/duplicates/{id}/dismiss', { params, keepalive: true }));
    return;
  }
  const { keep, absorb } = decision;
  if (keep === pair.duplicate_of_id) {
    await ask(api.POST('/ideas/duplicates/{id}/merge', { params, keepalive: true }));
  } else {
    // The pair goes with the idea that is archived.
    await ask(api.POST('/ideas/{id}/merge', { params: { path: { id: keep } }, body: { absorb_id: absorb }, keepalive: true }));
  }
  await Promise.all([keep, absorb].map((number) => readIdea(number).catch(() => {})));
}

export const duplicates = new Duplicates();
