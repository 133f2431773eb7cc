// The text of an idea while somebody works on it. Nothing that happens
// elsewhere overwrites it, and it outlives a reload, a walk to another page, a
// closed tab and a server that is away.
import { ApiError, messageOf } from '../client.ts';
import { editIdea, readIdea } from '../data/ideas.svelte.ts';
import { lastingDrawer, type Left } from '../drafts.ts';
import type { Idea } from '../wire.ts';
import { limits } from '../words.ts';
import { merge } from './diff.ts';

export interface Text {
  title: string;
  body: string;
}

/** A text as the server has it. */
export interface Stored extends Text {
  version: number;
}

export interface Kept {
  mine: Text;
  base: Stored;
}

export type Saved = 'saved' | 'merged' | 'conflict' | 'failed';

export class Draft {
  title = $state('');
  body = $state('');
  /** Whether the body is open for writing. */
  editing = $state(false);
  saving = $state(false);
  /** Why it was not saved. */
  problem = $state('');
  /** Whether it was found again from before. */
  restored = $state(false);
  #base = $state.raw<Stored>({ title: '', body: '', version: 0 });
  #theirs = $state.raw<Stored | null>(null);
  #left = $state.raw<Left<Kept> | null>(null);
  /** Whether the browser keeps what is not saved. */
  kept = $state(true);
  readonly #drawer;

