// Everything a person can do by name or by key, in one place: it feeds the
// shortcuts, the palette and the list under "?".
import type { IconName } from './ui/icons.ts';
import { lasting } from './storage.ts';

export interface Command {
  /** Unique while it is registered, such as "go.board". */
  id: string;
  title: string;
  group: 'Create' | 'Go to' | 'This page' | 'Appearance' | 'Help';
  icon?: IconName;
  /**
   * What to press: one key ("c", "?"), two in a row ("g i"), or "mod+k",
   * where mod is Command on a Mac and Ctrl elsewhere.
   */
  keys?: string;
  /** More words by which the palette finds it. */
  words?: string;
  /** Leaves it out of the palette. */
  hidden?: boolean;
  run: () => void;
}

const sequenceWait = 1_200;

class Commands {
  #sets = $state.raw<Command[][]>([]);
  /**
   * The same, for whoever adds or removes: an effect must not run again because
   * of what it registered, and one that is torn down is shown what was before
   * another one registered.
   */
  #now: Command[][] = [];
  readonly all: Command[] = $derived(this.#sets.flat());
  #singleKeys = $state(lasting.get('single-keys') !== 'off');
  #first = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether keys without Ctrl or Command do something. A person may switch them off. */
  get singleKeys(): boolean {
    return this.#singleKeys;
  }
  set singleKeys(on: boolean) {
    this.#singleKeys = on;
    lasting.set('single-keys', on ? null : 'off');
  }

  /**
   * Adds commands until the returned function is called. In a page:
   *
   *     $effect(() => commands.register([{ id: 'idea.edit', … }]));
   *
   * Of two commands with the same keys the one registered last runs.
   */
  register(set: Command[]): () => void {
    this.#become([...this.#now, set]);
    return () => this.#become(this.#now.filter((s) => s !== set));
  }

  #become(sets: Command[][]): void {
    this.#now = sets;
    this.#sets = sets;
  }

  /** Listens to the keyboard. Returns how to stop. */
  start(): () => void {
    const stop = new AbortController();
    addEventListener('keydown', (e) => this.#press(e), { signal: stop.signal });
    return () => stop.abort();
  }

  #press(e: KeyboardEvent): void {
    if (e.defaultPrevented || e.isComposing || e.repeat) return;
    const key = e.key.length === 1 ? e.key : e.key.toLowerCase();
    if (['control', 'meta', 'shift', 'alt'].includes(key)) return;
    if (e.ctrlKey || e.metaKey) {
      if (!e.altKey && e.ctrlKey !== e.metaKey) this.#fire(`mod+${key.toLowerCase()}`, e);
      return;
    }
    if (e.altKey || !this.#singleKeys || isField(e) || document.querySelector('dialog[open]')) {
      this.#forget();
      return;
    }
    const both = this.#first ? `${this.#first} ${key}` : '';
    this.#forget();
    if (both && this.#fire(both, e)) return;
    if (this.#fire(key, e)) return;
    if (this.all.some((c) => c.keys?.startsWith(`${key} `))) {
      this.#first = key;
      this.#timer = setTimeout(() => this.#forget(), sequenceWait);
    }
  }

  #fire(keys: string, e: KeyboardEvent): boolean {
    const command = this.all.findLast((c) => c.keys === keys);
    if (!command) return false;
    e.preventDefault();
    command.run();
    return true;
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#first = '';
  }
}

/** Whether a key pressed there is meant for a field. */
function isField(e: Event): boolean {
  const target = e.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('textarea, select, [role="textbox"], [role="combobox"], [role="menu"]')) {
    return true;
  }
  const input = target.closest('input');
  return input !== null && !['checkbox', 'radio', 'button', 'submit', 'range', 'color'].includes(input.type);
}

export const commands = new Commands();
