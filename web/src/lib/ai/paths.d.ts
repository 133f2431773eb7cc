// The part of the contract about specifications.
import type * as wire from './wire.ts';

interface Without<Path, Answer, Status extends number = 200> {
  parameters: { path: Path; query?: never; header?: never; cookie?: never };
  requestBody?: never;
  responses: { [S in Status]: { headers: Record<string, unknown>; content: { 'application/json': Answer } } };
}
type Version = { id: number; version: number };

export interface AiPaths {
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
