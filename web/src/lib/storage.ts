// The browser's storage. It can be forbidden or full: then what is written
// lasts for as long as the page is open.

export class Shelf {
  /** What the browser did not take. */
  readonly #refused = new Map<string, string>();

  constructor(private readonly storage: () => Storage) {}

  get(name: string): string | null {
    const refused = this.#refused.get(name);
    if (refused !== undefined) return refused;
    try {
      return this.storage().getItem(`neuralrepo.${name}`);
    } catch {
      return null;
    }
  }

  /** Keeps a value; null removes it. Says whether it outlives the page. */
  set(name: string, value: string | null): boolean {
    this.#refused.delete(name);
    try {
      if (value === null) this.storage().removeItem(`neuralrepo.${name}`);
      else this.storage().setItem(`neuralrepo.${name}`, value);
      return true;
    } catch {
      if (value !== null) this.#refused.set(name, value);
      return false;
    }
  }

  /** The names of what is kept that begin like this. */
  names(prefix: string): string[] {
    const names = new Set(this.#refused.keys());
    try {
      for (const name of Object.keys(this.storage())) {
        if (name.startsWith('neuralrepo.')) names.add(name.slice('neuralrepo.'.length));
      }
    } catch {
      // Only what the browser did not take.
    }
    return [...names].filter((name) => name.startsWith(prefix));
  }
}

/** Lasts, for every tab. */
export const lasting = new Shelf(() => localStorage);
/** Ends with this tab. */
export const passing = new Shelf(() => sessionStorage);
