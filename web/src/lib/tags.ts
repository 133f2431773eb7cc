// Tags as a person types them.
import { limits } from './words.ts';

/** The spelling the server will give a tag, or "" if nothing is left of it. */
export function normalizeTag(text: string): string {
  const name = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\p{Pd}]+/gu, '-')
    .replace(/[^\p{L}\p{Nd}\p{M}+#./&-]/gu, '')
    .replace(/-{2,}/g, '-')
    .replace(/^[-#./&+]+/, '')
    .replace(/[-./&]+$/, '')
    .normalize('NFKC');
  return [...name].slice(0, limits.tag).join('');
}

export interface KnownTag {
  name: string;
  idea_count: number;
  color?: string | null;
}

/**
 * The tags to offer for what was typed: those that begin with it first, then
 * those with a part that does, then those that contain it; more used ones
 * before others. Tags in taken are left out.
 */
export function completeTags<T extends KnownTag>(all: readonly T[], typed: string, taken: readonly string[], most = 8): T[] {
  const wanted = normalizeTag(typed);
  const rank = ({ name }: T) => {
    if (name.startsWith(wanted)) return 0;
    if (name.split(/[-./&]/).some((part) => part.startsWith(wanted))) return 1;
    return name.includes(wanted) ? 2 : 3;
  };
  return all
    .filter((tag) => !taken.includes(tag.name))
    .map((tag) => ({ tag, rank: rank(tag) }))
    .filter((entry) => entry.rank < 3)
    .sort((a, b) => a.rank - b.rank || b.tag.idea_count - a.tag.idea_count || a.tag.name.localeCompare(b.tag.name))
    .slice(0, most)
    .map((entry) => entry.tag);
}
