// Ideas to choose from: by number or words, or the last changed ones.
import { untrack } from 'svelte';
import { api, ask, isAbort, messageOf } from '../client.ts';
import type { Idea } from '../wire.ts';

const typingWait = 120;
const most = 8;

/** Offers ideas for what is typed, as long as the component that asks is there. */
export class Suggestions {
  #found = $state.raw<{ query: string; ideas: Idea[] } | null>(null);
  #problem = $state('');
  #query: () => string;
  #but: () => number;

  /** The idea with the number in but is not offered. */
  constructor(typed: () => string, but: () => number) {
    this.#query = () => typed().trim();
    this.#but = but;
    $effect(() => {
      const query = this.#query();
      this.#problem = '';
      const reading = new AbortController();
      const wait = untrack(() => this.#found) ? typingWait : 0;
      const timer = setTimeout(() => void this.#read(query, reading.signal), wait);
      return () => {
        clearTimeout(timer);
        reading.abort();
      };
    });
  }

  get ideas(): Idea[] {
    return (this.#found?.ideas ?? []).filter((idea) => idea.number !== this.#but()).slice(0, most);
  }
  /** Whether an answer to what is typed is still to come. */
  get busy(): boolean {
    return this.#found?.query !== this.#query() && !this.#problem;
  }
  /** What there is to say instead of ideas. */
  get note(): string {
    if (this.#problem) return this.#problem;
    if (this.busy || this.ideas.length > 0) return '';
    return this.#query() ? `No idea found for “${this.#query()}”.` : 'There is no other idea yet.';
  }

  async #read(query: string, signal: AbortSignal): Promise<void> {
    const limit = most + 1;
    try {
      const ideas = query
        ? (await ask(api.GET('/ideas/search', { params: { query: { q: query, limit } }, signal }))).results
        : (await ask(api.GET('/ideas', { params: { query: { sort: '-updated', limit } }, signal }))).ideas;
      this.#found = { query, ideas };
    } catch (e) {
      if (!isAbort(e)) this.#problem = messageOf(e);
    }
  }
}
