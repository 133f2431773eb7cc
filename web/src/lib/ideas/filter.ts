// What the list of ideas shows, as its address says it.
import type { Filter } from '../data/list.svelte.ts';
import { to } from '../router.svelte.ts';
import type { Sort } from '../wire.ts';
import { limits, sources, statuses } from '../words.ts';

export const sorts: readonly { value: Sort; label: string }[] = [
  { value: '-created', label: 'Newest first' },
  { value: '-updated', label: 'Last changed first' },
  { value: 'title', label: 'By title' },
];

/** Reads a filter. A value that means nothing is left out, as if it were not there. */
export function readFilter(query: URLSearchParams): Filter {
  const filter: Filter = {};
  const text = (name: string) => query.get(name)?.trim() ?? '';
  const status = statuses.find((s) => s === text('status'));
  const source = sources.find((s) => s === text('source'));
  const sort = sorts.find((s) => s.value === text('sort'))?.value;
  const q = [...text('q')].slice(0, limits.query).join('');
  if (status) filter.status = status;
  if (text('tag')) filter.tag = text('tag');
  if (source) filter.source = source;
  if (text('archived') === 'true') filter.archived = true;
  if (sort && sort !== '-created') filter.sort = sort;
  if (q) filter.q = q;
  return filter;
}

/** The address of the list that a filter gives. */
export function addressOf({ archived, ...filter }: Filter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) query.set(name, value);
  if (archived) query.set('archived', 'true');
  return query.size ? `${to.ideas()}?${query.toString()}` : to.ideas();
}

/** Whether anything but the order is chosen. */
export function isFiltered({ sort: _, ...filter }: Filter): boolean {
  return Object.values(filter).some(Boolean);
}

/** "12 ideas"; "More than 50 ideas" while the server has others. */
export function countWords(count: number, more: boolean, one = 'idea', many = 'ideas'): string {
  if (more) return `More than ${count} ${count === 1 ? one : many}`;
  return count === 0 ? `No ${many}` : `${count} ${count === 1 ? one : many}`;
}