  readonly dirty: boolean = $derived(this.title !== this.#base.title || this.body !== this.#base.body);

  constructor(readonly number: number) {
    this.#drawer = lastingDrawer(`idea.${number}`);
  }

  /** The text on which this one was begun. */
  get base(): Stored {
    return this.#base;
  }
  /** What somebody else made of it meanwhile. */
  get theirs(): Stored | null {
    return this.#theirs;
  }
  /** Another text of the same idea that was not saved: of a tab that was closed, or is open still. */
  get left(): Left<Kept> | null {
    return this.#left;
  }

  /** Begins with what was kept in this tab, or with the idea. Call once, when the idea is there. */
  begin(idea: Idea): void {
    const kept = this.#drawer.get();
    if (isKept(kept)) {
      this.#base = kept.base;
      this.#set(kept.mine);
      this.editing = kept.mine.body !== kept.base.body;
      this.restored = this.dirty;
    } else {
      this.#base = stored(idea);
      this.#set(this.#base);
    }
    this.follow(idea);
    this.look();
  }

  /** Looks for what other tabs keep of this idea. */
  look(): void {
    const found = this.#drawer.left().filter((left): left is Left<Kept> => isKept(left.value));
    const saved = found.filter(({ value }) => same(value.mine, this.#base));
    for (const { name } of saved) this.#drawer.forget(name);
    this.#left = found.find((left) => !saved.includes(left) && !same(left.value.mine, this)) ?? null;
  }

  /** Tells when other tabs keep something else, until the returned function is called. */
  watch(): () => void {
    return this.#drawer.watch(() => this.look());
  }

  /** Goes on with what another tab kept, as if it had been written here. */
  takeLeft(idea: Idea): void {
    const left = this.#left;
    if (!left) return;
    const { mine, base } = left.value;
    this.#base = base;
    this.#theirs = null;
    this.#set(mine);
    this.editing = mine.body !== base.body;
    this.follow(idea);
    this.keep();
    this.dropLeft();
  }

  /** Throws away what another tab kept, and gives it. */
  dropLeft(): Left<Kept> | null {
    const left = this.#left;
    if (left) this.#drawer.forget(left.name);
    this.look();
    return left;
  }

  /** Puts back what was thrown away. */
  putBack(left: Left<Kept>): void {
    this.#drawer.putBack(left);
    this.look();
  }

  /** Takes in the idea as it is now. */
  follow(idea: Idea): void {
    if (this.saving || idea.version < this.#base.version) return;
    const now = stored(idea);
    if (same(now, this.#base)) {
      this.#base = now; // only something else changed, such as a tag
      this.#theirs = null;
    } else if (same(now, this)) {
      this.#rest(now); // both wrote the same
    } else if (this.dirty || this.editing) {
      this.#theirs = now;
    } else {
      this.#rest(now);
    }
  }

  /** Keeps the text in the browser for as long as it is not saved. */
  keep(): void {
    const kept: Kept = { mine: this.text, base: this.#base };
    this.kept = this.#drawer.set(this.dirty ? kept : null);
  }

  get text(): Text {
    return { title: this.title, body: this.body };
  }

  /** Takes what the server has, theirs if there is one, and gives what was thrown away. */
  discard(): Text {
    const mine = this.text;
    this.#rest(this.#theirs ?? this.#base);
    return mine;
  }

  /** Puts a text back that was thrown away. */
  takeUp(mine: Text): void {
    this.#set(mine);
    this.editing = mine.body !== this.#base.body;
  }

  /** Why it cannot be saved, or "". */
  check(): string {
    const title = this.title.trim();
    if (!title) return 'An idea needs a title.';
    if ([...title].length > limits.title) return `A title has at most ${limits.title} characters.`;
    if ([...this.body].length > limits.body) return `The text has more than ${limits.body.toLocaleString('en')} characters.`;
    return '';
  }

  /**
   * Saves what was changed. If somebody else changed the idea since, both
   * changes are put together where they do not touch the same lines; where
   * they do, theirs is there to be looked at, and nothing is saved.
   */
  async save(): Promise<Saved> {
    if (this.saving) return 'failed';
    this.problem = this.check();
    if (this.problem) return 'failed';
    this.saving = true;
    try {
      return await (this.#theirs ? this.#meet() : this.#send(false));
    } catch (e) {
      this.problem = messageOf(e);
      return 'failed';
    } finally {
      this.saving = false;
    }
  }

  /** Saves a text that was made knowing theirs, in its place. */
  async saveOver(text: Text): Promise<Saved> {
    if (this.#theirs) this.#base = this.#theirs;
    this.#theirs = null;
    this.#set(text);
    this.editing = this.dirty && text.body !== this.#base.body;
    return this.save();
  }

  async #send(merged: boolean): Promise<Saved> {
    const base = this.#base;
    const mine = { title: this.title.trim(), body: this.body };
    const edit = {
      ...(mine.title !== base.title && { title: mine.title }),
      ...(mine.body !== base.body && { body: mine.body }),
    };
    if (Object.keys(edit).length > 0) {
      try {
        const idea = await editIdea(this.number, edit, base.version);
        this.#rest(stored(idea));
      } catch (e) {
        if (!(e instanceof ApiError) || e.status !== 412) throw e;
        return this.#meet();
      }
    } else {
      this.#rest(base);
    }
    return merged ? 'merged' : 'saved';
  }

  /** Reads what somebody else made of it and tries to put both together. */
  async #meet(): Promise<Saved> {
    const theirs = stored(await readIdea(this.number));
    const base = this.#base;
    const title = pick(base.title, this.title.trim(), theirs.title);
    const body = merge(base.body, this.body, theirs.body);
    if (title === null || body.clash) {
      this.#theirs = theirs;
      return 'conflict';
    }
    const touched = !same(theirs, base);
    this.#base = theirs;
    this.#theirs = null;
    this.#set({ title, body: body.text });
    return this.#send(touched);
  }

  /** Both texts in one, to be worked on by hand. */
  together(): Text & { clash: boolean } {
    const theirs = this.#theirs ?? this.#base;
    const { text, clash } = merge(this.#base.body, this.body, theirs.body);
    return { title: pick(this.#base.title, this.title, theirs.title) ?? this.title, body: text, clash };
  }

  #rest(now: Stored): void {
    this.#base = now;
    this.#theirs = null;
    this.#set(now);
    this.editing = false;
    this.restored = false;
    this.problem = '';
  }

  #set({ title, body }: Text): void {
    this.title = title;
    this.body = body;
  }
}

function isKept(value: unknown): value is Kept {
  const { mine, base } = (value ?? {}) as Partial<Kept>;
  const whole = [mine?.title, mine?.body, base?.title, base?.body].every((s) => typeof s === 'string');
  return whole && typeof base?.version === 'number';
}

function stored({ title, body, version }: Idea): Stored {
  return { title, body: body ?? '', version };
}

function same(a: Text, b: Text): boolean {
  return a.title === b.title && a.body === b.body;
}

/** The one that was changed, or null if both were. */
function pick(base: string, mine: string, theirs: string): string | null {
  if (mine === theirs || theirs === base) return mine;
  return mine === base ? theirs : null;
}
