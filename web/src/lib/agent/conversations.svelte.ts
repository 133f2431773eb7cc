// The conversations that pages have open, and the list of all.
import { untrack } from 'svelte';
import { isAbort, messageOf } from '../client.ts';
import { live } from '../data/live.ts';
import { router, to } from '../router.svelte.ts';
import { toast } from '../ui/toast.svelte.ts';
import type { Change } from '../wire.ts';
import * as calls from './calls.ts';
import { Conversation } from './conversation.svelte.ts';
import { newId } from './id.ts';
import type { ConversationBrief, Mode } from './wire.ts';

const kept = new Map<string, Conversation>();
const fresh = new Map<Mode, Conversation>();
const mostKept = 20;

/** What a change says of conversations. */
const changed = (change: Change): readonly string[] => change.conversations ?? [];

let listening = false;
function listen(): void {
  if (listening) return;
  listening = true;
  live.subscribe((change) => {
    for (const conversation of kept.values()) {
      if (change.all || changed(change).includes(conversation.id)) void conversation.load();
    }
  });
}

/** A conversation as it was left. With null the one that has not begun yet; it stays the same when it begins. */
export function conversation(id: string | null, mode: Mode, idea: number | null = null): Conversation {
  // Whoever shows it follows what is in it, but not which one it is.
  return untrack(() => find(id, mode, idea));
}

function find(id: string | null, mode: Mode, idea: number | null): Conversation {
  listen();
  if (id === null) {
    const before = fresh.get(mode);
    if (before && !before.begun && before.idea === idea) return before;
    const made = new Conversation(newId(), mode, { idea });
    made.onbegun = () => {
      if (fresh.get(mode) === made) fresh.delete(mode);
      keep(made);
    };
    made.onunseen = unseen;
    fresh.set(mode, made);
    return made;
  }
  const found = kept.get(id) ?? new Conversation(id, mode, { begun: true });
  found.onunseen = unseen;
  keep(found);
  return found;
}

function keep(conversation: Conversation): void {
  kept.delete(conversation.id); // and to the end, as the one used last
  kept.set(conversation.id, conversation);
  for (const [old, entry] of kept) {
    if (kept.size <= mostKept) break;
    if (!entry.activity) kept.delete(old);
  }
}

function unseen(conversation: Conversation): void {
  if (conversation.mode === 'map' || !conversation.begun) return;
  const name = conversation.title ? `“${conversation.title}”` : 'a conversation';
  const last = conversation.messages.at(-1);
  const failed = conversation.problem ?? last?.metadata?.error;
  const text = failed ? `The answer in ${name} broke off.` : conversation.waiting.length ? `The agent asks for your approval in ${name}.` : `The answer in ${name} is complete.`;
  toast.show(text, { kind: failed ? 'error' : 'success', action: { label: 'Open', run: () => router.go(to.canvas(conversation.id)) } });
}

const pageSize = 40;
const typingWait = 150;

/** The list of conversations, the last one first, while a component shows it. */
export class ConversationList {
  #found = $state.raw<readonly ConversationBrief[] | null>(null);
  #more = $state(false);
  #problem = $state('');
  #growing = $state(false);
  #query = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: AbortController | null = null;

  constructor() {
    $effect(() => {
      void this.load();
      const end = live.subscribe((change) => {
        if (change.all || changed(change).length) void this.load();
      });
      return () => {
        end();
        clearTimeout(this.#timer);
        this.#reading?.abort();
      };
    });
  }

  /** Null while they are first read. */
  get all(): readonly ConversationBrief[] | null {
    return this.#found;
  }
  get more(): boolean {
    return this.#more;
  }
  get growing(): boolean {
    return this.#growing;
  }
  get problem(): string {
    return this.#problem;
  }

  /** Says what is looked for, in titles and texts. */
  ask(query: string): void {
    this.#query = query.trim();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), typingWait);
  }

  async load(): Promise<void> {
    await this.#read(0, Math.max(pageSize, Math.min(100, this.#found?.length ?? 0)));
  }

  async grow(): Promise<void> {
    if (!this.#more || this.#growing) return;
    this.#growing = true;
    await this.#read(this.#found?.length ?? 0, pageSize);
    this.#growing = false;
  }

  async rename(id: string, title: string): Promise<void> {
    await calls.changeConversation(id, { title });
    this.#found = this.#found?.map((brief) => (brief.id === id ? { ...brief, title } : brief)) ?? null;
    void kept.get(id)?.load();
  }

  async remove(id: string): Promise<void> {
    await this.#without([id], () => calls.deleteConversation(id));
    this.#found = this.#found?.filter((brief) => brief.id !== id) ?? null;
  }

  async removeAll(): Promise<void> {
    await this.#without([...kept.keys()], calls.deleteConversations);
    this.#found = [];
    this.#more = false;
  }

  /** Deletes conversations, which must not be read once more because of that. */
  async #without(ids: string[], remove: () => Promise<unknown>): Promise<void> {
    const gone = ids.flatMap((id) => kept.get(id) ?? []);
    for (const { id } of gone) kept.delete(id);
    try {
      await remove();
      for (const conversation of gone) conversation.removed();
    } catch (e) {
      for (const conversation of gone) keep(conversation);
      throw e;
    }
  }

  async #read(offset: number, limit: number): Promise<void> {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    try {
      const query = { ...(this.#query && { q: this.#query }), limit, offset };
      const page = await calls.readConversations(query, reading.signal);
      const before = offset ? (this.#found ?? []) : [];
      const seen = new Set(before.map(({ id }) => id));
      this.#found = [...before, ...page.conversations.filter(({ id }) => !seen.has(id))];
      this.#more = page.has_more;
      this.#problem = '';
    } catch (e) {
      if (!isAbort(e)) this.#problem = messageOf(e);
    }
  }
}
