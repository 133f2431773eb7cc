// The browser's storage, which can be forbidden or full: then reading finds
// nothing and writing does nothing.

class Shelf {
  constructor(private readonly storage: () => Storage) {}

  get(name: string): string | null {
    try {
      return this.storage().getItem(`neuralrepo.${name}`);
    } catch {
      return null;
    }
  }

  /** Keeps a value; null removes it. */
  set(name: string, value: string | null): void {
    try {
      if (value === null) this.storage().removeItem(`neuralrepo.${name}`);
      else this.storage().setItem(`neuralrepo.${name}`, value);
    } catch {
      // Nothing to do: what is kept here is a convenience.
    }
  }
}

/** Lasts, for every tab. */
export const lasting = new Shelf(() => localStorage);
/** Ends with this tab. */
export const passing = new Shelf(() => sessionStorage);
