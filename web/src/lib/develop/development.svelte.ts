// The specifications of one idea: which there are, which is shown, and the
// one that is being written. It outlives the page of the idea, so that a text
// goes on arriving while the person looks at something else.
import { SvelteMap } from 'svelte/reactivity';
import { readSpec, readSpecs, restoreSpec } from '../ai/calls.ts';
import type { DevelopRequest, Spec, SpecHead } from '../ai/wire.ts';
import { isAbort, messageOf } from '../client.ts';
import { develop } from './stream.ts';

/** What is being written. */
export interface Writing {
  /** Null until the server has begun. */
  version: number | null;
  provider: string;
  model: string;
  /** Whether it goes on with what was there. */
  resumes: boolean;
}

export class Development {
  #specs = $state.raw<readonly SpecHead[] | null>(null);
  #error = $state.raw<unknown>(null);
  #shown = $state.raw<Spec | null>(null);
  #writing = $state.raw<Writing | null>(null);
  #text = $state('');
  #problem = $state('');
  #bodies = new SvelteMap<string, Spec>();
  #stop: AbortController | null = null;
  #wanted: number | null = null;

  constructor(readonly number: number) {}

  /** All versions, the newest first; null while they are first read. */
  get specs(): readonly SpecHead[] | null {
    return this.#specs;
  }
  /** Why there is nothing to show. */
  get error(): unknown {
    return this.#error;
  }
  /** The version on the page; null if there is none yet, or while it is read. */
  get shown(): Spec | null {
    return this.#shown;
  }
  get writing(): Writing | null {
    return this.#writing;
  }
  /** What has arrived of what is being written. */
  get text(): string {
    return this.#text;
  }
  /** Why the last one was not written, or not to its end. */
  get problem(): string {
    return this.#problem;
  }

  /** Reads which versions there are, and shows the newest unless another was chosen. */
  async load(): Promise<void> {
    this.#error = null;
    try {
      this.#specs = await readSpecs(this.number);
      const newest = this.#specs[0];
      if (!newest) this.#shown = null;
      else if (!this.#writing) await this.#show(this.#wanted ?? newest.version);
    } catch (e) {
      if (!this.#specs) this.#error = e;
    }
  }

  /** Shows a version. Throws if it cannot be read. */
  async choose(version: number): Promise<void> {
    this.#wanted = version === this.#specs?.[0]?.version ? null : version;
    await this.#show(version);
  }

  async #show(version: number): Promise<void> {
    const spec = await this.body(version);
    if (version === (this.#wanted ?? this.#specs?.[0]?.version ?? version)) this.#shown = spec;
  }

  /** A version with its text. */
  async body(version: number): Promise<Spec> {
    const head = this.#specs?.find((spec) => spec.version === version);
    const key = head && `${version} ${head.updated_at}`;
    const kept = key && this.#bodies.get(key);
    if (kept) return kept;
    const spec = await readSpec(this.number, version);
    if (key) this.#bodies.set(key, spec);
    return spec;
  }

  /**
   * Writes a specification and shows it as it arrives. It ends when the text
   * is complete, broke off, was stopped or was refused; only the problem tells.
   * Returns whether it is complete.
   */
  async write(request: DevelopRequest): Promise<boolean> {
    if (this.#writing) return false;
    const stop = (this.#stop = new AbortController());
    this.#problem = '';
    this.#text = '';
    this.#writing = { version: null, provider: request.provider ?? '', model: request.model ?? '', resumes: request.resume !== undefined };
    let done: Spec | null = null;
    let version = request.resume ?? null;
    try {
      // The server may have kept more than had arrived here.
      if (request.resume !== undefined) this.#text = (await readSpec(this.number, request.resume, stop.signal)).body;
      for await (const event of develop(this.number, request, stop.signal)) {
        switch (event.kind) {
          case 'start':
            version = event.version;
            this.#writing = { ...this.#writing, version, provider: event.provider, model: event.model };
            break;
          case 'text':
            this.#text += event.text;
            break;
          case 'done':
            done = event.spec;
            break;
          case 'error':
            version = event.version ?? version;
            this.#problem = event.error;
        }
      }
      if (!done && !this.#problem) this.#problem = 'The connection broke off before the text was complete.';
    } catch (e) {
      if (!isAbort(e) && !stop.signal.aborted) {
        this.#problem = version !== null && this.#text ? 'The connection broke off before the text was complete.' : messageOf(e);
      }
    }
    const arrived = this.#text;
    this.#wanted = null;
    try {
      this.#specs = await readSpecs(this.number);
      if (done) this.#shown = done;
      else if (version !== null && this.#specs.some((spec) => spec.version === version)) {
        const kept = await readSpec(this.number, version);
        // The server is still putting away what it was told to stop.
        this.#shown = kept.body.length < arrived.length ? { ...kept, body: arrived, complete: false } : kept;
      }
    } catch {
      // The text at least is here.
      if (this.#shown?.version === version && this.#shown) this.#shown = { ...this.#shown, body: arrived, complete: false };
    } finally {
      this.#writing = null;
      this.#stop = null;
    }
    return done !== null;
  }

  /** Stops what is being written. What has arrived is kept. */
  stop(): void {
    this.#stop?.abort();
  }

  /** Makes a new version that repeats an old one. */
  async restore(version: number): Promise<Spec> {
    const made = await restoreSpec(this.number, version);
    this.#wanted = null;
    this.#specs = await readSpecs(this.number);
    this.#shown = made;
    return made;
  }
}

const kept = new Map<number, Development>();
const mostKept = 20;

/** The specifications of an idea, as they were left. */
export function development(number: number): Development {
  const found = kept.get(number) ?? new Development(number);
  kept.delete(number); // and to the end, as the one used last
  kept.set(number, found);
  for (const [old, entry] of kept) {
    if (kept.size <= mostKept) break;
    if (!entry.writing) kept.delete(old);
  }
  return found;
}
