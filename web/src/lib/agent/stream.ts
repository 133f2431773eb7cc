// The AI SDK's UI message stream, version 1: how an answer arrives.
//
// Only what our server sends is read here, and whatever else comes is passed
// over, as the protocol asks of its readers.
import { readEvents } from '../sse.ts';
import { isTool, type AgentMessage, type ArtifactCard, type Metadata, type NoticeData, type Part, type ToolPart } from './wire.ts';

export type StreamPart =
  | { type: 'start'; messageId?: string; messageMetadata?: Metadata }
  | { type: 'start-step' | 'finish-step' | 'abort' }
  | { type: 'finish' | 'message-metadata'; messageMetadata?: Metadata }
  | { type: 'text-start' | 'text-end' | 'reasoning-start' | 'reasoning-end'; id: string }
  | { type: 'text-delta' | 'reasoning-delta'; id: string; delta: string }
  | { type: 'tool-input-start'; toolCallId: string; toolName: string; title?: string }
  | { type: 'tool-input-delta'; toolCallId: string; inputTextDelta: string }
  | { type: 'tool-input-available'; toolCallId: string; toolName: string; title?: string; input: unknown }
  | { type: 'tool-input-error'; toolCallId: string; toolName: string; title?: string; input: unknown; errorText: string }
  | { type: 'tool-approval-request'; toolCallId: string; approvalId: string }
  | { type: 'tool-approval-response'; approvalId: string; approved: boolean }
  | { type: 'tool-output-available'; toolCallId: string; output: unknown }
  | { type: 'tool-output-error'; toolCallId: string; errorText: string }
  | { type: 'tool-output-denied'; toolCallId: string }
  | { type: 'data-artifact'; id?: string; data: ArtifactCard }
  | { type: 'data-notice'; id?: string; data: NoticeData }
  | { type: 'error'; errorText: string };

/**
 * Reads the parts of an answer as they arrive. It returns true after the
 * answer's end, and false when the stream ended before; then, as when the
 * connection throws, there may be more to be had from the server.
 */
