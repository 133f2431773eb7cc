// The owner's tags, for filters and completion.
import { api, ask } from '../client.ts';
import type { Tag } from '../wire.ts';
import { live } from './live.ts';

class Tags {
  #all = $state.raw<Tag[]>([]);
  #reading: Promise<void> | null = null;
  #asked = false;
  /** Whether the tags have been read. */
  known = $state(false);
  /** Why they could not be read, null if they could. */
  problem = $state.raw<unknown>(null);

  /** The tags, most used first. Empty until load has been called. */
  get all(): Tag[] {
    return this.#all;
  }

  /** The colour of a tag, or null. */
  color(name: string): string | null {
    return this.#all.find((tag) => tag.name === name)?.color ?? null;
  }

  /** Reads the tags unless that was done; the stream keeps them true. */
  load(): Promise<void> {
    if (this.#asked) return this.#reading ?? Promise.resolve();
    this.#asked = true;
    return this.reload();
  }

  async reload(): Promise<void> {
    this.#reading = (async () => {
      try {
        const { tags } = await ask(api.GET('/tags'));
        this.#all = tags.toSorted((a, b) => b.idea_count - a.idea_count || a.name.localeCompare(b.name));
        this.known = true;
        this.problem = null;
      } catch (e) {
        this.#asked = false; // completion works without; the next load tries again
        this.problem = e;
      }
    })();
    await this.#reading;
  }

  constructor() {
    live.subscribe((change) => {
      if (this.#asked && (change.tags || change.all || change.ideas)) void this.reload();
    });
  }
}

export const tags = new Tags();
