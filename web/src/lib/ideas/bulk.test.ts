import { describe, expect, test } from 'vitest';
import type { Idea, Status } from '../wire.ts';
import { commonStatus, tagsOf, undoSteps } from './bulk.ts';

const idea = (number: number, status: Status, ...tags: string[]) => ({ number, status, tags }) as Idea;
const ideas = [idea(1, 'captured', 'go'), idea(2, 'building'), idea(3, 'captured', 'go', 'ui')];

describe('undoing', () => {
  test('gives each idea its own status back, in as few steps as there were statuses', () => {
    expect(undoSteps(ideas, { status: 'shipped' })).toEqual([
      { numbers: [1, 3], edit: { status: 'captured' } },
      { numbers: [2], edit: { status: 'building' } },
    ]);
  });

  test('takes a tag only from those that did not have it', () => {
    expect(undoSteps(ideas, { add_tags: ['go'] })).toEqual([{ numbers: [2], edit: { remove_tags: ['go'] } }]);
  });

  test('gives a tag back to those that had it', () => {
    expect(undoSteps(ideas, { remove_tags: ['ui'] })).toEqual([{ numbers: [3], edit: { add_tags: ['ui'] } }]);
  });

  test('has nothing to do if nothing changed', () => {
    expect(undoSteps([idea(1, 'shipped')], { status: 'shipped' })).toEqual([]);
  });
});

test('ideas have a status in common or none', () => {
  expect(commonStatus(ideas)).toBeUndefined();
  expect(commonStatus([ideas[0]!, ideas[2]!])).toBe('captured');
});

test('tags of ideas are counted', () => {
  expect(tagsOf(ideas)).toEqual([
    { name: 'go', count: 2 },
    { name: 'ui', count: 1 },
  ]);
});
