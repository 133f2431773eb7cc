// The log of requests to models, as far as it was read.
import { readRequests } from '../ai/calls.ts';
import type { ModelRequest, RequestQuery } from '../ai/wire.ts';
import { isAbort } from '../client.ts';

const page = 50;

export class RequestLog {
  #requests = $state.raw<readonly ModelRequest[] | null>(null);
  #error = $state.raw<unknown>(null);
  #cursor = $state<string | null>(null);
  #growing = $state(false);
  #query: RequestQuery = {};
  #reading: AbortController | null = null;

  /** The requests so far, the newest first; null while the first page is read. */
  get requests(): readonly ModelRequest[] | null {
    return this.#requests;
  }
  /** Why there is nothing to show. */
  get error(): unknown {
    return this.#error;
  }
  get hasMore(): boolean {
    return this.#cursor !== null;
  }
  get growing(): boolean {
    return this.#growing;
  }

  /** Reads the log for a query from its beginning. */
  async load(query: RequestQuery): Promise<void> {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    this.#query = query;
    this.#error = null;
    this.#growing = false;
    try {
      const first = await readRequests({ ...query, limit: page }, reading.signal);
      this.#requests = first.requests;
      this.#cursor = first.next_cursor;
    } catch (e) {
      if (isAbort(e)) return;
      this.#requests = null;
      this.#cursor = null;
      this.#error = e;
    }
  }

  /** Reads the next page. Throws what went wrong; calling again tries again. */
  async grow(): Promise<void> {
    if (this.#growing || this.#cursor === null) return;
    this.#growing = true;
    const reading = this.#reading;
    try {
      const next = await readRequests({ ...this.#query, limit: page, cursor: this.#cursor }, reading?.signal);
      this.#requests = [...(this.#requests ?? []), ...next.requests];
      this.#cursor = next.next_cursor;
    } catch (e) {
      if (!isAbort(e)) throw e;
    } finally {
      if (reading === this.#reading) this.#growing = false;
    }
  }

  stop(): void {
    this.#reading?.abort();
  }
}
