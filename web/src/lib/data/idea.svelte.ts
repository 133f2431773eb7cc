// One idea with its links, relations and history, for a page that shows it.
import { isAbort } from '../client.ts';
import type { Detail } from '../wire.ts';
import { follow, readIdea, seenDetail } from './ideas.svelte.ts';

/**
 * Reads an idea while a component shows it and keeps it true. Call it while
 * the component is set up; it follows the number.
 *
 *     const view = viewIdea(() => number);
 *     {#if view.idea} … {:else if view.error} … {:else} … {/if}
 */
export function viewIdea(number: () => number): IdeaView {
  const view = new IdeaView(number);
  $effect(() => {
    const reading = new AbortController();
    void view.load(reading.signal);
    const unfollow = follow({ outdated: () => void view.load(reading.signal) });
    return () => {
      unfollow();
      reading.abort();
    };
  });
  return view;
}

export class IdeaView {
  #error = $state.raw<unknown>(null);

  constructor(private readonly number: () => number) {}

  /** What is known, maybe from an earlier visit; undefined while it is first read. */
  get idea(): Detail | undefined {
    return seenDetail(this.number());
  }
  /** Why there is nothing to show. */
  get error(): unknown {
    return this.#error;
  }

  async load(signal?: AbortSignal): Promise<void> {
    this.#error = null;
    try {
      await readIdea(this.number(), signal);
    } catch (e) {
      if (!isAbort(e)) this.#error = e;
    }
  }
}
