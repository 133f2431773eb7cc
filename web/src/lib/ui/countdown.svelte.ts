// A wait that somebody watches.

/** Spells a number of seconds: "14 s", "2 min 5 s". */
export function spellWait(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** Counts down the seconds until something may be tried again. For use in a component. */
export class Countdown {
  #end = $state(0);
  /** How many seconds are left. */
  left = $state(0);
  #over = () => {};

  constructor() {
    $effect(() => {
      if (this.#end === 0) return;
      // By the clock: a timer of a page out of sight is late.
      const timer = setInterval(() => this.#look(), 500);
      return () => clearInterval(timer);
    });
  }

  get text(): string {
    return spellWait(this.left);
  }

  /** Starts it, of a second at least; over is called at its end. */
  start(seconds: number, over: () => void = () => {}): void {
    this.#over = over;
    this.#end = Date.now() + Math.max(1, seconds) * 1_000;
    this.#look();
  }

  #look(): void {
    this.left = Math.max(0, Math.ceil((this.#end - Date.now()) / 1_000));
    if (this.left > 0) return;
    this.#end = 0;
    this.#over();
  }
}
