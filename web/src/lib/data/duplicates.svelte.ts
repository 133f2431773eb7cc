// Pairs of ideas that may be one, and what a person decides about them.
import { api, ask, messageOf } from '../client.ts';
import type { Duplicate } from '../wire.ts';
import { live } from './live.ts';
import { readIdea } from './ideas.svelte.ts';

export type Decision = { kind: 'dismiss' } | { kind: 'merge'; keep: number; absorb: number };

/** A decision, from when it is made until it is taken back. */
interface Made {
  pair: Duplicate;
  decision: Decision;
  /** Whether the server has it; false once it was refused. */
  sent: Promise<boolean>;
}

export class Duplicates {
  #all = $state.raw<readonly Duplicate[]>([]);
  #decided = $state.raw<ReadonlyMap<number, Made>>(new Map());
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

  /** Decides about a pair, which leaves the list at once. */
  decide(pair: Duplicate, decision: Decision): void {
    this.#decided = new Map(this.#decided).set(pair.id, { pair, decision, sent: this.#send(pair, decision) });
  }

  /** Takes a decision back. Throws an ApiError if the server cannot. */
  async undo(id: number): Promise<void> {
    const made = this.#decided.get(id);
    if (!made || !(await made.sent)) return;
    await takeBack(made.pair, made.decision);
    await this.reload();
    this.#forget(id);
  }

  async #send(pair: Duplicate, decision: Decision): Promise<boolean> {
    let sent = true;
    try {
      await deliver(pair, decision);
    } catch (e) {
      sent = false;
      this.onrefused(messageOf(e));
    }
    await this.reload();
    if (!sent) this.#forget(pair.id);
    return sent;
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

async function takeBack(pair: Duplicate, decision: Decision): Promise<void> {
  if (decision.kind === 'merge' && decision.keep !== pair.duplicate_of_id) {
    // That pair is gone; comparing the two again brings it back.
    const { keep, absorb } = decision;
    await ask(api.POST('/ideas/{id}/unmerge', { params: { path: { id: keep } }, body: { absorb_id: absorb } }));
  } else {
    await ask(api.POST('/ideas/duplicates/{id}/reopen', { params: { path: { id: pair.id } } }));
  }
  if (decision.kind === 'merge') await Promise.all([decision.keep, decision.absorb].map((number) => readIdea(number).catch(() => {})));
}

export const duplicates = new Duplicates();
