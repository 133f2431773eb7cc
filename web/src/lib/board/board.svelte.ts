// What the columns of the board share: the card in the hand, and moving it.
import { tick } from 'svelte';
import { messageOf } from '../client.ts';
import { editIdea, seenIdea } from '../data/ideas.svelte.ts';
import { toast } from '../ui/toast.svelte.ts';
import type { Idea, Status } from '../wire.ts';
import { statuses, statusWords } from '../words.ts';

export class BoardState {
  /** Whether a card is being dragged by mouse or touch. */
  dragging = $state(false);
  /** The card picked up by keyboard, and the column it would be put into. */
  held = $state.raw<{ idea: Idea; to: Status } | null>(null);
  /** What was done last, to be read aloud. */
  said = $state('');
  /** The card of each column that the Tab key leads to. */
  entry = $state.raw<Partial<Record<Status, number>>>({});

  /** Moves of one idea happen one after the other. */
  #moves = new Map<number, Promise<void>>();

  /** Moves an idea at once; if the server refuses, it goes back and a message says why. */
  move(number: number, to: Status): Promise<void> {
    const before = this.#moves.get(number);
    const sent = before ? before.then(() => this.#move(number, to)) : this.#move(number, to);
    this.#moves.set(number, sent);
    void sent.finally(() => {
      if (this.#moves.get(number) === sent) this.#moves.delete(number);
    });
    return sent;
  }

  async #move(number: number, to: Status): Promise<void> {
    const from = seenIdea(number)?.status;
    if (!from || from === to) return;
    this.said = `#${number} moved to ${statusWords[to].label}`;
    this.entry = { ...this.entry, [to]: number };
    try {
      await editIdea(number, { status: to });
    } catch (e) {
      this.said = `#${number} is back in ${statusWords[from].label}`;
      toast.show(`#${number} was not moved: ${messageOf(e)}`, {
        kind: 'error',
        action: { label: 'Try again', run: () => void this.move(number, to) },
      });
      await tick();
      if (document.activeElement === document.body) focusCard(number);
    }
  }

  pickUp(idea: Idea): void {
    this.held = { idea, to: idea.status };
    this.said = `Picked up #${idea.number} from ${statusWords[idea.status].label}. Left and right arrow keys choose a column, Space puts it down, Escape leaves it where it was.`;
  }

  /** Points the held card at the next column. */
  carry(step: 1 | -1): void {
    if (!this.held) return;
    const to = statuses[statuses.indexOf(this.held.to) + step];
    if (!to) return;
    this.held = { ...this.held, to };
    this.said = to === this.held.idea.status ? `${statusWords[to].label}, where it was` : statusWords[to].label;
  }

  async putDown(): Promise<void> {
    if (!this.held) return;
    const { idea, to } = this.held;
    this.held = null;
    if (to === idea.status) {
      this.said = `#${idea.number} stays in ${statusWords[to].label}`;
      return;
    }
    const sent = this.move(idea.number, to);
    await tick();
    focusCard(idea.number);
    await sent;
  }

  letGo(): void {
    if (!this.held) return;
    this.said = `#${this.held.idea.number} stays in ${statusWords[this.held.idea.status].label}`;
    this.held = null;
  }
}

export function focusCard(number: number): void {
  document.querySelector<HTMLElement>(`[data-card="${number}"] a`)?.focus();
}
