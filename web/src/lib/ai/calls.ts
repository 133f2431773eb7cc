// The calls of the API about provider keys, usage and specifications.
import { api, ask } from '../client.ts';
import type * as wire from './wire.ts';

const of = (provider: wire.Provider) => ({ params: { path: { provider } } });

export const readKeyStatus = (signal?: AbortSignal): Promise<wire.KeyStatus> =>
  ask(api.GET('/user/byok/status', { signal }));

/** Stores a key. The warning, if there is one, is about a key that was taken all the same. */
export const storeKey = (provider: wire.Provider, api_key: string) =>
  ask(api.PUT('/user/byok/{provider}', { ...of(provider), body: { api_key } }));

/** Sets what a key may cost in a month, in US dollars; null for any amount. */
export const setCap = (provider: wire.Provider, monthly_cap: number | null) =>
  ask(api.PATCH('/user/byok/{provider}', { ...of(provider), body: { monthly_cap } }));

export const testKey = (provider: wire.Provider) => ask(api.POST('/user/byok/{provider}/test', of(provider)));

export const removeKey = (provider: wire.Provider) => ask(api.DELETE('/user/byok/{provider}', of(provider)));

/** What was done with the person's keys, from the newest or from before an entry on. */
export const readAudit = (before: number | null, limit: number): Promise<wire.AuditPage> =>
  ask(api.GET('/user/byok/audit', { params: { query: { limit, ...(before !== null && { before }) } } }));

export const readRequests = (query: wire.RequestQuery, signal?: AbortSignal): Promise<wire.RequestPage> =>
  ask(api.GET('/user/ai/requests', { params: { query }, signal }));

export const readUsage = (from: string, to: string, signal?: AbortSignal): Promise<wire.Usage> =>
  ask(api.GET('/user/ai/usage', { params: { query: { from, to } }, signal }));

export const readSpecs = async (id: number, signal?: AbortSignal): Promise<wire.SpecHead[]> =>
  (await ask(api.GET('/ideas/{id}/specs', { params: { path: { id } }, signal }))).specs;

export const readSpec = (id: number, version: number, signal?: AbortSignal): Promise<wire.Spec> =>
  ask(api.GET('/ideas/{id}/specs/{version}', { params: { path: { id, version } }, signal }));

export const restoreSpec = (id: number, version: number): Promise<wire.Spec> =>
  ask(api.POST('/ideas/{id}/specs/{version}/restore', { params: { path: { id, version } } }));

/** Begins to write a specification and gives the stream of its events. */
export const developIdea = (id: number, body: wire.DevelopRequest, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> =>
  ask<unknown>(
    api.POST('/ideas/{id}/develop', {
      params: { path: { id } },
      body,
      signal,
      headers: { Accept: 'text/event-stream' },
      parseAs: 'stream',
    }),
  ) as Promise<ReadableStream<Uint8Array>>;

/** Where a version can be downloaded as a Markdown file. */
export const specFile = (id: number, version: number): string => `/api/v1/ideas/${id}/specs/${version}/markdown`;
