// Keeps the places of ideas on the server, so that the map opens as it was
// left.
import { api, ask } from '../client.ts';
import type { MapNode } from '../wire.ts';

export interface Place {
  x: number;
  y: number;
}

/** The most places that one call takes. */
const mostPlaces = 10_000;
const wait = 800;
/** Half a pixel is no move. */
const still = 0.5;

export interface PlaceOptions {
  put?: (places: { id: number; x: number; y: number }[], leaving: boolean) => Promise<unknown>;
  /** Called once when storing begins to fail; the next move tries again. */
  onTrouble?: (error: unknown) => void;
}

function putPlaces(positions: { id: number; x: number; y: number }[], leaving: boolean): Promise<unknown> {
  return ask(api.PUT('/map/positions', { body: { positions }, keepalive: leaving }));
}

export class Places {
  #stored = new Map<number, Place>();
  #waiting = new Map<number, Place>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | null = null;
  #failed = false;
  #put: NonNullable<PlaceOptions['put']>;
  #onTrouble: (error: unknown) => void;

  constructor(options: PlaceOptions = {}) {
    this.#put = options.put ?? putPlaces;
    this.#onTrouble = options.onTrouble ?? (() => {});
  }

  /** Takes in where the server has ideas. */
  know(nodes: Iterable<MapNode>): void {
    for (const { number, x, y } of nodes) {
      if (x !== null && y !== null && !this.#stored.has(number)) this.#stored.set(number, { x, y });
    }
  }

  /** Stores soon where ideas are, unless that is known. */
  keep(places: Iterable<[number, Place]>): void {
    for (const [number, { x, y }] of places) {
      const before = this.#stored.get(number);
      if (before && Math.abs(before.x - x) < still && Math.abs(before.y - y) < still) this.#waiting.delete(number);
      else this.#waiting.set(number, { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 });
    }
    clearTimeout(this.#timer);
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => void this.flush(), wait);
  }

  /** Stores at once what waits. When the page is left, the browser finishes it if it is not much. */
  async flush(leaving = false): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#sending && !leaving) await this.#sending;
    if (this.#waiting.size === 0) return;
    this.#sending = this.#send(leaving);
    await this.#sending;
    this.#sending = null;
  }

  async #send(leaving: boolean): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, mostPlaces);
      for (const [number] of batch) this.#waiting.delete(number);
      try {
        // A request that outlives its page may have 64 KB.
        await this.#put(
          batch.map(([id, place]) => ({ id, ...place })),
          leaving && batch.length < 1_000,
        );
        for (const [number, place] of batch) this.#stored.set(number, place);
        this.#failed = false;
      } catch (e) {
        for (const [number, place] of batch) if (!this.#waiting.has(number)) this.#waiting.set(number, place);
        if (!this.#failed) this.#onTrouble(e);
        this.#failed = true;
        return;
      }
    }
  }
}
