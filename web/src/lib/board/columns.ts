// The rules of the board that need no page: what a column draws, where a
// dragged card waits, where the arrow keys lead.
import { SHADOW_ITEM_MARKER_PROPERTY_NAME } from 'svelte-dnd-action';
import type { Idea, MapNode, Status } from '../wire.ts';

/** The most cards that a column draws at once. */
export const mostCards = 100;
/** How many cards come and go at either end as a column is scrolled. */
export const stepCards = 50;

/** The first card to draw after a step down or up; null if there is none to make. */
export function stepWindow(start: number, total: number, direction: 'down' | 'up'): number | null {
  if (direction === 'up') return start > 0 ? Math.max(0, start - stepCards) : null;
  return start + mostCards < total ? start + stepCards : null;
}

/** Whether a card stands for the one that is being dragged. */
export function isShadow(card: Idea): boolean {
  return SHADOW_ITEM_MARKER_PROPERTY_NAME in card;
}

/**
 * Puts the shadow of a dragged card where the card would come to rest: in its
 * own column where it was, in another one at the top, because the column is
 * sorted by the last change. A column has no order of its own that a drop
 * could choose.
 */
export function restShadow(cards: readonly Idea[], status: Status): Idea[] {
  const shadow = cards.find(isShadow);
  if (!shadow) return [...cards];
  const rest = cards.filter((card) => card !== shadow);
  const later = (card: Idea) =>
    card.updated_at > shadow.updated_at || (card.updated_at === shadow.updated_at && card.number > shadow.number);
  const at = shadow.status === status ? rest.filter(later).length : 0;
  return rest.toSpliced(at, 0, shadow);
}

/** How many ideas each status has, of those with the tag if one is given. */
export function countByStatus(nodes: Iterable<MapNode>, tag?: string): Record<Status, number> {
  const counts: Record<Status, number> = { captured: 0, exploring: 0, building: 0, shipped: 0, shelved: 0 };
  for (const node of nodes) {
    if (!tag || node.tags.includes(tag)) counts[node.status]++;
  }
  return counts;
}

export type Way = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

/**
 * The card to which a key leads from another one, or undefined. Columns are
 * the numbers of their cards; empty ones are stepped over.
 */
export function nextCard(columns: readonly (readonly number[])[], from: number, key: Way): number | undefined {
  const column = columns.findIndex((cards) => cards.includes(from));
  const here = columns[column];
  if (!here) return undefined;
  const row = here.indexOf(from);
  switch (key) {
    case 'ArrowUp':
      return here[row - 1];
    case 'ArrowDown':
      return here[row + 1];
    case 'Home':
      return here[0];
    case 'End':
      return here.at(-1);
  }
  const side = key === 'ArrowRight' ? columns.slice(column + 1) : columns.slice(0, column).reverse();
  const target = side.find((cards) => cards.length > 0);
  return target?.[Math.min(row, target.length - 1)];
}
