// Room for labels: one is drawn only where none was before.

const cell = { width: 16, height: 4 };

export class Room {
  #columns: number;
  #rows: number;
  #taken: Uint8Array;

  /** The size of the screen in pixels. */
  constructor(width: number, height: number) {
    this.#columns = Math.max(1, Math.ceil(width / cell.width));
    this.#rows = Math.max(1, Math.ceil(height / cell.height));
    this.#taken = new Uint8Array(this.#columns * this.#rows);
  }

  /**
   * Takes a rectangle if all of it is free, and says whether it was; with
   * force it is taken in any case. What is off the screen counts as free.
   */
  take(left: number, top: number, width: number, height: number, force = false): boolean {
    const from = Math.max(0, Math.floor(left / cell.width));
    const to = Math.min(this.#columns - 1, Math.floor((left + width) / cell.width));
    const first = Math.max(0, Math.floor(top / cell.height));
    const last = Math.min(this.#rows - 1, Math.floor((top + height) / cell.height));
    for (let row = first; row <= last && !force; row++) {
      for (let column = from; column <= to; column++) {
        if (this.#taken[row * this.#columns + column]) return false;
      }
    }
    for (let row = first; row <= last; row++) {
      this.#taken.fill(1, row * this.#columns + from, row * this.#columns + to + 1);
    }
    return true;
  }
}

/** Breaks a title into lines of at most so many letters; what does not fit ends in "…". */
export function breakTitle(title: string, most: number, lines: number): string[] {
  const broken: string[] = [];
  let rest = title.trim();
  while (rest && broken.length < lines) {
    const last = broken.length === lines - 1;
    const letters = [...rest];
    if (letters.length <= most) {
      broken.push(rest);
      break;
    }
    // One more, so that a word that just fits is seen to end.
    const head = letters.slice(0, last ? most - 1 : most + 1).join('');
    const space = head.lastIndexOf(' ');
    const line = space > head.length / 3 ? head.slice(0, space) : letters.slice(0, most - 1).join('');
    broken.push(last ? `${line.replace(/[\s,;:.–-]+$/, '')}…` : line);
    rest = rest.slice(line.length).trim();
  }
  return broken;
}
