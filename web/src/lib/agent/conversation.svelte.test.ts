import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Conversation } from './conversation.svelte.ts';
import type { StreamPart } from './stream.ts';
import type { AgentMessage, ArtifactCard } from './wire.ts';

type Handler = (path: string, request: Request) => Response | Promise<Response>;
let answer: Record<string, Handler>;
let asked: string[];
let stored: AgentMessage[];
let running: boolean;

const start: StreamPart = { type: 'start', messageId: 'a1', messageMetadata: { model: 'sonnet' } };
const words = (text: string): StreamPart[] => [
  { type: 'text-start', id: '0' },
  { type: 'text-delta', id: '0', delta: text },
];
const end: StreamPart[] = [{ type: 'text-end', id: '0' }, { type: 'finish' }];
const card: ArtifactCard = { id: 'c1', type: 'summary', title: 'Rain', tool: 'summarize', data: { text: 'Wet' }, change: 'ch1' };

/** A stream of parts; without its end it breaks off. */
function stream(parts: StreamPart[], whole = true): Response {
  const text = parts.map((part) => `data: ${JSON.stringify(part)}\n\n`).join('') + (whole ? 'data: [DONE]\n\n' : '');
  return new Response(text, { headers: { 'Content-Type': 'text/event-stream' } });
}

const refuse = (status: number, error: string, headers = {}) => Response.json({ error }, { status, headers });
const said = (id: string, role: AgentMessage['role'], text: string): AgentMessage => ({ id, role, parts: [{ type: 'text', text }] });
const textsOf = (conversation: Conversation) => conversation.messages.map(({ parts }) => parts.map((part) => ('text' in part ? part.text : part.type)).join(' '));

beforeEach(() => {
  asked = [];
  stored = [said('u1', 'user', 'Hello'), said('a1', 'assistant', 'All of it')];
  running = false;
  answer = {};
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = `${request.method} ${new URL(request.url).pathname.replace('/api/v1/agent', '')}`;
    asked.push(path);
    const handler = answer[path];
    if (handler) return handler(path, request);
    if (path === 'GET /conversations/k') {
      return Response.json({ id: 'k', title: 'T', model: null, mode: 'canvas', idea_id: null, running, messages: stored, usage: { tokens_in: 1, tokens_cached: 0, tokens_out: 1, cost: 0.5 }, cards: [] });
    }
    return Response.json({ success: true });
  });
});

afterEach(() => vi.unstubAllGlobals());

test('a message is answered, and what the server has counts in the end', async () => {
  answer['POST /chat'] = () => stream([start, ...words('All'), { type: 'data-artifact', id: 'c1', data: card }, ...end]);
  const conversation = new Conversation('k', 'canvas');
  const cards: string[] = [];
  conversation.watch(({ id }) => cards.push(id));
  conversation.draft = 'Hello';
  expect(await conversation.send('Hello')).toBe(true);
  expect(conversation).toMatchObject({ begun: true, title: 'T', draft: '', activity: null, problem: null });
  expect(textsOf(conversation)).toEqual(['Hello', 'All of it']);
  expect(cards).toEqual(['c1']);
});

test('what is refused is back in the draft, with the reason', async () => {
  answer['POST /chat'] = () => refuse(429, 'Too many requests.', { 'Retry-After': '7' });
  const conversation = new Conversation('k', 'canvas');
  expect(await conversation.send('Hello')).toBe(false);
  expect(conversation).toMatchObject({ draft: 'Hello', begun: false, problem: { status: 429, text: 'Too many requests.', retryAfter: 7 } });
  expect(conversation.messages).toEqual([]);
});

test('an answer is heard again after the connection broke', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    answer['POST /chat'] = () => stream([start, ...words('All')], false);
    let tries = 0;
    answer['GET /conversations/k/stream'] = () => (tries++ === 0 ? refuse(502, 'Away.') : stream([start, ...words('All of it'), ...end]));
    const conversation = new Conversation('k', 'canvas');
    const done = conversation.send('Hello');
    await vi.waitFor(() => expect(conversation.activity).toBe('reconnecting'));
    expect(textsOf(conversation)).toEqual(['Hello', 'All']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await done).toBe(true);
    expect(textsOf(conversation)).toEqual(['Hello', 'All of it']);
    expect(tries).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test('an answer under way is gone on with after a reload', async () => {
  stored = [said('u1', 'user', 'Hello'), said('a1', 'assistant', 'Al')];
  running = true;
  answer['GET /conversations/k/stream'] = () => {
    running = false;
    stored = [said('u1', 'user', 'Hello'), said('a1', 'assistant', 'All of it')];
    return stream([start, ...words('All of it'), ...end]);
  };
  const conversation = new Conversation('k', 'canvas', { begun: true });
  await conversation.load();
  await vi.waitFor(() => expect(conversation.activity).toBeNull());
  expect(textsOf(conversation)).toEqual(['Hello', 'All of it']);
});

test('what cannot be written again is back', async () => {
  const conversation = new Conversation('k', 'canvas', { begun: true });
  await conversation.load();
  answer['POST /chat'] = () => refuse(403, 'No key.');
  expect(await conversation.regenerate('a1')).toBe(false);
  expect(await conversation.edit('u1', 'Other')).toBe(false);
  expect(textsOf(conversation)).toEqual(['Hello', 'All of it']);
  expect(conversation.problem).toMatchObject({ status: 403, text: 'No key.' });
});

test('a card is as it was if the server refuses', async () => {
  const conversation = new Conversation('k', 'canvas', { begun: true });
  await conversation.load();
  await conversation.setCards([{ id: 'c1', pinned: true }]);
  expect(conversation.mark('c1').pinned).toBe(true);
  answer['PATCH /conversations/k'] = () => refuse(500, 'Broken.');
  await expect(conversation.setCards([{ id: 'c1', pinned: false, dismissed: true }])).rejects.toThrow('Broken.');
  expect(conversation.mark('c1')).toMatchObject({ pinned: true, dismissed: false });
  answer['POST /conversations/k/changes/ch1/undo'] = () => refuse(409, 'It was changed since.');
  await expect(conversation.undo(card)).rejects.toThrow('It was changed since.');
  expect(conversation.mark('c1').undone).toBe(false);
});

test('an approval that is refused waits again', async () => {
  const asks: AgentMessage = {
    id: 'a1',
    role: 'assistant',
    parts: [{ type: 'tool-archive_idea', toolCallId: 't1', state: 'approval-requested', input: { id: 1 }, approval: { id: 'p1' } }],
  };
  stored = [said('u1', 'user', 'Hello'), asks];
  const conversation = new Conversation('k', 'canvas', { begun: true });
  await conversation.load();
  answer['POST /conversations/k/approvals/p1'] = () => refuse(409, 'Answered already.');
  await conversation.approve(conversation.waiting[0]!, true);
  await vi.waitFor(() => expect(conversation.waiting).toHaveLength(1));
  answer['POST /conversations/k/approvals/p1'] = () => {
    stored = [stored[0]!, { ...asks, parts: [{ ...asks.parts[0]!, state: 'output-available' } as AgentMessage['parts'][0], { type: 'text', text: 'Done' }] }];
    return stream([start, { type: 'tool-output-available', toolCallId: 't1', output: { text: 'Archived' } }, ...words('Done'), ...end]);
  };
  await conversation.approve(conversation.waiting[0]!, true);
  expect(conversation.waiting).toEqual([]);
  expect(textsOf(conversation)).toEqual(['Hello', 'tool-archive_idea Done']);
});
