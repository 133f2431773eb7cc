// A list of ideas that grows as it is scrolled and stays true by itself.
import { untrack } from 'svelte';
import { api, ask, isAbort } from '../client.ts';
import type { Idea, Sort, Source, Status } from '../wire.ts';
import { limits } from '../words.ts';
import { follow, learn, seenIdea, type Follower } from './ideas.svelte.ts';

export interface Filter {
  status?: Status;
  tag?: string;
  source?: Source;
  archived?: boolean;
  /** Words that must be found in the idea. */
  q?: string;
  sort?: Sort;
}

const firstPage = 50;

export class IdeaList implements Follower {
  #numbers = $state.raw<ReadonlySet<number>>(new Set());
  #phase = $state<'loading' | 'ready' | 'error'>('loading');
  #error = $state.raw<unknown>(null);
  #more = $state(false);
  #growing = $state(false);
  #cursor: string | null = null;
  /** The last idea of the last page: what comes after it is read when the list grows. */
  #last: Idea | undefined;
  #reading: AbortController | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly filter: Filter) {}

  /** The ideas so far, in order. Those that no longer belong here are gone. */
  readonly ideas: Idea[] = $derived.by(() => {
    const ideas: Idea[] = [];
    for (const number of this.#numbers) {
      const idea = seenIdea(number);
      if (idea && belongs(idea, this.filter)) ideas.push(idea);
    }
    return ideas.sort(this.#order);
  });

  /** "loading" and "error" are about the first page only. */
  get phase(): 'loading' | 'ready' | 'error' {
    return this.#phase;
  }
  get error(): unknown {
    return this.#error;
  }
  /** Whether the server has more than was read. */
  get hasMore(): boolean {
    return this.#more;
  }
  /** Whether the next page is being read. */
  get growing(): boolean {
    return this.#growing;
  }

  /** Reads the list from its beginning, as far as it had been read before. */
  async load(): Promise<void> {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    if (this.#phase === 'error') this.#phase = 'loading';
    const wanted = Math.max(firstPage, this.#numbers.size);
    const numbers = new Set<number>();
    try {
      let cursor: string | null = null;
      do {
        const page = await this.#page(cursor, Math.min(wanted - numbers.size, limits.pageSize), reading.signal);
        for (const idea of page.ideas) numbers.add(idea.number);
        this.#last = page.ideas.at(-1);
        cursor = page.next_cursor;
        this.#more = page.has_more;
      } while (this.#more && cursor && numbers.size < wanted);
      this.#cursor = cursor;
      this.#numbers = numbers;
      this.#phase = 'ready';
      this.#error = null;
    } catch (e) {
      if (isAbort(e)) return;
      // What is on the screen is better than an error in its place.
      if (this.#phase !== 'ready') this.#phase = 'error';
      this.#error = e;
    }
  }

  /** Reads the next page. Throws what went wrong; calling again tries again. */
  async grow(): Promise<void> {
    if (this.#growing || !this.#more || this.#phase !== 'ready') return;
    this.#growing = true;
    const reading = this.#reading;
    try {
      const page = await this.#page(this.#cursor, firstPage, reading?.signal);
      this.#numbers = new Set([...this.#numbers, ...page.ideas.map((idea) => idea.number)]);
      this.#last = page.ideas.at(-1);
      this.#cursor = page.next_cursor;
      this.#more = page.has_more;
    } catch (e) {
      if (!isAbort(e)) throw e;
    } finally {
      this.#growing = false;
    }
  }

  learned(idea: Idea): void {
    if (this.#numbers.has(idea.number) || !belongs(idea, this.filter)) return;
    if (this.#more && this.#last && this.#order(idea, this.#last) > 0) return; // comes with a later page
    // Only the server can say whether words are found.
    if (this.filter.q) this.outdated();
    else this.#numbers = new Set([...this.#numbers, idea.number]);
  }

  outdated(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.load(), 300);
  }

  /** Ends what is under way. */
  stop(): void {
    clearTimeout(this.#again);
    this.#reading?.abort();
  }

  get #order() {
    return orders[this.filter.sort ?? '-created'];
  }

  async #page(cursor: string | null, limit: number, signal?: AbortSignal) {
    const { archived, q, ...rest } = this.filter;
    const query = { ...rest, limit, ...(archived && { archived }), ...(q && { q }), ...(cursor && { cursor }) };
    const page = await ask(api.GET('/ideas', { params: { query }, signal }));
    for (const idea of page.ideas) learn(idea);
    return page;
  }
}

const orders: Record<Sort, (a: Idea, b: Idea) => number> = {
  '-created': (a, b) => b.number - a.number,
  '-updated': (a, b) => b.updated_at.localeCompare(a.updated_at) || b.number - a.number,
  title: (a, b) => compare(folded(a.title), folded(b.title)) || a.number - b.number,
};

/** The server's own order of titles, or pages that come later would mix with those before. */
function folded(title: string): string {
  return title.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether an idea is one that a filter lets through, as far as can be told without the server. */
export function belongs(idea: Idea, filter: Filter): boolean {
  return (
    (idea.is_archived === 1) === (filter.archived ?? false) &&
    (!filter.status || idea.status === filter.status) &&
    (!filter.tag || idea.tags.includes(filter.tag)) &&
    (!filter.source || idea.source === filter.source)
  );
}

const kept = new Map<string, { list: IdeaList; drop: () => void }>();
const mostKept = 12;

/**
 * The list for a filter. Going back to one that was shown before finds it as
 * it was left, and true: lists hear of changes while they are out of sight.
 *
 *     const list = $derived(ideaList({ status, tag }));
 */
export function ideaList(filter: Filter): IdeaList {
  const key = JSON.stringify(Object.entries(filter).filter(([, v]) => v !== undefined && v !== '').sort());
  const before = kept.get(key);
  if (before) {
    kept.delete(key); // and to the end, as the one used last
    kept.set(key, before);
    return before.list;
  }
  // Under a root of its own, because the list outlives the page that asked.
  let list!: IdeaList;
  const end = $effect.root(() => {
    list = new IdeaList(filter);
  });
  const unfollow = follow(list);
  kept.set(key, {
    list,
    drop() {
      unfollow();
      list.stop();
      end();
    },
  });
  for (const [oldest, entry] of kept) {
    if (kept.size <= mostKept) break;
    entry.drop();
    kept.delete(oldest);
  }
  untrack(() => void list.load());
  return list;
}
