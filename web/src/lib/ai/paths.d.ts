// The part of the contract about provider keys, usage and specifications.
import type * as wire from './wire.ts';

interface Call<Path, Query, Body, Answer, Status extends number = 200> {
  parameters: { path: Path; query?: Query; header?: never; cookie?: never };
  requestBody: Body extends never ? never : { content: { 'application/json': Body } };
  responses: { [S in Status]: { headers: Record<string, unknown>; content: { 'application/json': Answer } } };
}
type None = Record<string, never>;
interface Bare<Query, Answer> {
  parameters: { query?: Query; path?: never; header?: never; cookie?: never };
  requestBody?: never;
  responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': Answer } } };
}
interface Without<Path, Answer, Status extends number = 200> {
  parameters: { path: Path; query?: never; header?: never; cookie?: never };
  requestBody?: never;
  responses: { [S in Status]: { headers: Record<string, unknown>; content: { 'application/json': Answer } } };
}
type Of = { provider: wire.Provider };
type Version = { id: number; version: number };

export interface AiPaths {
  '/user/byok/{provider}': {
    put: Call<Of, None, { api_key: string }, wire.ProviderStatus & { warning: string | null }>;
    patch: Call<Of, None, { monthly_cap: number | null }, wire.ProviderStatus>;
    delete: Without<Of, { success: boolean }>;
  };
  '/user/byok/{provider}/test': { post: Without<Of, { ok: boolean; error?: string }> };
  '/user/byok/status': { get: Bare<None, wire.KeyStatus> };
  '/user/byok/audit': { get: Bare<{ before?: number; limit?: number }, wire.AuditPage> };
  '/user/ai/requests': { get: Bare<wire.RequestQuery, wire.RequestPage> };
  '/user/ai/usage': { get: Bare<{ from?: string; to?: string }, wire.Usage> };
  '/agent/models': { get: Bare<None, { models: wire.Model[]; default: string | null }> };
  '/ideas/{id}/develop': {
    post: {
      parameters: { path: { id: number }; query?: never; header?: never; cookie?: never };
      requestBody: { content: { 'application/json': wire.DevelopRequest } };
      responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': wire.Spec; 'text/event-stream': string } } };
    };
  };
  '/ideas/{id}/specs': { get: Without<{ id: number }, { specs: wire.SpecHead[] }> };
  '/ideas/{id}/specs/{version}': { get: Without<Version, wire.Spec> };
  '/ideas/{id}/specs/{version}/restore': { post: Without<Version, wire.Spec, 201> };
}
