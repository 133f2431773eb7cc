// The life of an idea in words.
import type { HistoryEvent, Status } from '../wire.ts';

export interface Moment {
  at: string;
  /** What happened. */
  words: string;
  /** The status it then had, where that changed. */
  status: Status | null;
  /** Whether the words end with the name of the status. */
  named: boolean;
  /** Another idea that had to do with it. */
  other: number | null;
}

const words: Record<HistoryEvent['kind'], string> = {
  captured: 'Captured',
  moved: 'Moved to',
  archived: 'Archived',
  restored: 'Restored',
  merged: 'Took in',
  absorbed: 'Merged into',
  unmerged: 'Gave back',
};

/** The moments of a life, the latest first. */
export function moments(history: readonly HistoryEvent[]): Moment[] {
  return history
    .map(({ kind, to, at, idea_number: other }) => {
      // To be captured as captured is nothing to tell.
      const named = to !== null && (kind !== 'captured' || to !== 'captured');
      return { at, words: named && kind === 'captured' ? 'Captured as' : words[kind], status: to, named, other };
    })
    .toReversed();
}

/** The idea that took this one in, if that is why it is archived. */
export function absorbedBy(history: readonly HistoryEvent[]): number | null {
  const last = history.findLast((event) => event.kind === 'absorbed' || event.kind === 'restored');
  return last?.kind === 'absorbed' ? last.idea_number : null;
}

/** When the idea was archived, or null. */
export function archivedAt(history: readonly HistoryEvent[]): string | null {
  return history.findLast((event) => event.kind === 'archived')?.at ?? null;
}
