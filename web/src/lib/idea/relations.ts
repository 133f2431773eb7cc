// How the relations of an idea are called and grouped on its page.
import { ApiError, messageOf } from '../client.ts';
import type { IdeaRelation, RelationType } from '../wire.ts';
import { relationChoices, relationWords } from '../words.ts';

export type Direction = 'outgoing' | 'incoming';

/** What holds things up comes first, what is merely alike last. */
const order: readonly `${Direction} ${RelationType}`[] = [
  'incoming blocks',
  'outgoing blocks',
  'incoming parent',
  'outgoing parent',
  'incoming inspires',
  'outgoing inspires',
  'outgoing supersedes',
  'incoming supersedes',
  'outgoing related',
  'outgoing duplicate',
];

/** Types of which the two directions mean the same. */
const symmetric: readonly RelationType[] = ['related', 'duplicate'];

export function directionOf(relation: IdeaRelation, number: number): Direction {
  return relation.source_idea_id === number ? 'outgoing' : 'incoming';
}

export interface RelationGroup {
  label: string;
  relations: IdeaRelation[];
}

/** Groups the relations of an idea by what they are called from its side. */
export function groupRelations(relations: readonly IdeaRelation[], number: number): RelationGroup[] {
  const groups = new Map<string, IdeaRelation[]>();
  for (const relation of relations) {
    const direction = symmetric.includes(relation.relation_type) ? 'outgoing' : directionOf(relation, number);
    const key = `${direction} ${relation.relation_type}`;
    groups.set(key, [...(groups.get(key) ?? []), relation]);
  }
  return order.flatMap((key) => {
    const [direction, type] = key.split(' ') as [Direction, RelationType];
    const found = groups.get(key);
    return found ? [{ label: relationWords[type][direction], relations: found }] : [];
  });
}

export interface RelationChoice {
  value: `${RelationType} ${Direction}`;
  label: string;
  type: RelationType;
  direction: Direction;
}

/** What a person can make of this idea and another one, seen from this one. */
export const choices: readonly RelationChoice[] = relationChoices.flatMap((type) => {
  const directions: Direction[] = symmetric.includes(type) ? ['outgoing'] : ['outgoing', 'incoming'];
  return directions.map((direction) => ({
    value: `${type} ${direction}` as const,
    label: relationWords[type][direction],
    type,
    direction,
  }));
});

export function choiceOf(relation: IdeaRelation, number: number): RelationChoice | undefined {
  const { relation_type: type } = relation;
  const direction = symmetric.includes(type) ? 'outgoing' : directionOf(relation, number);
  return choices.find((choice) => choice.type === type && choice.direction === direction);
}

/** The two ends of a relation in the order in which the API has them. */
export function ends(number: number, other: number, direction: Direction): { source_idea_id: number; target_idea_id: number } {
  return direction === 'outgoing'
    ? { source_idea_id: number, target_idea_id: other }
    : { source_idea_id: other, target_idea_id: number };
}

/** Why a relation was not made, and whether the server makes it if asked twice. */
export function refusal(e: unknown): { why: string; forceable: boolean } {
  const forceable = e instanceof ApiError && e.status === 409 && e.message.includes('force=true');
  // How a program insists is no news to a person with a button.
  return { why: forceable ? messageOf(e).replace(/:[^:]*force=true.*$/, '.') : messageOf(e), forceable };
}
