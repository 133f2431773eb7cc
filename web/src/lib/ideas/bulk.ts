// Changes of many ideas at once, and how to take them back.
import type { EditOfMany } from '../data/ideas.svelte.ts';
import type { Idea, Status } from '../wire.ts';

export interface Step {
  numbers: number[];
  edit: EditOfMany;
}

/** The steps that bring ideas back to what they are now, after the edit was made. */
export function undoSteps(ideas: readonly Idea[], edit: EditOfMany): Step[] {
  const steps = new Map<string, Step>();
  const add = (idea: Idea, undo: EditOfMany) => {
    const key = JSON.stringify(undo);
    const step = steps.get(key) ?? { numbers: [], edit: undo };
    step.numbers.push(idea.number);
    steps.set(key, step);
  };
  for (const idea of ideas) {
    const undo: EditOfMany = {};
    if (edit.status && edit.status !== idea.status) undo.status = idea.status;
    const added = (edit.add_tags ?? []).filter((tag) => !idea.tags.includes(tag));
    const removed = (edit.remove_tags ?? []).filter((tag) => idea.tags.includes(tag));
    if (added.length) undo.remove_tags = added;
    if (removed.length) undo.add_tags = removed;
    if (Object.keys(undo).length) add(idea, undo);
  }
  return [...steps.values()];
}

/** The status that all ideas have, or undefined if there are several. */
export function commonStatus(ideas: readonly Idea[]): Status | undefined {
  const first = ideas[0]?.status;
  return ideas.every((idea) => idea.status === first) ? first : undefined;
}

/** The tags of the ideas, with how many of them carry each, most first. */
export function tagsOf(ideas: readonly Idea[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const tag of ideas.flatMap((idea) => idea.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}
