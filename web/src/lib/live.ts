// What changed elsewhere, as it happens: one stream of server-sent events for
// the whole app.

import type { Change } from './wire.ts';

type Listener = (change: Change) => void;

/** What of EventSource is used, so that a test can stand in for it. */
export type Source = Pick<EventTarget, 'addEventListener'> & { close(): void };

export interface LiveOptions {
  connect?: () => Source;
  /** Waits before trying again; 0 to 1 spreads the tries of many clients. */
  random?: () => number;
  /** Called when the stream could not be opened several times in a row. */
  onTrouble?: () => void;
}

const firstWait = 1_000;
const longestWait = 30_000;
/** How long a page may be out of sight before it lets its stream go. */
const hiddenGrace = 60_000;

export class Live {
  #listeners = new Set<Listener>();
  #source: Source | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seq: number | null = null;
  #failures = 0;
  #stop: AbortController | null = null;
  #connect: () => Source;
  #random: () => number;
  #onTrouble: () => void;

  constructor(options: LiveOptions = {}) {
    this.#connect = options.connect ?? (() => new EventSource('/api/v1/events'));
    this.#random = options.random ?? Math.random;
    this.#onTrouble = options.onTrouble ?? (() => {});
  }

  /** Tells about every change until the returned function is called. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#stop) return;
    this.#stop = new AbortController();
    document.addEventListener('visibilitychange', () => this.#seen(), { signal: this.#stop.signal });
    this.#open();
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#close();
    this.#seq = null;
    this.#failures = 0;
  }

  #open(): void {
    this.#close();
    const source = this.#connect();
    this.#source = source;
    source.addEventListener('hello', (e) => {
      const { seq } = JSON.parse((e as MessageEvent<string>).data) as { seq: number };
      this.#failures = 0;
      const missed = this.#seq !== null && this.#seq !== seq;
      this.#seq = seq;
      if (missed) this.#tell({ seq, all: true, tags: true, relations: true, duplicates: true });
    });
    source.addEventListener('change', (e) => {
      const change = JSON.parse((e as MessageEvent<string>).data) as Change;
      this.#seq = change.seq;
      this.#tell(change);
    });
    // The browser would try again by itself, but at one fixed pace and not
    // after every kind of failure.
    source.addEventListener('error', () => this.#again());
  }

  #again(): void {
    this.#close();
    this.#failures++;
    if (this.#failures % 3 === 0) this.#onTrouble();
    const wait = Math.min(longestWait, firstWait * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => this.#open(), wait * (0.5 + this.#random() / 2));
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #seen(): void {
    if (document.hidden) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#close(), hiddenGrace);
    } else if (this.#source) {
      clearTimeout(this.#timer);
    } else {
      this.#open();
    }
  }

  #tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
