import { expect, test } from 'vitest';
import type { IdeaRelation, RelationType } from '../wire.ts';
import { ApiError } from '../client.ts';
import { choiceOf, choices, ends, groupRelations, refusal } from './relations.ts';

let id = 0;
const relation = (source: number, relation_type: RelationType, target: number) =>
  ({ id: ++id, relation_type, source_idea_id: source, target_idea_id: target }) as IdeaRelation;

test('relations are grouped by what they are called from one side', () => {
  const groups = groupRelations(
    [relation(1, 'related', 2), relation(3, 'related', 1), relation(4, 'blocks', 1), relation(1, 'blocks', 5), relation(1, 'parent', 6), relation(7, 'duplicate', 1)],
    1,
  );
  expect(groups.map((g) => [g.label, g.relations.length])).toEqual([
    ['Blocked by', 1],
    ['Blocks', 1],
    ['Parent of', 1],
    ['Related', 2],
    ['Similar', 1],
  ]);
});

test('every type by hand can be made in each of its directions', () => {
  expect(choices.map((c) => c.label)).toEqual([
    'Related',
    'Parent of',
    'Child of',
    'Blocks',
    'Blocked by',
    'Inspires',
    'Inspired by',
    'Supersedes',
    'Superseded by',
  ]);
});

test('a direction says which idea is the source', () => {
  expect(ends(1, 2, 'outgoing')).toEqual({ source_idea_id: 1, target_idea_id: 2 });
  expect(ends(1, 2, 'incoming')).toEqual({ source_idea_id: 2, target_idea_id: 1 });
});

test('a relation is found among the choices, unless it was not made by hand', () => {
  expect(choiceOf(relation(4, 'blocks', 1), 1)?.label).toBe('Blocked by');
  expect(choiceOf(relation(4, 'related', 1), 1)?.value).toBe('related outgoing');
  expect(choiceOf(relation(4, 'duplicate', 1), 1)).toBeUndefined();
});

test.each([
  [409, 'It would create a cycle between #1 and #2: repeat it with ?force=true if you mean it', { why: 'It would create a cycle between #1 and #2.', forceable: true }],
  [409, 'It would block itself: #1 already waits for #2', { why: 'It would block itself: #1 already waits for #2', forceable: false }],
  [400, 'Repeat it without force=true', { why: 'Repeat it without force=true', forceable: false }],
])('a refusal with %i says what can be done: %s', (status, message, said) => {
  expect(refusal(new ApiError(status, message))).toEqual(said);
});
