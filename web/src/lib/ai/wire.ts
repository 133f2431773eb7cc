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
export type DayGroup = Schemas['AIDay'];
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

export type Receipt = Schemas['SpecReceipt'];
export type SpecHead = Schemas['SpecBrief'];
export type Spec = Schemas['Spec'];
export type DevelopRequest = Schemas['Development'];
export type SpecBegun = Schemas['SpecBegun'];
export type SpecText = Schemas['SpecText'];
export type SpecFailed = Schemas['SpecFailed'];
