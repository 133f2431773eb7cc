// What the API sends about conversations with the agent.
import type { components } from '../api.d.ts';

type Schemas = components['schemas'];

export type Model = Schemas['AIModel'];
export type ModelList = Schemas['ModelList'];

export type Mode = 'canvas' | 'map';

/** What answers took together. */
export interface Usage {
  tokens_in: number;
  tokens_cached: number;
  tokens_out: number;
  /** US dollars; null if a price is not known. */
  cost: number | null;
}

/** How much of what the model can hold is taken. */
export interface Room {
  used: number;
  room: number;
}

export interface Metadata {
  conversation_id?: string;
  created_at?: string;
  model?: string;
  provider?: string;
  usage?: Usage;
  context?: Room;
  /** The answer waits for an approval. */
  waiting?: boolean;
  state?: 'running' | 'waiting' | 'done' | 'stopped' | 'failed';
  /** Why it broke off. */
  error?: string;
}

export type CardType =
  | 'idea_grid'
  | 'idea_card'
  | 'mini_graph'
  | 'mermaid'
  | 'brainstorm_cluster'
  | 'comparison'
  | 'tag_cloud'
  | 'summary'
  | 'insights'
  | 'connection_line'
  | 'score_cards'
  | 'document';

/** What a tool has to show beside the conversation. */
export interface ArtifactCard {
  id: string;
  type: CardType;
  title: string;
  tool: string;
  data: unknown;
  /** The change that the tool made, by which it can be undone. */
  change?: string;
}

/** How a person left a card. */
export interface CardState {
  id: string;
  pinned: boolean;
  collapsed: boolean;
  dismissed: boolean;
  undone: boolean;
}

export type NoticeKind = 'fallback' | 'compacted' | 'limit' | 'truncated' | 'repeated';

export interface NoticeData {
  kind: NoticeKind;
  text: string;
  model?: string;
}

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

export interface AgentMessage {
  id: string;
  role: 'user' | 'assistant';
  parts: Part[];
  metadata?: Metadata;
}

export interface ConversationBrief {
  id: string;
  title: string;
  /** Null for the default. */
  model: string | null;
  mode: Mode;
  idea_id: number | null;
  created_at: string;
  updated_at: string;
  /** An answer is under way. */
  running: boolean;
  /** The part of a text that was looked for. */
  snippet?: string;
}

export interface ConversationList {
  conversations: ConversationBrief[];
  has_more: boolean;
}

export interface ConversationDetail extends ConversationBrief {
  messages: AgentMessage[];
  usage: Usage;
  cards: CardState[];
}

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

export type CardChange = Pick<CardState, 'id'> & Partial<Pick<CardState, 'pinned' | 'collapsed' | 'dismissed'>>;

export function isTool(part: Part): part is ToolPart {
  return part.type.startsWith('tool-');
}

/** The name of the tool that was called. */
export function toolOf(part: ToolPart): string {
  return part.type.slice('tool-'.length);
}
