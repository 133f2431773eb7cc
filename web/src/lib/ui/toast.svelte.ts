// Short messages that come and go at the edge of the page.

export interface Toast {
  id: number;
  text: string;
  kind: 'info' | 'success' | 'error';
  action?: { label: string; run: () => void };
}

interface Timed extends Toast {
  left: number;
  started: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const shortLife = 5_000;
/** For what can be acted upon or must be understood. */
const longLife = 12_000;
const mostToasts = 4;

class Toasts {
  #timed = $state.raw<Timed[]>([]);
  #held = false;

  get all(): readonly Toast[] {
    return this.#timed;
  }

  /** Shows a message and gives the id by which it can be dismissed. */
  show(text: string, options: { kind?: Toast['kind']; action?: Toast['action'] } = {}): number {
    const { kind = 'info', action } = options;
    const left = action || kind === 'error' ? longLife : shortLife;
    const toast: Timed = { id: nextId++, text, kind, action, left, started: 0, timer: undefined };
    for (const old of this.#timed.slice(0, -mostToasts + 1)) this.dismiss(old.id);
    this.#timed = [...this.#timed, toast];
    if (!this.#held) this.#run(toast);
    return toast.id;
  }

  dismiss(id: number): void {
    clearTimeout(this.#timed.find((t) => t.id === id)?.timer);
    this.#timed = this.#timed.filter((t) => t.id !== id);
  }

  /** Stops the clocks while somebody reads. */
  hold(): void {
    if (this.#held) return;
    this.#held = true;
    for (const t of this.#timed) {
      clearTimeout(t.timer);
      t.left -= Date.now() - t.started;
    }
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const t of this.#timed) this.#run(t);
  }

  #run(t: Timed): void {
    t.started = Date.now();
    t.timer = setTimeout(() => this.dismiss(t.id), Math.max(t.left, 1_000));
  }
}

let nextId = 1;

export const toast = new Toasts();
