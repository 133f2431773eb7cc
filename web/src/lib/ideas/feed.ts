// The ideas that an address of the list shows, in order.
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

/** The number of the idea at a place of the list, or null. Reads on at the end of what was read. */
export async function numberAt(feed: Feed, place: number): Promise<number | null> {
  if (place >= feed.ideas.length && feed.hasMore) await feed.grow();
  return feed.ideas[place]?.number ?? null;
}
