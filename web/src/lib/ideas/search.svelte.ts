// A search that answers while somebody types.
import { api, ask, isAbort } from '../client.ts';
import { learn, seenIdea, type Follower } from '../data/ideas.svelte.ts';
import { belongs, type Filter } from '../data/list.svelte.ts';
import type { Idea, Reason } from '../wire.ts';
import { limits } from '../words.ts';

/** How long a person may pause within a word. */
const typingWait = 120;
/** How long to wait for more changes before the answer is read again. */
const changeWait = 300;
const firstPage = 50;

interface Answer {
  filter: Filter;
  numbers: ReadonlySet<number>;
  snippets: ReadonlyMap<number, string>;
  reasons: ReadonlyMap<number, Reason>;
  more: boolean;
  cursor: string | null;
}

/**
 * Finds ideas. The best match comes first; with a sort, a source or in the
 * archive they come in that order and without a snippet, as the API has it.
 */
export class IdeaSearch implements Follower {
  #key = '';
  #filter: Filter = {};
  #answer = $state.raw<Answer | null>(null);
  #pending = $state(false);
  #error = $state.raw<unknown>(null);
  #growing = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: AbortController | null = null;
  #learning = false;

  /** What was found last, which may be for fewer letters than are typed now. */
  readonly ideas: Idea[] = $derived.by(() => {
    const answer = this.#answer;
    if (!answer) return [];
    return [...answer.numbers].flatMap((number) => {
      const idea = seenIdea(number);
      return idea && belongs(idea, answer.filter) ? [idea] : [];
    });
  });

  get phase(): 'loading' | 'ready' | 'error' {
    if (this.#answer) return 'ready';
    return this.#error && !this.#pending ? 'error' : 'loading';
  }
  /** Why there is no answer, or none to what is typed now. */
  get error(): unknown {
    return this.#error;
  }
  /** Whether an answer to what is typed now is still to come. */
  get pending(): boolean {
    return this.#pending;
  }
  get hasMore(): boolean {
    return this.#answer?.more ?? false;
  }
  get growing(): boolean {
    return this.#growing;
  }
  /** What the answer was given to. */
  get answered(): Filter | null {
    return this.#answer?.filter ?? null;
  }

  /** The text around a match, as the API sends it, or undefined. */
  snippet(number: number): string | undefined {
    return this.#answer?.snippets.get(number);
  }

  /** Why an idea was found, as the API says it, or undefined. */
  reason(number: number): Reason | undefined {
    return this.#answer?.reasons.get(number);
  }

  /** Says what is looked for. Asking for the same again changes nothing. */
  ask(filter: Filter): void {
    const key = JSON.stringify([filter.q, filter.status, filter.tag, filter.source, filter.archived, filter.sort]);
    if (key === this.#key) return;
    this.#key = key;
    this.#filter = filter;
    clearTimeout(this.#timer);
    this.#reading?.abort();
    this.#pending = Boolean(filter.q);
    if (filter.q) {
      this.#timer = setTimeout(() => void this.load(), typingWait);
    } else {
      this.#answer = null;
      this.#error = null;
    }
  }

  /** Reads the answer from its beginning, as far as it had been read before. */
  async load(): Promise<void> {
    if (!this.#filter.q) return;
    clearTimeout(this.#timer);
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    const filter = this.#filter;
    const before = this.#answer;
    const wanted = before?.filter === filter ? Math.max(firstPage, before.numbers.size) : firstPage;
    this.#pending = true;
    try {
      let answer: Answer = { filter, numbers: new Set(), snippets: new Map(), reasons: new Map(), more: true, cursor: null };
      do {
        const limit = Math.min(wanted - answer.numbers.size, limits.pageSize);
        answer = await this.#next(answer, limit, reading.signal);
      } while (answer.more && answer.numbers.size < wanted);
      this.#answer = answer;
      this.#error = null;
      this.#pending = false;
    } catch (e) {
      if (isAbort(e)) return;
      this.#error = e;
      this.#pending = false;
    }
  }

  /** Reads the next page. Throws what went wrong; calling again tries again. */
  async grow(): Promise<void> {
    const before = this.#answer;
    if (!before?.more || this.#growing || this.#pending) return;
    this.#growing = true;
    try {
      const answer = await this.#next(before, firstPage, this.#reading?.signal);
      if (this.#answer === before) this.#answer = answer;
    } catch (e) {
      if (!isAbort(e)) throw e;
    } finally {
      this.#growing = false;
    }
  }

  learned(idea: Idea): void {
    // What was found is followed by itself; something else may be found now.
    if (!this.#learning && this.#answer && !this.#answer.numbers.has(idea.number)) this.outdated();
  }

  outdated(): void {
    if (!this.#answer || this.#pending) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), changeWait);
  }

  async #next(answer: Answer, limit: number, signal?: AbortSignal): Promise<Answer> {
    const { q = '', status, tag, source, archived, sort } = answer.filter;
    const shared = { q, limit, ...(status && { status }), ...(tag && { tag }) };
    const snippets = new Map(answer.snippets);
    const reasons = new Map(answer.reasons);
    let ideas: Idea[];
    let more: boolean;
    let cursor: string | null = null;
    if (source || archived || sort) {
      const query = {
        ...shared,
        ...(source && { source }),
        ...(archived && { archived }),
        ...(sort && { sort }),
        ...(answer.cursor && { cursor: answer.cursor }),
      };
      const page = await ask(api.GET('/ideas', { params: { query }, signal }));
      ({ ideas, has_more: more, next_cursor: cursor } = page);
    } else {
      const query = { ...shared, offset: answer.numbers.size };
      const page = await ask(api.GET('/ideas/search', { params: { query }, signal }));
      ({ results: ideas, has_more: more } = page);
      for (const { number, snippet, reason } of page.results) {
        snippets.set(number, snippet);
        reasons.set(number, reason);
      }
    }
    this.#learning = true;
    for (const idea of ideas) learn(idea);
    this.#learning = false;
    const numbers = new Set([...answer.numbers, ...ideas.map((idea) => idea.number)]);
    // A page of nothing new must not be asked for again and again.
    return { ...answer, numbers, snippets, reasons, more: more && numbers.size > answer.numbers.size, cursor };
  }
}

/** The search of the list of ideas. It outlives the page, so that going back finds it as it was. */
export const search = new IdeaSearch();
