// The ideas that an address of the list shows, in order, and those beside one.
import { ideaList } from '../data/list.svelte.ts';
import { match } from '../router.svelte.ts';
import type { Idea } from '../wire.ts';
import { readFilter } from './filter.ts';
import { search } from './search.svelte.ts';

/** What a list and a search have in common. */
export interface Feed {
  readonly ideas: readonly Idea[];
  readonly hasMore: boolean;
  grow(): Promise<void>;
}

/** The list from which a page was opened, or null if it was opened from elsewhere. */
export function feedOf(address: string | null): Feed | null {
  if (address === null) return null;
  const url = new URL(address, location.origin);
  if (match(url.pathname).page !== 'ideas') return null;
  const filter = readFilter(url.searchParams);
  if (!filter.q) return ideaList(filter);
  search.ask(filter);
  return search;
}

/** The number of the idea before or after another one. Reads on at the end of what was read. */
export async function beside(feed: Feed, number: number, step: 1 | -1): Promise<number | null> {
  const at = feed.ideas.findIndex((idea) => idea.number === number);
  if (at < 0) return null;
  if (step > 0 && at === feed.ideas.length - 1 && feed.hasMore) await feed.grow();
  return feed.ideas[at + step]?.number ?? null;
}