export async function* readParts(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamPart, boolean> {
  for await (const { data } of readEvents(stream)) {
    if (data === '[DONE]') return true;
    const part: unknown = JSON.parse(data);
    if (typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string') yield part as StreamPart;
  }
  return false;
}

/**
 * Builds one message from the parts of its stream, in place. The message may
 * be one that has begun already: an answer goes on after an approval.
 */
export class Builder {
  /** By kind and id of the stream. Ids are used again in the next step. */
  readonly #open = new Map<string, Part & { text: string }>();

  constructor(readonly message: AgentMessage) {}

  /** Takes one part in. Unknown ones change nothing. */
  take(part: StreamPart): void {
    const { parts } = this.message;
    switch (part.type) {
      case 'start':
        if (part.messageId) this.message.id = part.messageId;
        this.#know(part.messageMetadata);
        break;
      case 'start-step':
        parts.push({ type: 'step-start' });
        break;
      case 'finish-step':
        this.#open.clear();
        break;
      case 'text-start':
      case 'reasoning-start':
        this.#begin(part.type === 'text-start' ? 'text' : 'reasoning', part.id);
        break;
      case 'text-delta':
      case 'reasoning-delta': {
        const kind = part.type === 'text-delta' ? 'text' : 'reasoning';
        const written = this.#open.get(`${kind} ${part.id}`) ?? this.#begin(kind, part.id);
        written.text += part.delta;
        break;
      }
      case 'text-end':
      case 'reasoning-end': {
        const key = `${part.type === 'text-end' ? 'text' : 'reasoning'} ${part.id}`;
        const written = this.#open.get(key);
        if (written && 'state' in written) written.state = 'done';
        this.#open.delete(key);
        break;
      }
      case 'tool-input-start': {
        const tool = this.#tool(part.toolCallId, part.toolName, part.title);
        tool.state = 'input-streaming';
        tool.forming = '';
        break;
      }
      case 'tool-input-delta': {
        const tool = this.#tool(part.toolCallId);
        if (tool) tool.forming = (tool.forming ?? '') + part.inputTextDelta;
        break;
      }
      case 'tool-input-available':
      case 'tool-input-error': {
        const tool = this.#tool(part.toolCallId, part.toolName, part.title);
        delete tool.forming;
        tool.input = part.input;
        tool.state = part.type === 'tool-input-available' ? 'input-available' : 'output-error';
        if (part.type === 'tool-input-error') tool.errorText = part.errorText;
        break;
      }
      case 'tool-approval-request': {
        const tool = this.#tool(part.toolCallId);
        if (!tool) break;
        tool.state = 'approval-requested';
        tool.approval = { id: part.approvalId };
        break;
      }
      case 'tool-approval-response': {
        const tool = parts.find((p): p is ToolPart => isTool(p) && p.approval?.id === part.approvalId);
        if (!tool) break;
        tool.state = 'approval-responded';
        tool.approval = { id: part.approvalId, approved: part.approved };
        break;
      }
      case 'tool-output-available': {
        const tool = this.#tool(part.toolCallId);
        if (!tool) break;
        tool.output = part.output;
        tool.state = 'output-available';
        break;
      }
      case 'tool-output-error': {
        const tool = this.#tool(part.toolCallId);
        if (!tool) break;
        tool.errorText = part.errorText;
        tool.state = 'output-error';
        break;
      }
      case 'tool-output-denied': {
        const tool = this.#tool(part.toolCallId);
        if (tool) tool.state = 'output-denied';
        break;
      }
      case 'data-artifact':
      case 'data-notice': {
        const made = { type: part.type, ...(part.id && { id: part.id }), data: part.data } as Part;
        const before = part.id ? parts.findIndex((p) => p.type === part.type && 'id' in p && p.id === part.id) : -1;
        if (before < 0) parts.push(made);
        else parts[before] = made;
        break;
      }
      case 'error':
        this.#know({ state: 'failed', error: part.errorText });
        break;
      case 'abort':
        this.#know({ state: 'stopped' });
        break;
      case 'finish':
      case 'message-metadata':
        this.#know(part.messageMetadata);
    }
  }

  /** Says that nothing more will come: what was being written is as it is. */
  end(): void {
    for (const part of this.message.parts) {
      if ((part.type === 'text' || part.type === 'reasoning') && part.state === 'streaming') part.state = 'done';
    }
    this.#open.clear();
  }

  #begin(kind: 'text' | 'reasoning', id: string): Part & { text: string } {
    const { parts } = this.message;
    parts.push({ type: kind, text: '', state: 'streaming' });
    // Read again: where the message is reactive, what was put in is not what is in it.
    const written = parts.at(-1) as Part & { text: string };
    this.#open.set(`${kind} ${id}`, written);
    return written;
  }

  #tool(id: string): ToolPart | undefined;
  #tool(id: string, name: string, title?: string): ToolPart;
  #tool(id: string, name?: string, title?: string): ToolPart | undefined {
    const { parts } = this.message;
    const found = parts.findLast((p): p is ToolPart => isTool(p) && p.toolCallId === id);
    if (found || name === undefined) return found;
    parts.push({ type: `tool-${name}`, toolCallId: id, state: 'input-streaming', ...(title && { title }) });
    return parts.at(-1) as ToolPart;
  }

  #know(more: Metadata | undefined): void {
    if (more) this.message.metadata = { ...this.message.metadata, ...more };
  }
}

/** How much is written in a message, to tell which of two copies is further on. */
export function extent({ parts }: AgentMessage): number {
  return parts.reduce((sum, part) => sum + 1 + ('text' in part ? part.text.length : isTool(part) ? (part.forming?.length ?? 0) : 0), 0);
}
