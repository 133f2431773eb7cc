// What the API sends about conversations with the agent.
import type { components } from '../api.d.ts';

type Schemas = components['schemas'];

export type Model = Schemas['AIModel'];
export type ModelList = Schemas['ModelList'];

export type Mode = Schemas['ChatMode'];
export type Usage = Schemas['AgentUsage'];
export type Room = Schemas['AgentContext'];
export type Metadata = Schemas['AgentMetadata'];
export type CardType = Schemas['ArtifactCard']['type'];
export type CardState = Schemas['CardState'];
export type CardChange = Schemas['CardPatch'];
export type NoticeData = Schemas['AgentNotice'];
export type ConversationBrief = Schemas['ConversationBrief'];
export type ConversationList = Schemas['ConversationList'];

/** What a tool has to show. Nothing is taken for granted of what is in it: cards outlive the tools that made them. */
export type ArtifactCard = Omit<Schemas['ArtifactCard'], 'data'> & { data: unknown };

export type ToolState =
  | 'input-streaming'
  | 'input-available'
  | 'approval-requested'
  | 'approval-responded'
  | 'output-available'
  | 'output-error'
  | 'output-denied';

export interface TextPart {
  type: 'text';
  text: string;
  state?: 'streaming' | 'done';
}
export interface ReasoningPart {
  type: 'reasoning';
  text: string;
  state?: 'streaming' | 'done';
}
export interface ToolPart {
  type: `tool-${string}`;
  toolCallId: string;
  state: ToolState;
  title?: string;
  input?: unknown;
  /** The arguments as far as they are written, in JSON. Only while an answer arrives. */
  forming?: string;
  output?: unknown;
  errorText?: string;
  approval?: { id: string; approved?: boolean };
}
export interface ArtifactPart {
  type: 'data-artifact';
  id?: string;
  data: ArtifactCard;
}
export interface NoticePart {
  type: 'data-notice';
  id?: string;
  data: NoticeData;
}
export interface StepPart {
  type: 'step-start';
}
export type Part = TextPart | ReasoningPart | ToolPart | ArtifactPart | NoticePart | StepPart;

export type AgentMessage = Omit<Schemas['AgentMessage'], 'parts' | 'metadata'> & { parts: Part[]; metadata?: Metadata };

export type ConversationDetail = Omit<Schemas['Conversation'], 'messages'> & { messages: AgentMessage[] };

/** What is sent to be answered, as the AI SDK sends it. */
export interface ChatRequest {
  id: string;
  messages: AgentMessage[];
  trigger: 'submit-message' | 'regenerate-message';
  messageId?: string;
  model?: string;
  mode?: Mode;
  idea_id?: number;
}

export function isTool(part: Part): part is ToolPart {
  return part.type.startsWith('tool-');
}

/** The name of the tool that was called. */
export function toolOf(part: ToolPart): string {
  return part.type.slice('tool-'.length);
}
