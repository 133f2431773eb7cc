// One conversation with the agent: what was said, the answer that is arriving,
// the cards beside it. It outlives the page, so that an answer goes on
// arriving while the person looks at something else.
import { SvelteMap } from 'svelte/reactivity';
import { ApiError, isAbort, messageOf } from '../client.ts';
import { passingDrawer, type Drawer } from '../drafts.ts';
import * as calls from './calls.ts';
import { newId } from './id.ts';
import { Builder, extent, readParts, type StreamPart } from './stream.ts';
import {
  isTool,
  type AgentMessage,
  type ArtifactCard,
  type CardChange,
  type CardState,
  type ChatRequest,
  type ConversationDetail,
  type Mode,
  type Part,
  type Room,
  type ToolPart,
  type Usage,
} from './wire.ts';

/** Why nothing came of what a person wanted. */
export interface Problem {
  text: string;
  /** As an HTTP status; 0 if no answer came. */
  status: number;
  /** In how many seconds it is worth trying again; 0 if that is not known. */
  retryAfter: number;
}

/** What is under way. */
export type Activity = 'sending' | 'answering' | 'reconnecting' | 'stopping';

/** Waits between tries to get hold of an answer again, in milliseconds. */
const waits = [300, 1_000, 2_000, 4_000, 8_000, 15_000];

/** A card as it came. It has a class of its own so that Svelte leaves what is in it alone: data may be large, and is never changed. */
class Kept implements ArtifactCard {
  declare id: string;
  declare type: ArtifactCard['type'];
  declare title: string;
  declare tool: string;
  declare data: unknown;
  declare change?: string;
  constructor(card: ArtifactCard) {
    Object.assign(this, card);
  }
}

const keep = <T extends Part | StreamPart>(part: T): T => (part.type === 'data-artifact' ? { ...part, data: new Kept(part.data) } : part);

type Phase = 'new' | 'loading' | 'ready' | 'error' | 'gone';

export class Conversation {
  #phase = $state<Phase>('new');
  #error = $state.raw<unknown>(null);
  #title = $state('');
  #model = $state('');
  #idea = $state<number | null>(null);
  #messages = $state<AgentMessage[]>([]);
  #marks = new SvelteMap<string, CardState>();
  #usage = $state.raw<Usage | null>(null);
  #activity = $state<Activity | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #draft = $state('');
  #drawer: Drawer;
  #stop: AbortController | null = null;
  #watchers = new Set<(card: ArtifactCard) => void>();
  #told = new Set<string>();
  #looks = 0;
  /** Something changed at the server while an answer was read here. */
  #outdated = false;
  /** Counts what was asked of the server, as answers may overtake each other. */
  #reads = 0;
  /** Told when an answer has come to its end, or waits, and nobody looks. */
  onunseen: (conversation: Conversation) => void = () => {};
  /** Told when the server has taken the first message. */
  onbegun: (conversation: Conversation) => void = () => {};

  constructor(
    readonly id: string,
    readonly mode: Mode,
    { begun = false, idea = null }: { begun?: boolean; idea?: number | null } = {},
  ) {
    this.#drawer = passingDrawer(begun ? `chat ${id}` : `chat new ${mode}`);
    const kept = this.#drawer.get();
    if (typeof kept === 'string') this.#draft = kept;
    this.#idea = idea;
    if (begun) this.#phase = 'loading';
  }

  get phase(): Phase {
    return this.#phase;
  }
  /** Why there is nothing to show. */
  get error(): unknown {
    return this.#error;
  }
  /** Whether the server knows of it. */
  get begun(): boolean {
    return this.#phase !== 'new';
  }
  get title(): string {
    return this.#title;
  }
  /** The id of the model that answers; empty if none was chosen. */
  get model(): string {
    return this.#model;
  }
  /** The number of the idea that it is about, if it is about one. */
  get idea(): number | null {
    return this.#idea;
  }
  get messages(): readonly AgentMessage[] {
    return this.#messages;
  }
  /** What is under way, null if nothing is. */
  get activity(): Activity | null {
    return this.#activity;
  }
  get problem(): Problem | null {
    return this.#problem;
  }
  set problem(problem: Problem | null) {
    this.#problem = problem;
  }
  /** What is being written to be sent. It is kept in the browser. */
  get draft(): string {
    return this.#draft;
  }
  set draft(text: string) {
    this.#draft = text;
    this.#drawer.set(text || null);
  }

