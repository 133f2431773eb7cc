import { render, screen } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import type { ArtifactCard, CardState, CardType } from '../agent/wire.ts';

vi.mock('../theme.svelte.ts', () => ({ theme: { dark: false } }));
const { default: Card } = await import('./Card.svelte');

const idea = { id: 7, title: 'Rain barrel', status: 'captured', tags: ['garden'] };

const samples: Record<CardType, { data: unknown; shows: string }> = {
  idea_grid: { data: { query: 'barrel', ideas: [idea], more: true }, shows: 'Show them all' },
  idea_card: { data: { idea, body: '', related: [], links: [], done: 'created', changes: [] }, shows: 'Captured' },
  mini_graph: { data: { nodes: [idea], edges: [] }, shows: 'Nothing connects it yet.' },
  mermaid: { data: { code: 'flowchart LR' }, shows: 'flowchart LR' },
  brainstorm_cluster: { data: { topic: 'Barrels', clusters: [{ name: 'Small', variants: [{ title: 'Cup', body: '', tags: [] }] }] }, shows: 'Cup' },
  comparison: { data: { ideas: [idea, { ...idea, id: 8 }], rows: [{ aspect: 'Cost', values: ['Little', 'Much'] }], verdict: '' }, shows: 'Much' },
  tag_cloud: { data: { tags: [{ name: 'garden', score: 0, count: 3, applied: false }] }, shows: 'garden' },
  summary: { data: { text: 'About water.', themes: [{ name: 'Water', text: '', ideas: [7] }], ideas: [idea] }, shows: 'Water' },
  insights: { data: { items: [{ title: 'Summer first', text: '', ideas: [] }] }, shows: 'Summer first' },
  connection_line: { data: { relation: 1, source: idea, target: { ...idea, id: 8 }, type: 'blocks', note: 'first this' }, shows: 'Blocks' },
  score_cards: { data: { criteria: [], cards: [{ idea, scores: [{ criterion: 'fit', score: 7, reason: 'It does.' }], total: 7 }] }, shows: 'It does.' },
  document: { data: { kind: 'pitch', title: 'Pitch', ideas: [], sections: [{ heading: 'Why', text: 'Because.' }] }, shows: 'Why' },
};

const state: CardState = { id: 'c1', pinned: false, collapsed: false, dismissed: false, undone: false };

function put(card: Partial<ArtifactCard>, mark: Partial<CardState> = {}) {
  const calls = { onstate: vi.fn(), onundo: vi.fn() };
  render(Card, { card: { id: 'c1', type: 'insights', title: 'A card', tool: 'x', data: {}, ...card }, state: { ...state, ...mark }, ...calls });
  return calls;
}

describe.each(Object.entries(samples) as [CardType, (typeof samples)[CardType]][])('%s', (type, { data, shows }) => {
  test('shows what it is made of', () => {
    put({ type, data });
    expect(screen.getAllByText(shows)).not.toHaveLength(0);
  });

  test.each([[null], ['text'], [{}], [{ ideas: 5, idea: null, cards: [null], edges: [{}], nodes: 'x', sections: [null], clusters: [{}] }]])(
    'does not break the page with %j',
    (nonsense) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      put({ type, data: nonsense });
      expect(screen.getByRole('heading', { name: 'A card' })).toBeTruthy();
    },
  );
});

test('markup in a title is text', () => {
  put({ type: 'idea_grid', data: { query: '', ideas: [{ ...idea, title: '<img src=x onerror=alert(1)>' }], more: false } });
  expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeTruthy();
  expect(document.querySelector('img')).toBeNull();
});

test('a kind that the page does not know is said to be unknown', () => {
  put({ type: 'hologram' as CardType });
  expect(screen.getByText(/does not know/)).toBeTruthy();
});

test('pinning, collapsing, dismissing and undoing are passed on', () => {
  const calls = put({ change: 'ch1' });
  for (const name of ['Pin', 'Collapse', 'Dismiss', 'Undo']) screen.getByRole('button', { name }).click();
  expect(calls.onstate.mock.calls).toEqual([[{ pinned: true }], [{ collapsed: true }], [{ dismissed: true }]]);
  expect(calls.onundo).toHaveBeenCalledOnce();
});

test('a collapsed card shows its name alone, an undone one cannot be undone again', () => {
  put({ type: 'insights', data: samples.insights.data, change: 'ch1' }, { collapsed: true, undone: true });
  expect(screen.queryByText('Summer first')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
  expect(screen.getByText('Undone')).toBeTruthy();
});
