// Every idea that a page has seen, once. Lists, the board and the page of an
// idea all read from here, so a change shows everywhere at the same time.
import { SvelteMap } from 'svelte/reactivity';
import { api, ApiError, ask } from '../client.ts';
import type { Detail, Idea, LinkType, RelationType, Source, Status } from '../wire.ts';
import { live } from './live.ts';

/** How many changed ideas are read one by one before lists are read anew. */
const fewIdeas = 20;

const known = new SvelteMap<number, Idea>();
const details = new SvelteMap<number, Detail>();
/** Numbers with a change of ours on its way: what the stream says of them is old. */
const busy = new Map<number, number>();

/** What is on a page and must hear of ideas. */
export interface Follower {
  /** An idea was read or changed. */
  learned?(idea: Idea): void;
  /** More changed than can be read one by one. */
  outdated(): void;
}
const followers = new Set<Follower>();

export function follow(follower: Follower): () => void {
  followers.add(follower);
  return () => followers.delete(follower);
}

/** An idea that was read before, as it is now. Reactive. */
export function seenIdea(number: number): Idea | undefined {
  return known.get(number);
}

/** All that is known of an idea if its page was open before. Reactive. */
export function seenDetail(number: number): Detail | undefined {
  return details.get(number);
}

/** Takes in what the API said of an idea. An older version changes nothing. */
export function learn(idea: Idea): void {
  const before = known.get(idea.number);
  if (before && before.version > idea.version) return;
  known.set(idea.number, idea);
  for (const follower of [...followers]) follower.learned?.(idea);
}

/** Takes in a whole idea, and gives it back. */
export function learnDetail(detail: Detail): Detail {
  const before = details.get(detail.number);
  if (!before || before.version <= detail.version) details.set(detail.number, detail);
  learn(detail);
  return detail;
}

function forget(number: number): void {
  known.delete(number);
  details.delete(number);
}

/** Reads an idea with its links, relations and history. */
export async function readIdea(number: number, signal?: AbortSignal): Promise<Detail> {
  try {
    return learnDetail(await ask(api.GET('/ideas/{id}', { params: { path: { id: number } }, signal })));
  } catch (e) {
    if (e instanceof ApiError && e.status === 404) forget(number);
    throw e;
  }
}

export interface Draft {
  title: string;
  body?: string;
  tags?: string[];
  status?: Status;
  source_url?: string;
  parent_id?: number;
}

/** Captures an idea. */
export async function captureIdea(draft: Draft): Promise<Detail> {
  const source: Source = 'web';
  return learnDetail(await ask(api.POST('/ideas', { body: { ...draft, source } })));
}

export interface Edit {
  title?: string;
  body?: string;
  status?: Status;
  tags?: string[];
  parent_id?: number | null;
}

/**
 * Changes an idea. The change shows at once; if the server refuses it, what
 * was before comes back and the error is thrown. With a version the change is
 * refused (412) when somebody else changed the idea since.
 */
export async function editIdea(number: number, edit: Edit, version?: number): Promise<Detail> {
  return optimistic(number, { ...edit, updated_at: new Date().toISOString() }, async () => {
    const header = version === undefined ? {} : { 'If-Match': `"${version}"` };
    const call = api.PATCH('/ideas/{id}', { params: { path: { id: number }, header }, body: edit });
    return learnDetail(await ask(call));
  });
}

/** A change of many ideas at once: tags to add and to remove, not all of them anew. */
export interface EditOfMany {
  status?: Status;
  add_tags?: string[];
  remove_tags?: string[];
}

/** What became of a change of many ideas. */
export interface Outcome {
  updated: number;
  /** Why the others were not changed, by number. */
  refused: Map<number, string>;
}

/** Changes many ideas in one step. It shows when the server has done it. */
export async function editIdeas(numbers: readonly number[], edit: EditOfMany): Promise<Outcome> {
  const { updated, results } = await ask(api.PATCH('/ideas/bulk', { body: { ids: [...numbers], ...edit } }));
  const refused = new Map(results.filter((r) => r.status === 'error').map((r) => [r.id, r.error ?? 'Not changed']));
  for (const { id, status } of results) {
    const idea = known.get(id);
    if (status !== 'updated' || !idea) continue;
    // The version is not in the answer; the stream brings the whole idea.
    const tags = idea.tags.filter((tag) => !edit.remove_tags?.includes(tag));
    learn({ ...idea, status: edit.status ?? idea.status, tags: [...new Set([...tags, ...(edit.add_tags ?? [])])] });
  }
  return { updated, refused };
}

