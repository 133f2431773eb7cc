// The person's provider keys, as far as a page may know them.
import { readKeyStatus, removeKey, setCap, storeKey, testKey } from '../ai/calls.ts';
import type { KeyStatus, Provider, ProviderStatus } from '../ai/wire.ts';
import { changeSetting } from '../settings/settings.ts';

export class ProviderKeys {
  #status = $state.raw<KeyStatus | null>(null);
  #error = $state.raw<unknown>(null);
  /** Counts what was done, for lists of it that are on the screen. */
  changes = $state(0);

  /** How the three stand; null while that is first read. */
  get all(): readonly ProviderStatus[] | null {
    return this.#status?.providers ?? null;
  }
  get preferred(): Provider | null {
    return this.#status?.preferred ?? null;
  }
  /** The one that answers next. */
  get active(): Provider | null {
    return this.#status?.active ?? null;
  }
  /** Why there is nothing to show. */
  get error(): unknown {
    return this.#error;
  }

  async load(): Promise<void> {
    this.#error = null;
    try {
      this.#status = await readKeyStatus();
    } catch (e) {
      // What is on the screen is better than an error in its place.
      if (!this.#status) this.#error = e;
    }
  }

  of(provider: Provider): ProviderStatus | undefined {
    return this.#status?.providers.find((status) => status.provider === provider);
  }

  /** Stores a key and gives the warning that came with it, if any. */
  async store(provider: Provider, key: string): Promise<string | null> {
    const { warning } = await storeKey(provider, key);
    await this.#changed();
    return warning;
  }

  /** Asks the provider whether it takes the key. The answer is in the status then. */
  async test(provider: Provider): Promise<void> {
    await testKey(provider);
    await this.#changed();
  }

  async cap(provider: Provider, dollars: number | null): Promise<void> {
    await setCap(provider, dollars);
    await this.#changed();
  }

  async remove(provider: Provider): Promise<void> {
    await removeKey(provider);
    await this.#changed();
  }

  /** Prefers a provider, or none. */
  async prefer(provider: Provider | null): Promise<void> {
    await changeSetting('preferred_ai_provider', provider ?? undefined);
    await this.#changed();
  }

  async #changed(): Promise<void> {
    await this.load();
    this.changes++;
  }
}
