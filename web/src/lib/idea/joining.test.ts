import { describe, expect, test } from 'vitest';
import type { Detail, RelationType } from '../wire.ts';
import { join } from './joining.ts';

let relationId = 0;
const relation = (from: number, type: RelationType, toIdea: number, of: number) => ({
  id: ++relationId,
  relation_type: type,
  source_idea_id: from,
  target_idea_id: toIdea,
  related_idea_number: from === of ? toIdea : from,
});
const idea = (number: number, fields: object = {}) =>
  ({ number, title: `Idea ${number}`, body: null, tags: [], links: [], relations: [], is_archived: 0, ...fields }) as unknown as Detail;

describe('joining two ideas', () => {
  test('puts the text of the absorbed one below a rule', () => {
    expect(join(idea(1, { body: 'one' }), idea(2, { body: 'two' }))).toMatchObject({ title: 'Idea 1', body: 'one\n\n---\n\ntwo' });
    expect(join(idea(1, { body: ' \n' }), idea(2, { body: 'two' })).body).toBe('two');
    expect(join(idea(1, { body: 'one' }), idea(2)).body).toBe('one');
  });

  test('unites tags as far as there is room', () => {
    const many = Array.from({ length: 19 }, (_, i) => `t${i}`);
    const joined = join(idea(1, { tags: many }), idea(2, { tags: ['t0', 'x', 'y'] }));
    expect([joined.tags.length, joined.tags.at(-1), joined.lostTags]).toEqual([20, 'x', ['y']]);
  });

  test('counts each relation once and none between the two', () => {
    const kept = idea(1, { relations: [relation(1, 'blocks', 2, 1), relation(1, 'related', 5, 1), relation(6, 'parent', 1, 1)] });
    const absorbed = idea(2, {
      relations: [relation(1, 'blocks', 2, 2), relation(5, 'related', 2, 2), relation(2, 'parent', 6, 2), relation(2, 'blocks', 7, 2)],
    });
    expect(join(kept, absorbed).relations).toBe(4);
  });

  test('says what the server would refuse', () => {
    expect(join(idea(1, { is_archived: 1 }), idea(2)).problem).toContain('#1 is archived');
    expect(join(idea(1, { body: 'x'.repeat(30_000) }), idea(2, { body: 'y'.repeat(30_000) })).problem).toContain('60,007 characters');
    expect(join(idea(1), idea(2)).problem).toBe('');
  });
});
