// What the server makes of the meaning of ideas: similar ones, what it suggests
// for one, and how far it has understood them.
import { api, ask } from '../client.ts';
import type { Meaning, SimilarIdea, Suggestions } from '../wire.ts';
import { learn } from './ideas.svelte.ts';

/** Reads the ideas that are closest in meaning to one, the closest first. */
export async function readSimilar(number: number, limit: number, signal?: AbortSignal): Promise<SimilarIdea[]> {
  const params = { path: { id: number }, query: { limit } };
  const { ideas } = await ask(api.GET('/ideas/{id}/similar', { params, signal }));
  for (const { score: _, ...idea } of ideas) learn(idea);
  return ideas;
}

/** Reads which tags fit an idea, and its relations that nobody made. */
export function readSuggestions(number: number, signal?: AbortSignal): Promise<Suggestions> {
  return ask(api.GET('/ideas/{id}/suggestions', { params: { path: { id: number } }, signal }));
}

/** Asks a model, once, which tags fit an idea. That may cost the person something. */
export function askForSuggestions(number: number, signal?: AbortSignal): Promise<Suggestions> {
  return ask(api.POST('/ideas/{id}/suggestions', { params: { path: { id: number } }, signal }));
}

/** Reads how far the person's ideas have been understood. */
export const readMeaning = (signal?: AbortSignal): Promise<Meaning> => ask(api.GET('/meaning', { signal }));

export const pauseMeaning = (): Promise<Meaning> => ask(api.POST('/meaning/pause'));

/** Starts what waits, or goes on with it: a yes to what it costs. */
export const resumeMeaning = (): Promise<Meaning> => ask(api.POST('/meaning/resume'));
