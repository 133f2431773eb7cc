// What the server makes of the meaning of ideas: similar ones, and what it
// suggests for one.
import { api, ask } from '../client.ts';
import type { SimilarIdea, Suggestions } from '../wire.ts';
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
