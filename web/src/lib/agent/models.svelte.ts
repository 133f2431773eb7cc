// The models that the agent can be asked with, and the one that is.
import { isAbort } from '../client.ts';
import { lasting } from '../storage.ts';
import { readModels } from './calls.ts';
import type { Model } from './wire.ts';

class Models {
  #all = $state.raw<readonly Model[] | null>(null);
  #default = $state.raw<string | null>(null);
  #error = $state.raw<unknown>(null);
  #last = $state(lasting.get('chat-model') ?? '');

  /** Null while they are first read. */
  get all(): readonly Model[] | null {
    return this.#all;
  }
  /** Why they could not be read. */
  get error(): unknown {
    return this.#error;
  }
  /** Whether none can be asked: there is no key, and the server has no model of its own. */
  readonly none: boolean = $derived(this.#all !== null && !this.#all.some(({ available }) => available));

  find(id: string): Model | undefined {
    return this.#all?.find((model) => model.id === id);
  }

  /** The one that answers in a conversation: its own, else the one chosen last, else the server's choice. */
  of(own: string): Model | undefined {
    const last = this.find(this.#last);
    return this.find(own) ?? (last?.available ? last : undefined) ?? this.find(this.#default ?? '');
  }

  /** Remembers the choice for new conversations. */
  prefer(id: string): void {
    this.#last = id;
    lasting.set('chat-model', id);
  }

  /** Reads them anew: keys may have been added since. */
  async load(): Promise<void> {
    try {
      const { models, default: chosen } = await readModels();
      this.#all = models;
      this.#default = chosen;
      this.#error = null;
    } catch (e) {
      if (!isAbort(e)) this.#error = e;
    }
  }
}

export const models = new Models();
