import { expect, test } from 'vitest';
import type { HistoryEvent } from '../wire.ts';
import { absorbedBy, archivedAt, moments } from './history.ts';

const event = (kind: HistoryEvent['kind'], at: string, more: Partial<HistoryEvent> = {}): HistoryEvent => ({
  kind,
  at,
  from: null,
  to: null,
  idea_number: null,
  ...more,
});
const life = [
  event('captured', '1', { to: 'captured' }),
  event('moved', '2', { from: 'captured', to: 'building' }),
  event('absorbed', '3', { idea_number: 7 }),
  event('archived', '3'),
];

test('a life is told from its end', () => {
  expect(moments(life).map((m) => [m.words, m.status, m.other])).toEqual([
    ['Archived', null, null],
    ['Merged into', null, 7],
    ['Moved to', 'building', null],
    ['Captured', 'captured', null],
  ]);
});

test.each([
  ['captured', 'Captured', false],
  ['exploring', 'Captured as', true],
] as const)('captured as %s is told as "%s"', (to, words, named) => {
  expect(moments([event('captured', '1', { to })])).toMatchObject([{ words, status: to, named }]);
});

test('an idea knows what took it in, until it is restored', () => {
  expect([absorbedBy(life), archivedAt(life)]).toEqual([7, '3']);
  expect(absorbedBy([...life, event('restored', '4')])).toBeNull();
  expect([absorbedBy([]), archivedAt([])]).toEqual([null, null]);
});
