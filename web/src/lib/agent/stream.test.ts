import { describe, expect, test } from 'vitest';
import { Builder, extent, readParts, type StreamPart } from './stream.ts';
import type { AgentMessage, ArtifactCard } from './wire.ts';

const card: ArtifactCard = { id: 'c1', type: 'idea_grid', title: 'Ideas about 🐝', tool: 'search_ideas', data: { ideas: [] } };

/** An answer with every part there is, and one there is not. */
const answer: (StreamPart | { type: 'source-url'; url: string })[] = [
  { type: 'start', messageId: 'm2', messageMetadata: { conversation_id: 'k', model: 'sonnet', provider: 'anthropic' } },
  { type: 'start-step' },
  { type: 'reasoning-start', id: '0' },
  { type: 'reasoning-delta', id: '0', delta: 'They want ' },
  { type: 'reasoning-delta', id: '0', delta: 'bees.' },
  { type: 'reasoning-end', id: '0' },
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'I look for é ' },
  { type: 'text-delta', id: '1', delta: '🐝.' },
  { type: 'text-end', id: '1' },
  { type: 'source-url', url: 'https://example.com' },
  { type: 'tool-input-start', toolCallId: 't1', toolName: 'search_ideas', title: 'Search ideas' },
  { type: 'tool-input-start', toolCallId: 't2', toolName: 'get_idea' },
  { type: 'tool-input-delta', toolCallId: 't1', inputTextDelta: '{"query":' },
  { type: 'tool-input-delta', toolCallId: 't2', inputTextDelta: '{"id":3}' },
  { type: 'tool-input-delta', toolCallId: 't1', inputTextDelta: '"bee"}' },
  { type: 'tool-input-available', toolCallId: 't1', toolName: 'search_ideas', input: { query: 'bee' } },
  { type: 'tool-input-available', toolCallId: 't2', toolName: 'get_idea', input: { id: 3 } },
  { type: 'tool-output-available', toolCallId: 't1', output: { text: '2 ideas' } },
  { type: 'data-artifact', id: 'c1', data: card },
  { type: 'tool-output-error', toolCallId: 't2', errorText: 'There is no idea #3.' },
  { type: 'message-metadata', messageMetadata: { context: { used: 10, room: 100 } } },
  { type: 'finish-step' },
  { type: 'start-step' },
  { type: 'data-notice', id: 'n1', data: { kind: 'compacted', text: 'Older messages were shortened.' } },
  { type: 'tool-input-error', toolCallId: 't3', toolName: 'link_ideas', input: { a: 1 }, errorText: 'source_id is missing' },
  { type: 'tool-input-available', toolCallId: 't4', toolName: 'archive_idea', input: { id: 4 } },
  { type: 'tool-approval-request', toolCallId: 't4', approvalId: 'a1' },
  { type: 'tool-input-available', toolCallId: 't5', toolName: 'merge_ideas', input: {} },
  { type: 'tool-approval-request', toolCallId: 't5', approvalId: 'a2' },
  { type: 'tool-approval-response', approvalId: 'a2', approved: false },
  { type: 'tool-output-denied', toolCallId: 't5' },
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'May I?' },
  { type: 'text-end', id: '1' },
  { type: 'finish-step' },
  { type: 'finish', messageMetadata: { waiting: true, usage: { tokens_in: 1, tokens_cached: 0, tokens_out: 2, cost: 0.1 } } },
];

const want: AgentMessage = {
  id: 'm2',
  role: 'assistant',
  parts: [
    { type: 'step-start' },
    { type: 'reasoning', text: 'They want bees.', state: 'done' },
    { type: 'text', text: 'I look for é 🐝.', state: 'done' },
    { type: 'tool-search_ideas', toolCallId: 't1', title: 'Search ideas', state: 'output-available', input: { query: 'bee' }, output: { text: '2 ideas' } },
    { type: 'tool-get_idea', toolCallId: 't2', state: 'output-error', input: { id: 3 }, errorText: 'There is no idea #3.' },
    { type: 'data-artifact', id: 'c1', data: card },
    { type: 'step-start' },
    { type: 'data-notice', id: 'n1', data: { kind: 'compacted', text: 'Older messages were shortened.' } },
    { type: 'tool-link_ideas', toolCallId: 't3', state: 'output-error', input: { a: 1 }, errorText: 'source_id is missing' },
    { type: 'tool-archive_idea', toolCallId: 't4', state: 'approval-requested', input: { id: 4 }, approval: { id: 'a1' } },
    { type: 'tool-merge_ideas', toolCallId: 't5', state: 'output-denied', input: {}, approval: { id: 'a2', approved: false } },
    { type: 'text', text: 'May I?', state: 'done' },
  ],
  metadata: {
    conversation_id: 'k',
    model: 'sonnet',
    provider: 'anthropic',
    context: { used: 10, room: 100 },
    waiting: true,
    usage: { tokens_in: 1, tokens_cached: 0, tokens_out: 2, cost: 0.1 },
  },
};