/**
 * Takes one idea into another: texts and tags are joined, links and relations
 * moved. The absorbed idea is shelved and archived.
 */
export async function mergeIdeas(keep: number, absorb: number): Promise<Detail> {
  const call = api.POST('/ideas/{id}/merge', { params: { path: { id: keep } }, body: { absorb_id: absorb } });
  const kept = learnDetail(await ask(call));
  await readIdea(absorb).catch(() => {}); // the stream would bring it too
  return kept;
}

/** Takes an idea out of sight. restoreIdea undoes it. */
export async function archiveIdea(number: number): Promise<void> {
  await optimistic(number, { is_archived: 1 }, () =>
    ask(api.DELETE('/ideas/{id}', { params: { path: { id: number } } })),
  );
  await readIdea(number).catch(() => {}); // for its new version; the stream would bring it too
}

export async function restoreIdea(number: number): Promise<Detail> {
  return optimistic(number, { is_archived: 0 }, async () =>
    learnDetail(await ask(api.POST('/ideas/{id}/restore', { params: { path: { id: number } } }))),
  );
}

export async function addLink(number: number, link: { url: string; title?: string; link_type?: LinkType }): Promise<void> {
  await ask(api.POST('/ideas/{id}/links', { params: { path: { id: number } }, body: link }));
  await readIdea(number);
}

export async function removeLink(number: number, linkId: number): Promise<void> {
  await ask(api.DELETE('/ideas/{id}/links/{link_id}', { params: { path: { id: number, link_id: linkId } } }));
  await readIdea(number);
}

export interface NewRelation {
  source_idea_id: number;
  target_idea_id: number;
  relation_type: RelationType;
  note?: string;
}

/** Relates two ideas and gives the id of the relation. A 409 is a cycle; force makes those that may be made. */
export async function relate(relation: NewRelation, force = false): Promise<number> {
  const made = await ask(api.POST('/map/relations', { params: { query: force ? { force } : {} }, body: relation }));
  await readAgain(relation.source_idea_id, relation.target_idea_id);
  if (!('relation' in made)) throw new ApiError(0, 'The server answered as if many relations had been made.');
  return made.relation.id;
}

export async function editRelation(
  relation: { id: number; source_idea_id: number; target_idea_id: number },
  edit: { relation_type?: RelationType; note?: string | null; automatic?: false },
  force = false,
): Promise<void> {
  const params = { path: { id: relation.id }, query: force ? { force } : {} };
  await ask(api.PATCH('/map/relations/{id}', { params, body: edit }));
  await readAgain(relation.source_idea_id, relation.target_idea_id);
}

export async function unrelate(relation: { id: number; source_idea_id: number; target_idea_id: number }): Promise<void> {
  await ask(api.DELETE('/map/relations/{id}', { params: { path: { id: relation.id } } }));
  await readAgain(relation.source_idea_id, relation.target_idea_id);
}

async function readAgain(...numbers: number[]): Promise<void> {
  await Promise.all(numbers.filter((n) => details.has(n)).map((n) => readIdea(n)));
}

async function optimistic<T>(number: number, change: Partial<Idea>, send: () => Promise<T>): Promise<T> {
  const idea = known.get(number);
  const detail = details.get(number);
  if (idea) learn({ ...idea, ...change });
  if (detail) details.set(number, { ...detail, ...change });
  busy.set(number, (busy.get(number) ?? 0) + 1);
  try {
    return await send();
  } catch (e) {
    if (idea && known.get(number)?.version === idea.version) learn(idea);
    if (detail && details.get(number)?.version === detail.version) details.set(number, detail);
    throw e;
  } finally {
    const left = busy.get(number)! - 1;
    if (left > 0) busy.set(number, left);
    else busy.delete(number);
  }
}

live.subscribe((change) => {
  const numbers = change.ideas ?? [];
  if (change.all || numbers.length > fewIdeas) {
    for (const follower of [...followers]) follower.outdated();
    return;
  }
  for (const number of numbers) {
    if (busy.has(number) || !(followers.size > 0 || known.has(number))) continue;
    readIdea(number).catch(() => {}); // gone or out of reach: what is shown stays until it is asked for
  }
});
