// Short names for what the API sends about provider keys, requests to models
// and specifications, as the generated contract has it.
import type { components } from '../api.d.ts';

type Schemas = components['schemas'];

export type Provider = Schemas['Provider'];
export type KeyState = Schemas['KeyState'];
export type Verdict = Schemas['Verdict'];
export type KeyTest = Schemas['KeyTest'];
export type ProviderStatus = Schemas['ProviderStatus'];
export type KeyStatus = Schemas['ProviderStatusList'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditPage = Schemas['AuditLog'];

export type Purpose = Schemas['Purpose'];
export type Outcome = Schemas['Outcome'];
export type ModelRequest = Schemas['AIRequest'];
export type RequestPage = Schemas['AIRequestList'];
export type Total = Schemas['AITotal'];
export type Group = Schemas['AIGroup'];
export type DayGroup = Group & { by_provider?: Group[] };
export type Usage = Schemas['AIUsage'];
export type Model = Schemas['AIModel'];

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