const wire = `: ping\n\n${answer.map((part) => `data: ${JSON.stringify(part)}\n\n`).join('')}data: [DONE]\n\n`;

const empty = (): AgentMessage => ({ id: '', role: 'assistant', parts: [] });

async function read(chunks: Uint8Array[]): Promise<{ message: AgentMessage; ended: boolean }> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const message = empty();
  const builder = new Builder(message);
  const parts = readParts(stream);
  for (;;) {
    const { done, value } = await parts.next();
    if (done) return { message, ended: value };
    builder.take(value);
  }
}

describe('the stream of an answer', () => {
  const bytes = new TextEncoder().encode(wire);

  test('in one piece', async () => expect(await read([bytes])).toEqual({ message: want, ended: true }));

  test('byte by byte', async () => {
    expect(await read([...bytes].map((byte) => new Uint8Array([byte])))).toEqual({ message: want, ended: true });
  });

  test('cut into two at every place', async () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      expect((await read([bytes.slice(0, at), bytes.slice(at)])).message, `cut at ${at}`).toEqual(want);
    }
  });

  test('that breaks off is told from one that ended', async () => {
    const half = await read([bytes.slice(0, bytes.length >> 1)]);
    expect(half.ended).toBe(false);
    expect(half.message.parts.length).toBeGreaterThan(3);
  });

  test('an error and an abort are kept with the message', () => {
    const message = empty();
    const builder = new Builder(message);
    builder.take({ type: 'text-start', id: '1' });
    builder.take({ type: 'text-delta', id: '1', delta: 'Half' });
    builder.take({ type: 'error', errorText: 'Anthropic broke off.' });
    builder.take({ type: 'abort' });
    expect(message.parts).toEqual([{ type: 'text', text: 'Half', state: 'streaming' }]);
    builder.end();
    expect(message.parts).toEqual([{ type: 'text', text: 'Half', state: 'done' }]);
    expect(message.metadata).toEqual({ error: 'Anthropic broke off.', state: 'stopped' });
  });

  test('parts that fit nothing change nothing', () => {
    const message = empty();
    const builder = new Builder(message);
    builder.take({ type: 'tool-input-delta', toolCallId: 'x', inputTextDelta: '{' });
    builder.take({ type: 'tool-output-available', toolCallId: 'x', output: 1 });
    builder.take({ type: 'tool-output-error', toolCallId: 'x', errorText: '' });
    builder.take({ type: 'tool-output-denied', toolCallId: 'x' });
    builder.take({ type: 'tool-approval-request', toolCallId: 'x', approvalId: 'y' });
    builder.take({ type: 'tool-approval-response', approvalId: 'y', approved: true });
    builder.take({ type: 'text-end', id: '1' });
    builder.take({ type: 'finish' });
    expect(message).toEqual(empty());
    // Words without a beginning are still words.
    builder.take({ type: 'text-delta', id: '9', delta: 'Hm' });
    expect(message.parts).toEqual([{ type: 'text', text: 'Hm', state: 'streaming' }]);
  });

  test('an answer goes on after an approval', () => {
    const message = structuredClone(want);
    const builder = new Builder(message);
    builder.take({ type: 'start', messageId: 'm2' });
    builder.take({ type: 'tool-output-available', toolCallId: 't4', output: { text: 'Archived' } });
    builder.take({ type: 'text-start', id: '1' });
    builder.take({ type: 'text-delta', id: '1', delta: 'Done.' });
    expect(message.parts).toHaveLength(want.parts.length + 1);
    expect(message.parts[9]).toMatchObject({ state: 'output-available', output: { text: 'Archived' } });
    expect(message.parts.at(-1)).toEqual({ type: 'text', text: 'Done.', state: 'streaming' });
  });

  test('a card that is sent again takes the place of the first', () => {
    const message = structuredClone(want);
    new Builder(message).take({ type: 'data-artifact', id: 'c1', data: { ...card, title: 'Better' } });
    expect(message.parts).toHaveLength(want.parts.length);
    expect(message.parts[5]).toMatchObject({ data: { title: 'Better' } });
  });

  test('of two copies the longer is further on', () => {
    const half = structuredClone(want);
    half.parts.pop();
    expect(extent(half)).toBeLessThan(extent(want));
    expect(extent(empty())).toBe(0);
  });
});