  /** All cards in the order in which they came. */
  readonly cards: readonly ArtifactCard[] = $derived.by(() => {
    const cards = new Map<string, ArtifactCard>();
    for (const { parts } of this.#messages) for (const part of parts) if (part.type === 'data-artifact') cards.set(part.data.id, part.data);
    return [...cards.values()];
  });

  /** The calls that wait to be approved. */
  readonly waiting: readonly ToolPart[] = $derived(
    (this.#messages.at(-1)?.parts ?? []).filter((part): part is ToolPart => isTool(part) && part.state === 'approval-requested'),
  );

  /** How much of what the model can hold is taken; null until that is known. */
  readonly room: Room | null = $derived(this.#messages.findLast(({ metadata }) => metadata?.context)?.metadata?.context ?? null);

  /** What all answers took so far. */
  readonly usage: Usage | null = $derived.by(() => {
    const now = this.#activity ? this.#messages.at(-1)?.metadata?.usage : undefined;
    if (!now || !this.#usage) return now ?? this.#usage;
    const cost = now.cost === null || this.#usage.cost === null ? null : now.cost + this.#usage.cost;
    return {
      tokens_in: this.#usage.tokens_in + now.tokens_in,
      tokens_cached: this.#usage.tokens_cached + now.tokens_cached,
      tokens_out: this.#usage.tokens_out + now.tokens_out,
      cost,
    };
  });

  /** How a card was left. */
  mark(id: string): CardState {
    return this.#marks.get(id) ?? { id, pinned: false, collapsed: false, dismissed: false, undone: false };
  }

  /** Tells of each card as it arrives, until the returned function is called. What was there before is not told. */
  watch(oncard: (card: ArtifactCard) => void): () => void {
    this.#watchers.add(oncard);
    return () => this.#watchers.delete(oncard);
  }

  /** Says that somebody looks at it, until the returned function is called. */
  look(): () => void {
    this.#looks++;
    return () => void this.#looks--;
  }

  /** Reads it, and goes on with an answer that is under way. */
  async load(): Promise<void> {
    if (!this.begun) return;
    if (this.#activity) {
      this.#outdated = true;
      return;
    }
    try {
      const detail = await this.#read();
      if (detail && this.#take(detail)) void this.#answer((signal) => calls.followAnswer(this.id, signal), { again: true });
    } catch (e) {
      if (e instanceof ApiError && e.status === 404) this.#phase = 'gone';
      else if (this.#phase !== 'ready') {
        this.#error = e;
        this.#phase = 'error';
      }
    }
  }

  /** Says that it was deleted here. */
  removed(): void {
    this.#stop?.abort();
    this.#phase = 'gone';
    this.draft = '';
  }

  /** Asks for it again after it could not be read. */
  retry(): Promise<void> {
    this.#phase = 'loading';
    return this.load();
  }

  /** Sends a message. What was refused is back in the draft. */
  async send(text: string): Promise<boolean> {
    const body = text.trim();
    if (!body || this.#activity) return false;
    const before = this.#messages.length;
    const message = said(body);
    this.#messages.push(message);
    this.draft = '';
    const done = await this.#answer((signal) => calls.chat(this.#request('submit-message', message), signal));
    if (done) return true;
    if (this.#messages[before]?.id === message.id) this.#messages.splice(before);
    this.draft = [body, this.draft].filter(Boolean).join('\n\n');
    return false;
  }

  /** Says something else in the place of a message; all that came after it goes. */
  async edit(id: string, text: string): Promise<boolean> {
    const at = this.#messages.findIndex((message) => message.id === id);
    const body = text.trim();
    if (at < 0 || !body || this.#activity) return false;
    return this.#instead(at, { ...said(body), id }, (message) => this.#request('submit-message', message, id));
  }

  /** Has an answer written again; all that came after it goes. */
  async regenerate(id: string): Promise<boolean> {
    const at = this.#messages.findIndex((message) => message.id === id);
    const asked = this.#messages[at - 1];
    if (!asked || this.#activity) return false;
    return this.#instead(at, null, () => this.#request('regenerate-message', asked, id));
  }

  /** Has the last message answered again if there is no answer to it. */
  async answerLast(): Promise<boolean> {
    const last = this.#messages.at(-1);
    if (last?.role !== 'user' || this.#activity) return false;
    return this.edit(last.id, textOf(last));
  }

  /** Allows or forbids what a tool wants to do. */
  async approve(part: ToolPart, approved: boolean, remember = false): Promise<void> {
    const { approval } = part;
    if (!approval || this.#activity) return;
    part.state = 'approval-responded';
    part.approval = { ...approval, approved };
    const body = { approved, ...(remember && { remember: 'conversation' as const }) };
    const done = await this.#answer((signal) => calls.approve(this.id, approval.id, body, signal), { goesOn: true });
    if (done || part.state !== 'approval-responded') return;
    part.state = 'approval-requested';
    part.approval = { id: approval.id };
  }

  /** Ends the answer that is under way. What arrived is kept. Throws if it cannot be ended. */
  async stop(): Promise<void> {
    if (!this.#activity) return;
    const before = this.#activity;
    this.#activity = 'stopping';
    if (!this.begun) {
      this.#stop?.abort();
      return;
    }
    try {
      await calls.stopAnswer(this.id);
    } catch (e) {
      if (this.#activity === 'stopping') this.#activity = before;
      throw e;
    }
  }

  /** Makes another conversation that begins as this one, up to a message. Throws if it cannot be made. */
  async fork(messageId: string): Promise<ConversationDetail> {
    return calls.forkConversation(this.id, messageId);
  }

  /** Gives it another name. Throws if that is refused, and the old one is back. */
  async rename(title: string): Promise<void> {
    const before = this.#title;
    this.#title = title;
    try {
      await calls.changeConversation(this.id, { title });
    } catch (e) {
      this.#title = before;
      throw e;
    }
  }

  /** Has another model answer from now on. */
  async choose(model: string): Promise<void> {
    const before = this.#model;
    this.#model = model;
    if (!this.begun) return;
    try {
      await calls.changeConversation(this.id, { model });
    } catch (e) {
      this.#model = before;
      throw e;
    }
  }

  /** Changes how cards are left. Throws if that is refused, and they are as before. */
  async setCards(changes: CardChange[]): Promise<void> {
    const before = changes.map(({ id }) => this.mark(id));
    for (const change of changes) this.#marks.set(change.id, { ...this.mark(change.id), ...change });
    try {
      await calls.changeConversation(this.id, { cards: changes });
    } catch (e) {
      for (const mark of before) this.#marks.set(mark.id, mark);
      throw e;
    }
  }

  /** Takes back what a tool changed. Throws if it was changed since by somebody else. */
  async undo(card: ArtifactCard): Promise<void> {
    if (!card.change) return;
    await calls.undoChange(this.id, card.change);
    this.#marks.set(card.id, { ...this.mark(card.id), undone: true });
  }

  /** Reads what the server has; null if it is old already: read again since, or an answer has begun. */
  async #read(): Promise<ConversationDetail | null> {
    const read = ++this.#reads;
    const detail = await calls.readConversation(this.id);
    if (!this.#activity) return read === this.#reads ? detail : null;
    this.#outdated = true;
    return null;
  }

  /** Takes in what the server has. Says whether an answer is under way. */
  #take(detail: ConversationDetail): boolean {
    const before = new Map(this.#messages.map((message) => [message.id, message]));
    this.#phase = 'ready';
    this.#error = null;
    this.#title = detail.title;
    this.#model = detail.model ?? '';
    this.#idea = detail.idea_id;
    this.#usage = detail.usage;
    this.#messages = detail.messages.map((message) => {
      // The reason why an answer broke off was told to whoever listened.
      const { error } = before.get(message.id)?.metadata ?? {};
      return { ...message, parts: message.parts.map(keep), metadata: { ...(error && { error }), ...message.metadata } };
    });
    for (const mark of detail.cards) this.#marks.set(mark.id, mark);
    for (const card of this.cards) this.#told.add(card.id);
    return detail.running;
  }

  #request(trigger: 'submit-message' | 'regenerate-message', message: AgentMessage, messageId?: string): ChatRequest {
    return {
      id: this.id,
      messages: [message],
      trigger,
      mode: this.mode,
      ...(messageId && { messageId }),
      ...(this.#model && { model: this.#model }),
      ...(this.#idea !== null && { idea_id: this.#idea }),
    };
  }

  /** Puts a message in the place of others and has it answered. If that is refused they are back. */
  async #instead(at: number, message: AgentMessage | null, request: (message: AgentMessage) => ChatRequest): Promise<boolean> {
    const before = this.#messages;
    this.#messages = [...before.slice(0, at), ...(message ? [message] : [])];
    const now = this.#messages;
    const done = await this.#answer((signal) => calls.chat(request(message ?? before[at]!), signal));
    if (!done && this.#messages === now) this.#messages = before;
    return done;
  }

  /**
   * Reads an answer to its end, over connections that break. Returns false if
   * it was refused before anything of it came; only the problem tells why.
   */
  async #answer(
    open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array> | null>,
    { again = false, goesOn = false } = {},
  ): Promise<boolean> {
    const stop = (this.#stop = new AbortController());
    this.#activity = again ? 'answering' : 'sending';
    if (!again) this.#problem = null;
    this.#outdated = false;
    const reading = new Reading(this.#messages, goesOn, {
      begun: () => this.#begin(),
      card: (card) => this.#tell(card),
    });
    let taken = again;
    let lost = 0;
    try {
      let bytes = await open(stop.signal);
      taken = true;
      while (bytes) {
        if (this.activity !== 'stopping') this.#activity = 'answering';
        if (await reading.read(bytes, () => (lost = 0))) break;
        if (stop.signal.aborted) break;
        if (!this.begun) throw new ApiError(0, 'The connection broke off before an answer came. Send it again.');
        bytes = await this.#again(stop.signal, () => lost++);
        reading.again();
      }
    } catch (e) {
      taken &&= this.begun;
      const known = e instanceof ApiError;
      if (known && e.status === 409 && this.begun) {
        // Another tab was faster; what it asked is answered first.
        this.#problem = { text: e.message, status: 409, retryAfter: 0 };
        this.#outdated = true;
      } else if (!stop.signal.aborted && !isAbort(e)) {
        this.#problem = { text: messageOf(e), status: known ? e.status : 0, retryAfter: known ? e.retryAfter : 0 };
      }
    }
    reading.end();
    this.#activity = null;
    this.#stop = null;
    if (this.#phase === 'gone') return taken;
    if (taken && this.begun) await this.#settle();
    else if (this.#outdated) void this.load();
    if (taken && this.#looks === 0) this.onunseen(this);
    return taken;
  }

  /** Gets hold of the answer again after the connection broke; null if it has ended meanwhile. */
  async #again(signal: AbortSignal, next: () => number): Promise<ReadableStream<Uint8Array> | null> {
    for (;;) {
      const wait = waits[next()];
      if (wait === undefined) throw new ApiError(0, 'The connection broke off. The answer may be complete at the server: reload to see it.');
      if (this.#activity !== 'stopping') this.#activity = 'reconnecting';
      await pause(wait, signal);
      try {
        return await calls.followAnswer(this.id, signal);
      } catch (e) {
        if (signal.aborted || (e instanceof ApiError && e.status >= 400 && e.status < 500 && e.status !== 429)) throw e;
      }
    }
  }

  #begin(): void {
    if (this.begun) return;
    this.#phase = 'ready';
    const { draft } = this;
    this.#drawer.set(null);
    this.#drawer = passingDrawer(`chat ${this.id}`);
    if (draft) this.draft = draft;
    this.onbegun(this);
  }

  /** What the server has is what counts: its ids, its title, what it took. */
  async #settle(): Promise<void> {
    try {
      const detail = await this.#read();
      if (detail && this.#take(detail)) void this.#answer((signal) => calls.followAnswer(this.id, signal), { again: true });
    } catch {
      // What arrived is on the page.
    }
  }

  #tell(card: ArtifactCard): void {
    if (this.#told.has(card.id)) return;
    this.#told.add(card.id);
    for (const watcher of [...this.#watchers]) watcher(card);
  }
}

/** Puts an answer that arrives among the messages. */
class Reading {
  #builder: Builder | null = null;
  /** What a repeated answer has until it has come as far as the one on the page. */
  #repeated: { parts: StreamPart[]; copy: Builder } | null = null;
  #replaces: boolean;

  constructor(
    private readonly messages: AgentMessage[],
    /** It goes on with the last message. */
    goesOn: boolean,
    private readonly tell: { begun: () => void; card: (card: ArtifactCard) => void },
  ) {
    this.#replaces = !goesOn;
  }

  /** The answer will come once more from its beginning. */
  again(): void {
    this.#repeated = { parts: [], copy: new Builder(blank()) };
    this.#replaces = true;
  }

  /** Reads a stream. Returns whether the answer came to its end; whatever breaks the connection does not throw. */
  async read(bytes: ReadableStream<Uint8Array>, alive: () => void): Promise<boolean> {
    try {
      const parts = readParts(bytes);
      for (;;) {
        const { done, value } = await parts.next();
        if (done) {
          this.#catchUp();
          return value;
        }
        alive();
        this.#hear(keep(value));
      }
    } catch {
      return false;
    }
  }

  end(): void {
    this.#catchUp();
    this.#builder?.end();
  }

  #hear(part: StreamPart): void {
    if (!this.#repeated) return this.#take(part);
    const { parts, copy } = this.#repeated;
    parts.push(part);
    copy.take(part);
    const shown = this.#builder?.message;
    // Shown a bit at a time it would seem to begin anew.
    if (!shown || extent(copy.message) >= extent(shown)) this.#catchUp();
  }

  #catchUp(): void {
    const parts = this.#repeated?.parts ?? [];
    this.#repeated = null;
    for (const part of parts) this.#take(part);
  }

  #take(part: StreamPart): void {
    if (part.type === 'start' || !this.#builder) {
      this.#builder = new Builder(this.#place(part.type === 'start' ? part.messageId : undefined));
      this.tell.begun();
    }
    this.#builder.take(part);
    if (part.type === 'data-artifact') this.tell.card(part.data);
  }

  /** The message that is written. */
  #place(id: string | undefined): AgentMessage {
    const { messages } = this;
    const last = messages.at(-1);
    if (last?.role === 'assistant' && (!id || last.id === id || !this.#replaces)) {
      if (this.#replaces) messages[messages.length - 1] = { ...blank(), id: last.id };
    } else messages.push({ ...blank(), ...(id && { id }) });
    return messages.at(-1)!;
  }
}

const blank = (): AgentMessage => ({ id: newId(), role: 'assistant', parts: [] });

const said = (text: string): AgentMessage => ({ id: newId(), role: 'user', parts: [{ type: 'text', text }] });

/** The text of a message, without what tools did. */
export function textOf({ parts }: AgentMessage): string {
  return parts
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n\n')
    .trim();
}

/** Waits, but not longer than the network is away. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end, { signal: over.signal });
    signal.addEventListener('abort', end, { signal: over.signal });
  });
}
