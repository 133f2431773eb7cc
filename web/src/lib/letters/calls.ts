// What the API has of letters.
import { api, ask } from '../client.ts';
import { learnDetail, relate, unrelate } from '../data/ideas.svelte.ts';
import type { Letter, LetterConnection, LetterList, StaleAnswer } from '../wire.ts';
import { limits } from '../words.ts';

/** How many letters a page of the list has. */
export const pageSize = 20;

/** Reads letters, the newest first, and when the next one is due. */
export const readLetters = (offset = 0, signal?: AbortSignal): Promise<LetterList> =>
  ask(api.GET('/digests', { params: { query: { limit: pageSize, offset } }, signal }));

export const readLetter = (id: number, signal?: AbortSignal): Promise<Letter> =>
  ask(api.GET('/digests/{id}', { params: { path: { id } }, signal }));

/** Has a letter of the last seven days written. With a key that asks a model. */
export const writeLetter = (): Promise<Letter> => ask(api.POST('/digests'));

/** Says what is to become of an idea that waits. */
export async function answerStale(number: number, answer: StaleAnswer): Promise<void> {
  learnDetail(await ask(api.POST('/ideas/{id}/stale', { params: { path: { id: number } }, body: { answer } })));
}

/** Makes a connection that a letter proposes. Gives back how to take it away. */
export async function connect({ a, b, reason }: LetterConnection): Promise<() => Promise<void>> {
  const ends = { source_idea_id: a.number, target_idea_id: b.number };
  const id = await relate({ ...ends, relation_type: 'related', note: reason.slice(0, limits.note) });
  return () => unrelate({ id, ...ends });
}
