import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { learn } from '../data/ideas.svelte.ts';
import type { Filter } from '../data/list.svelte.ts';
import type { Idea, SearchResult } from '../wire.ts';
import { IdeaSearch } from './search.svelte.ts';

let asked: string[];
let answer: (url: URL) => unknown;
let base = 0;

function result(number: number, fields: Partial<SearchResult> = {}): SearchResult {
  return {
    ...({ id: number, number, title: `Idea ${number}`, status: 'captured', tags: [], is_archived: 0, version: 1 } as unknown as Idea),
    score: null,
    reason: 'words',
    snippet: `<mark>Idea</mark> ${number}`,
    ...fields,
  };
}
const found = (...results: SearchResult[]) => ({ query: '', search_type: 'fts', results, has_more: false });

beforeEach(() => {
  vi.useFakeTimers();
  base += 1_000; // what was seen is kept
  asked = [];
  vi.stubGlobal('fetch', (request: Request) => {
    const url = new URL(request.url);
    asked.push(`${url.pathname.replace('/api/v1', '')}?${url.searchParams.toString()}`);
    return new Promise((resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
      queueMicrotask(() => resolve(Response.json(answer(url))));
    });
  });
});
afterEach(() => vi.useRealTimers());

async function after(search: IdeaSearch, filter: Filter) {
  search.ask(filter);
  await vi.advanceTimersByTimeAsync(120);
}
const numbers = (search: IdeaSearch) => search.ideas.map((idea) => idea.number - base);

describe('a search', () => {
  test('asks once when the typing pauses and keeps the last answer meanwhile', async () => {
    const search = new IdeaSearch();
    answer = () => found(result(base + 1));
    await after(search, { q: 'ro' });
    answer = () => found(result(base + 2));
    search.ask({ q: 'roo' });
    await vi.advanceTimersByTimeAsync(60);
    search.ask({ q: 'roof' });
    expect([numbers(search), search.pending]).toEqual([[1], true]);
    await vi.advanceTimersByTimeAsync(120);
    expect([numbers(search), search.pending]).toEqual([[2], false]);
    expect(asked).toEqual(['/ideas/search?q=ro&limit=50&offset=0', '/ideas/search?q=roof&limit=50&offset=0']);
    expect(search.snippet(base + 2)).toBe(`<mark>Idea</mark> ${base + 2}`);
    expect(search.reason(base + 2)).toBe('words');
  });

  test('takes the list where the search cannot filter or sort', async () => {
    const search = new IdeaSearch();
    answer = () => ({ ideas: [result(base + 1, { is_archived: 1 })], has_more: false, next_cursor: null });
    await after(search, { q: 'roof', archived: true });
    expect(asked).toEqual(['/ideas?q=roof&limit=50&archived=true']);
    expect(numbers(search)).toEqual([1]);
  });

  test('reads page after page, each idea once', async () => {
    const search = new IdeaSearch();
    answer = (url) => {
      const from = Number(url.searchParams.get('offset'));
      const results = Array.from({ length: 50 }, (_, i) => result(base + from + i + 1));
      return { ...found(...results), has_more: from < 50 };
    };
    await after(search, { q: 'idea' });
    expect([search.ideas.length, search.hasMore]).toEqual([50, true]);
    await search.grow();
    expect([search.ideas.length, search.hasMore]).toEqual([100, false]);
    await search.grow();
    expect(asked).toHaveLength(2);
  });

  test('says what is wrong, keeps what was found, and tries again', async () => {
    const search = new IdeaSearch();
    answer = () => found(result(base + 1));
    await after(search, { q: 'a' });
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ error: 'Broken.' }, { status: 500 })));
    await after(search, { q: 'ab' });
    expect([numbers(search), (search.error as Error).message, search.phase]).toEqual([[1], 'Broken.', 'ready']);
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json(found(result(base + 2)))));
    await search.load();
    expect([numbers(search), search.error]).toEqual([[2], null]);
  });

  test('loses what no longer belongs and looks again when something else changed', async () => {
    const search = new IdeaSearch();
    answer = () => found(result(base + 1), result(base + 2));
    await after(search, { q: 'idea', status: 'captured' });
    learn(result(base + 1, { status: 'shipped', version: 2 }));
    expect(numbers(search)).toEqual([2]);
    answer = () => found(result(base + 2), result(base + 3));
    search.learned(result(base + 3));
    await vi.advanceTimersByTimeAsync(300);
    expect(numbers(search)).toEqual([2, 3]);
  });

  test('ends with its words', async () => {
    const search = new IdeaSearch();
    answer = () => found(result(base + 1));
    await after(search, { q: 'idea' });
    search.ask({});
    expect([numbers(search), search.pending, search.answered]).toEqual([[], false, null]);
  });
});
