// What the API sends about provider keys, requests to models and specifications.

export type Provider = 'anthropic' | 'openai' | 'openrouter';

/** How a stored key stands. */
export type KeyState = 'none' | 'untested' | 'usable' | 'rejected' | 'missing_scope' | 'no_credit' | 'undecryptable';

/** What a test of a key has shown. */
export type Verdict =
  | 'valid'
  | 'invalid'
  | 'wrong_kind'
  | 'missing_scope'
  | 'no_credit'
  | 'rate_limited'
  | 'provider_down'
  | 'network'
  | 'undecryptable'
  | 'not_configured';

export interface KeyTest {
  ok: boolean;
  error: string | null;
  verdict: Verdict;
  at: string;
}

/** How one provider stands for the person. */
export interface ProviderStatus {
  provider: Provider;
  configured: boolean;
  last4: string | null;
  preferred: boolean;
  created_at: string | null;
  updated_at: string | null;
  last_used_at: string | null;
  state: KeyState;
  last_test: KeyTest | null;
  /** What is left of the key's limit in US dollars; OpenRouter only. */
  remaining: number | null;
  monthly_cap: number | null;
  spent_this_month: number;
}

export interface KeyStatus {
  providers: ProviderStatus[];
  preferred: Provider | null;
  /** The one that answers next. */
  active: Provider | null;
}

export interface AuditEntry {
  number: number;
  at: string;
  action: string;
  /** Null if no provider is preferred any more. */
  provider: string | null;
  purpose: string | null;
  request_id: string | null;
  detail: string | null;
}

export interface AuditPage {
  entries: AuditEntry[];
  next: number | null;
}

export type Purpose = 'agent' | 'spec' | 'digest' | 'test' | 'proxy';
export type Outcome = 'complete' | 'failed' | 'unreachable' | 'cut' | 'cancelled';

/** One request to a model. What is not known is null, which is not 0. */
export interface ModelRequest {
  id: string;
  at: string;
  provider: string;
  model: string;
  purpose: Purpose;
  stream: boolean;
  status: number | null;
  outcome: Outcome;
  retries: number;
  cache_hit: boolean;
  first_byte_ms: number | null;
  duration_ms: number;
  overhead_us: number;
  tokens_in: number | null;
  tokens_cached: number | null;
  tokens_out: number | null;
  cost: number | null;
}

export interface RequestPage {
  requests: ModelRequest[];
  next_cursor: string | null;
}

export interface RequestQuery {
  from?: string;
  to?: string;
  provider?: string;
  model?: string;
  purpose?: Purpose;
  outcome?: Outcome;
  cursor?: string;
  limit?: number;
}

/** What requests add up to. */
export interface Total {
  requests: number;
  failed: number;
  cache_hits: number;
  tokens_in: number;
  tokens_cached: number;
  tokens_out: number;
  /** Of those whose cost is known. */
  cost: number;
  /** Those whose cost is not known. */
  unpriced: number;
}

export interface Group extends Total {
  key: string;
}

export interface DayGroup extends Group {
  by_provider?: Group[];
}

export interface Usage {
  from: string;
  to: string;
  prices_of: string;
  total: Total;
  by_day: DayGroup[];
  by_provider: Group[];
  by_model: Group[];
  by_purpose: Group[];
}

export interface Model {
  id: string;
  name: string;
  title: string;
  provider: string;
  needs_key: boolean;
  context: number;
  best_for: string;
  default: boolean;
  available: boolean;
  reason: { code: 'no_key' | 'plan' | 'no_workers_ai'; text: string } | null;
}

/** Who wrote a text, and what that took. */
export interface Receipt {
  provider: string;
  model: string;
  key_last4: string;
  tokens_in: number;
  tokens_cached: number;
  tokens_out: number;
  cost: number | null;
  prices_of: string;
  cache_hit: boolean;
  retries: number;
  overhead_us: number;
  duration_ms: number;
  /** What of the context was left out, in words. */
  trimmed: string[] | null;
}

/** A version of an idea's specification. A list leaves the body out. */
export interface SpecHead {
  idea_id: number;
  version: number;
  complete: boolean;
  restored_from: number | null;
  instructions: string;
  receipt: Receipt;
  created_at: string;
  updated_at: string;
}

export interface Spec extends SpecHead {
  body: string;
}

export interface DevelopRequest {
  provider?: Provider;
  model?: string;
  instructions?: string;
  regenerate?: boolean;
  resume?: number;
}
