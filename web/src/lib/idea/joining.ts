// What a merge of two ideas will give, before it is done. The server does the
// same and has the last word.
import type { Detail } from '../wire.ts';
import { limits } from '../words.ts';

/** What stands between the two texts, as the server has it. */
const rule = '\n\n---\n\n';

export interface Joined {
  title: string;
  body: string;
  tags: string[];
  /** Tags that find no place. */
  lostTags: string[];
  links: number;
  relations: number;
  /** Why the server would refuse it, or "". */
  problem: string;
}

export function join(kept: Detail, absorbed: Detail): Joined {
  const [first, second] = [kept.body?.trim() ? kept.body : '', absorbed.body?.trim() ? absorbed.body : ''];
  const body = first && second ? first + rule + second : first || second;
  const all = [...new Set([...kept.tags, ...absorbed.tags])];
  const room = Math.max(limits.tagsPerIdea, kept.tags.length);
  // Those between the two are not moved, nor those that are there already.
  const ends = new Set(kept.relations.filter((r) => r.related_idea_number !== absorbed.number).map(endOf(kept.number)));
  for (const relation of absorbed.relations) {
    if (relation.related_idea_number !== kept.number) ends.add(endOf(absorbed.number)(relation));
  }
  const archived = [kept, absorbed].find((idea) => idea.is_archived);
  const length = [...body].length;
  let problem = '';
  if (archived) problem = `#${archived.number} is archived. Restore it before you merge it.`;
  else if (length > limits.body) {
    problem = `The two texts together have ${length.toLocaleString('en')} characters, at most ${limits.body.toLocaleString('en')} are allowed. Shorten one of them first.`;
  }
  return {
    title: kept.title,
    body,
    tags: all.slice(0, room),
    lostTags: all.slice(room),
    links: kept.links.length + absorbed.links.length,
    relations: ends.size,
    problem,
  };
}

const symmetric = ['related', 'duplicate'];

const endOf =
  (number: number) =>
  ({ relation_type, source_idea_id, related_idea_number }: Detail['relations'][number]): string =>
    `${relation_type} ${symmetric.includes(relation_type) ? '' : source_idea_id === number ? 'to' : 'from'} ${related_idea_number}`;
