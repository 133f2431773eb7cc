// What somebody writes and the server does not have yet, kept in the browser
// for whoever is signed in. Nobody else who signs in here sees it.
import { session } from './session.svelte.ts';
import { lasting, passing, type Shelf } from './storage.ts';

/** A text that another tab keeps, or one that was closed. */
export interface Left<T> {
  /** Under which it is kept. */
  name: string;
  value: T;
  /** When it was last worked on, in milliseconds since 1970. */
  at: number;
}

// Two tabs may write about the same idea: each keeps its own text, under the
// name of the tab. While somebody looks at the tab that name is stored nowhere,
// or a copy of the tab would have it too.
const tab = passing.get('tab') ?? Math.random().toString(36).slice(2);
const look = () => passing.set('tab', document.hidden ? tab : null);
look();
addEventListener('pageshow', look);
addEventListener('pagehide', () => passing.set('tab', tab));
document.addEventListener('visibilitychange', look);

const all = (): string => `draft.${session.user?.id ?? ''}.`;

/** For drafts that end with this tab. */
export const passingDrawer = (what: string) => new Drawer(passing, what, 'here');
/** For drafts that outlive this tab. Other tabs find them as left. */
export const lastingDrawer = (what: string) => new Drawer(lasting, what, tab);

/** Where this tab keeps its draft of one thing. */
export class Drawer {
  // It stays with the person who began it, also when somebody else signs in.
  readonly #place: string;
  readonly #name: string;

  constructor(
    private readonly shelf: Shelf,
    what: string,
    place: string,
  ) {
    this.#place = `${all()}${what}.`;
    this.#name = this.#place + place;
  }

  /** What this tab keeps. Whether it has the right form is for the caller to see. */
  get(): unknown {
    return this.#read(this.#name)?.value;
  }

  /** Keeps a value; null forgets it. Says whether it is kept. */
  set(value: unknown): boolean {
    return this.shelf.set(this.#name, value === null ? null : JSON.stringify({ value, at: Date.now() }));
  }

  /** What other tabs keep, or kept when they were closed; the latest first. */
  left(): Left<unknown>[] {
    return this.shelf
      .names(this.#place)
      .filter((name) => name !== this.#name)
      .flatMap((name) => this.#read(name) ?? [])
      .toSorted((a, b) => b.at - a.at);
  }

  /** Forgets what another tab keeps. */
  forget(name: string): void {
    this.shelf.set(name, null);
  }

  /** Keeps again what was forgotten. */
  putBack({ name, value, at }: Left<unknown>): void {
    this.shelf.set(name, JSON.stringify({ value, at }));
  }

  /** Tells when another tab keeps something else, until the returned function is called. */
  watch(changed: () => void): () => void {
    const stop = new AbortController();
    const heard = (e: StorageEvent) => {
      if (e.key === null || e.key.includes(this.#place)) changed();
    };
    addEventListener('storage', heard, { signal: stop.signal });
    return () => stop.abort();
  }

  #read(name: string): Left<unknown> | null {
    try {
      const { value, at } = JSON.parse(this.shelf.get(name) ?? '') as Left<unknown>;
      return typeof at === 'number' ? { name, value, at } : null;
    } catch {
      return null;
    }
  }
}

/** Whether anything would be lost with what is kept. */
export function anyDrafts(): boolean {
  return [lasting, passing].some((shelf) => shelf.names(all()).length > 0);
}

/** Leaves nothing of what was written in this browser. */
export function forgetDrafts(): void {
  for (const shelf of [lasting, passing]) {
    for (const name of shelf.names(all())) shelf.set(name, null);
  }
}
