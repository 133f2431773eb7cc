// What a person does to an idea from a list or from its page: it shows at
// once, a message says what was done and takes it back, and if the server
// refuses, what was before comes back with the reason.
import { messageOf } from '../client.ts';
import { archiveIdea, editIdea, editIdeas, restoreIdea, seenIdea, type EditOfMany } from '../data/ideas.svelte.ts';
import { toast } from '../ui/toast.svelte.ts';
import type { Idea, Status } from '../wire.ts';
import { statusWords } from '../words.ts';
import { undoSteps } from './bulk.ts';

/** How many requests of a bulk action are under way at once. */
const atOnce = 4;
const longestTitle = 60;

function named({ number, title }: Idea): string {
  const letters = [...title];
  return `#${number} ${letters.length > longestTitle ? `${letters.slice(0, longestTitle).join('').trimEnd()}…` : title}`;
}

function refused(what: string, e: unknown, again: () => unknown): void {
  toast.show(`${what}: ${messageOf(e)}`, { kind: 'error', action: { label: 'Try again', run: () => void again() } });
}

export async function moveIdea(idea: Idea, status: Status): Promise<void> {
  if (idea.status === status) return;
  try {
    await editIdea(idea.number, { status });
    toast.show(`Moved ${named(idea)} to ${statusWords[status].label}`, {
      kind: 'success',
      action: { label: 'Undo', run: () => void editBack(idea, idea.status) },
    });
  } catch (e) {
    refused(`#${idea.number} was not moved`, e, () => moveIdea(idea, status));
  }
}

async function editBack(idea: Idea, status: Status): Promise<void> {
  try {
    await editIdea(idea.number, { status });
  } catch (e) {
    refused(`#${idea.number} was not moved back`, e, () => editBack(idea, status));
  }
}

export async function archive(ideas: readonly Idea[]): Promise<void> {
  await each(ideas, (idea) => archiveIdea(idea.number), {
    done: 'Archived',
    failed: 'not archived',
    again: archive,
    undo: unarchive,
  });
}

/** Restores ideas and says so. */
export async function restore(ideas: readonly Idea[]): Promise<void> {
  await each(ideas, (idea) => restoreIdea(idea.number), {
    done: 'Restored',
    failed: 'not restored',
    again: restore,
    undo: rearchive,
  });
}

// Taking back needs no message when it worked: the ideas are there again.
const unarchive = (ideas: readonly Idea[]) =>
  each(ideas, (idea) => restoreIdea(idea.number), { failed: 'not restored', again: unarchive });
const rearchive = (ideas: readonly Idea[]) =>
  each(ideas, (idea) => archiveIdea(idea.number), { failed: 'not archived', again: rearchive });

type Action = (ideas: readonly Idea[]) => Promise<void>;

async function each(
  ideas: readonly Idea[],
  act: (idea: Idea) => Promise<unknown>,
  words: { done?: string; failed: string; again: Action; undo?: Action },
): Promise<void> {
  const done: Idea[] = [];
  const left: Idea[] = [];
  let why: unknown;
  const queue = [...ideas];
  const worker = async () => {
    for (let idea = queue.shift(); idea; idea = queue.shift()) {
      try {
        await act(idea);
        done.push(idea);
      } catch (e) {
        why = e;
        left.push(idea);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ideas.length) }, worker));
  if (done.length && words.done) {
    const { undo } = words;
    toast.show(`${words.done} ${done.length === 1 ? named(done[0]!) : `${done.length} ideas`}`, {
      kind: 'success',
      ...(undo && { action: { label: 'Undo', run: () => void undo(done) } }),
    });
  }
  if (left.length) {
    const what = left.length === 1 ? `#${left[0]!.number} was` : `${left.length} ideas were`;
    refused(`${what} ${words.failed}`, why, () => words.again(left));
  }
}

/** Changes many ideas in one call. What the server refuses of them is said. */
export async function editMany(ideas: readonly Idea[], edit: EditOfMany, done: string): Promise<void> {
  const steps = undoSteps(ideas, edit);
  const numbers = steps.flatMap((step) => step.numbers);
  if (numbers.length === 0) {
    toast.show('Nothing to change: they are so already');
    return;
  }
  try {
    const { updated, refused: notDone } = await editIdeas(numbers, edit);
    if (updated) {
      const undo = steps.map((step) => ({ ...step, numbers: step.numbers.filter((n) => !notDone.has(n)) }));
      toast.show(`${done}: ${updated} ${updated === 1 ? 'idea' : 'ideas'}`, {
        kind: 'success',
        action: { label: 'Undo', run: () => void takeBack(undo) },
      });
    }
    const [first] = notDone;
    if (first) {
      const others = notDone.size > 1 ? ` ${notDone.size - 1} more were not changed either.` : '';
      toast.show(`#${first[0]} was not changed: ${first[1]}.${others}`.replace('..', '.'), { kind: 'error' });
    }
  } catch (e) {
    refused('Nothing was changed', e, () => editMany(ideas.map((idea) => seenIdea(idea.number) ?? idea), edit, done));
  }
}

async function takeBack(steps: { numbers: number[]; edit: EditOfMany }[]): Promise<void> {
  const left = [...steps];
  try {
    for (let step = left[0]; step; step = left[0]) {
      if (step.numbers.length) await editIdeas(step.numbers, step.edit);
      left.shift();
    }
  } catch (e) {
    refused('Not everything was taken back', e, () => takeBack(left));
  }
}
