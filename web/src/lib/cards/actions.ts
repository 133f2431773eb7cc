// What can be done with a card, as sentences of the page and calls of the API.
import { ApiError, messageOf } from '../client.ts';
import { copyText } from '../clipboard.ts';
import { archiveIdea, captureIdea, editIdea, editIdeas, readIdea, relate, unrelate } from '../data/ideas.svelte.ts';
import { toast } from '../ui/toast.svelte.ts';
import type { RelationType } from '../wire.ts';
import { limits, relationChoices } from '../words.ts';
import type { CardEdge, CardIdea, CardVariant, DocumentData } from './types.ts';

/** Called when what was done is taken back from the message about it. */
type Back = () => void;

/** Runs something, says what came of it, and gives null if it failed. */
async function tell<T>(done: (result: T) => string, run: () => Promise<T>, undo?: (result: T) => Promise<unknown>, onback?: Back): Promise<T | null> {
  try {
    const result = await run();
    const takeBack = async () => {
      await undo?.(result);
      onback?.();
    };
    const back = undo && { label: 'Undo', run: () => void tell(() => 'Taken back.', takeBack) };
    toast.show(done(result), { kind: 'success', action: back });
    return result;
  } catch (e) {
    toast.show(messageOf(e), { kind: 'error' });
    return null;
  }
}

/** Captures a variant and gives the number of the idea. */
export async function captureVariant(variant: CardVariant, from?: CardIdea, onback?: Back): Promise<number | null> {
  const draft = { title: variant.title, body: variant.body, tags: [...(variant.tags ?? [])], parent_id: from?.id };
  const made = await tell(
    ({ number }) => `Captured as #${number}.`,
    () => captureIdea(draft),
    ({ number }) => archiveIdea(number),
    onback,
  );
  return made?.number ?? null;
}

/** Puts a tag on an idea, or takes it away. */
export async function setTag(idea: CardIdea, tag: string, on: boolean, onback?: Back): Promise<boolean> {
  const change = (put: boolean) => async () => {
    const { refused } = await editIdeas([idea.id], put ? { add_tags: [tag] } : { remove_tags: [tag] });
    if (refused.size) throw new ApiError(409, [...refused.values()].join(' '));
  };
  const done = on ? `#${idea.id} has the tag ${tag} now.` : `The tag ${tag} is taken from #${idea.id}.`;
  return (await tell(() => done, async () => (await change(on)(), true), change(!on), onback)) ?? false;
}

/** Makes a relation that was proposed. */
export async function accept(edge: CardEdge): Promise<boolean> {
  const type = relationChoices.includes(edge.type as RelationType) ? (edge.type as RelationType) : 'related';
  const relation = { source_idea_id: edge.source, target_idea_id: edge.target, relation_type: type, note: edge.reason.slice(0, limits.note) };
  return (await tell(() => `#${edge.source} and #${edge.target} are related now.`, async () => (await relate(relation), true))) ?? false;
}

/** Takes a relation away. */
export async function drop(relation: number, source: number, target: number): Promise<boolean> {
  const gone = async () => (await unrelate({ id: relation, source_idea_id: source, target_idea_id: target }), true);
  return (await tell(() => 'The relation is taken away.', gone)) ?? false;
}

/** A document as Markdown. */
export function asText({ title, sections }: Pick<DocumentData, 'title' | 'sections'>): string {
  const parts = (sections ?? []).map(({ heading, text }) => `## ${heading}\n\n${text.trim()}\n`);
  return [`# ${title}\n`, ...parts].join('\n');
}

/** Puts a document behind the text of an idea. */
export async function saveTo(idea: CardIdea, document: DocumentData, onback?: Back): Promise<boolean> {
  const saved = await tell(
    () => `Saved to the text of #${idea.id}.`,
    async () => {
      const before = await readIdea(idea.id);
      const body = [before.body?.trimEnd(), asText(document)].filter(Boolean).join('\n\n');
      const after = await editIdea(idea.id, { body }, before.version);
      return { before: before.body ?? '', version: after.version };
    },
    ({ before, version }) => editIdea(idea.id, { body: before }, version),
    onback,
  );
  return saved !== null;
}

/** Offers a text as a file. */
export function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
  link.download = `${name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').toLowerCase() || 'document'}.md`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Copies a text and says so. */
export async function copy(text: string, what: string): Promise<void> {
  if (await copyText(text)) toast.show(`Copied ${what}`, { kind: 'success' });
  else toast.show('The browser does not allow copying. Select the text and copy it yourself.', { kind: 'error' });
}

