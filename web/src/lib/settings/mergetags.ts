import { api, ApiError, ask } from '../client.ts';
import { editIdeas } from '../data/ideas.svelte.ts';
import type { Tag } from '../wire.ts';
import { limits } from '../words.ts';

/**
 * Gives every idea with one tag another instead, archived ones too, and then
 * deletes the first. It is not one transaction: after a failure both tags are
 * there, no idea has lost anything, and doing it again finishes it.
 */
export async function mergeTags(from: Tag, into: string): Promise<void> {
  for (const archived of [false, true]) {
    for (;;) {
      const { ideas } = await ask(
        api.GET('/ideas', { params: { query: { tag: from.name, archived, limit: limits.pageSize } } }),
      );
      if (ideas.length === 0) break;
      const numbers = ideas.map((idea) => idea.number);
      const { updated, refused } = await editIdeas(numbers, { add_tags: [into], remove_tags: [from.name] });
      // What was changed is no longer in the list; without that it would not end.
      if (updated < ideas.length) {
        throw new ApiError(409, refused.values().next().value ?? 'Some ideas could not be changed. Try again.');
      }
    }
  }
  await ask(api.DELETE('/tags/{id}', { params: { path: { id: from.id } } }));
}
