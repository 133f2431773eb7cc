// The calls of the API about conversations with the agent.
import { api, ask } from '../client.ts';
import type * as wire from './wire.ts';

const of = (id: string) => ({ path: { id } });
const streaming = { headers: { Accept: 'text/event-stream' }, parseAs: 'stream' } as const;

type Bytes = ReadableStream<Uint8Array>;

export const readModels = (signal?: AbortSignal): Promise<wire.ModelList> => ask(api.GET('/agent/models', { signal }));

export const readConversations = (query: { q?: string; limit?: number; offset?: number }, signal?: AbortSignal) =>
  ask(api.GET('/agent/conversations', { params: { query }, signal }));

export const readConversation = (id: string, signal?: AbortSignal) =>
  ask(api.GET('/agent/conversations/{id}', { params: of(id), signal })) as Promise<wire.ConversationDetail>;

export const changeConversation = (id: string, body: { title?: string; model?: string; cards?: wire.CardChange[] }) =>
  ask(api.PATCH('/agent/conversations/{id}', { params: of(id), body }));

export const deleteConversation = (id: string) => ask(api.DELETE('/agent/conversations/{id}', { params: of(id) }));

export const deleteConversations = () => ask(api.DELETE('/agent/conversations'));

/** Copies a conversation up to and with a message. */
export const forkConversation = (id: string, message_id: string) =>
  ask(api.POST('/agent/conversations/{id}/fork', { params: of(id), body: { message_id } })) as Promise<wire.ConversationDetail>;

/** Ends the answer that is under way. What arrived is kept. */
export const stopAnswer = (id: string) => ask(api.POST('/agent/conversations/{id}/stop', { params: of(id) }));

export const undoChange = (id: string, change: string) =>
  ask(api.POST('/agent/conversations/{id}/changes/{change_id}/undo', { params: { path: { id, change_id: change } } }));

/** Sends a message and gives the stream of its answer. */
export const chat = (body: wire.ChatRequest, signal: AbortSignal): Promise<Bytes> =>
  ask(api.POST('/agent/chat', { body, signal, ...streaming })) as Promise<Bytes>;

/** The answer under way from its beginning; null if there is none. */
export async function followAnswer(id: string, signal: AbortSignal): Promise<Bytes | null> {
  return (await ask(api.GET('/agent/conversations/{id}/stream', { params: of(id), signal, ...streaming }))) ?? null;
}

/**
 * Answers the question whether a tool may do what it wants. The answer goes
 * on; null if it waits for another approval.
 */
export async function approve(
  id: string,
  approval: string,
  body: { approved: boolean; remember?: 'conversation' },
  signal: AbortSignal,
): Promise<Bytes | null> {
  const call = api.POST('/agent/conversations/{id}/approvals/{approval_id}', {
    params: { path: { id, approval_id: approval } },
    body,
    signal,
    ...streaming,
  });
  const stream = (await ask(call)) as Bytes;
  const { response } = await call;
  if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) return stream;
  await stream?.cancel();
  return null;
}
