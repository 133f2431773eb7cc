// What a person did on a card, and what becomes of it when the card is read
// again, folded, or taken back.
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ArtifactCard, CardState, CardType } from '../agent/wire.ts';

vi.mock('../theme.svelte.ts', () => ({ theme: { dark: false } }));
const calls = {
  captureIdea: vi.fn(async () => ({ number: 9 })),
  archiveIdea: vi.fn(async () => {}),
  editIdeas: vi.fn(async () => ({ refused: new Map() })),
  readIdea: vi.fn(async () => ({ body: 'Before.', version: 3 })),
  editIdea: vi.fn(async () => ({ version: 4 })),
  relate: vi.fn(async () => {}),
};
vi.mock('../data/ideas.svelte.ts', async (actual) => ({ ...(await actual<object>()), ...calls }));
const { toast } = await import('../ui/toast.svelte.ts');
const { default: Card } = await import('./Card.svelte');

const idea = { id: 7, title: 'Rain barrel', status: 'captured', tags: ['garden'] };
const open: CardState = { id: 'c1', pinned: false, collapsed: false, dismissed: false, undone: false };
/** New objects each time, as when the conversation is read again. */
const brainstorm = () => ({ topic: 'Barrels', clusters: [{ name: 'Small', variants: [{ title: 'Cup', body: '', tags: [] }] }] });

function props(type: CardType, data: unknown, state: Partial<CardState> = {}) {
  const card: ArtifactCard = { id: 'c1', type, title: 'A card', tool: 'x', data: data as ArtifactCard['data'] };
  return { card, state: { ...open, ...state }, onstate: () => {}, onundo: () => {} };
}

/** Takes the latest thing back, as the button of its message does. */
async function takeBack() {
  vi.mocked(toast.show).mock.lastCall?.[1]?.action?.run();
}

beforeEach(() => {
  vi.clearAllMocks();
  vi.spyOn(toast, 'show').mockReturnValue(undefined as never);
});

test('a captured variant stays captured when its card is read again and folded', async () => {
  const { rerender } = render(Card, props('brainstorm_cluster', brainstorm()));
  await fireEvent.click(screen.getByRole('button', { name: /Capture/ }));
  await screen.findByRole('link', { name: '#9' });
  await rerender(props('brainstorm_cluster', brainstorm(), { collapsed: true }));
  expect(screen.queryByRole('link', { name: '#9' })).toBeNull();
  await rerender(props('brainstorm_cluster', brainstorm()));
  expect(screen.getByRole('link', { name: '#9' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: /Capture/ })).toBeNull();
});

test('a variant that was taken back can be captured again', async () => {
  render(Card, props('brainstorm_cluster', brainstorm()));
  await fireEvent.click(screen.getByRole('button', { name: /Capture/ }));
  await screen.findByRole('link', { name: '#9' });
  await takeBack();
  expect(await screen.findByRole('button', { name: /Capture/ })).toBeTruthy();
  expect(calls.archiveIdea).toHaveBeenCalledWith(9);
});

test('a tag that was taken back is not shown as put on', async () => {
  render(Card, props('tag_cloud', { idea, tags: [{ name: 'water', score: 0, count: 0, applied: false }] }));
  const tag = screen.getByRole('button', { name: /water/ });
  await fireEvent.click(tag);
  await waitFor(() => expect(tag.ariaPressed ?? tag.getAttribute('aria-pressed')).toBe('true'));
  await takeBack();
  await waitFor(() => expect(tag.getAttribute('aria-pressed')).toBe('false'));
  expect(calls.editIdeas.mock.calls).toEqual([
    [[7], { add_tags: ['water'] }],
    [[7], { remove_tags: ['water'] }],
  ]);
});

test('a document that was taken back can be saved again, and the text is as before', async () => {
  render(Card, props('document', { kind: 'pitch', title: 'Pitch', ideas: [idea], sections: [{ heading: 'Why', text: 'Because.' }] }));
  await fireEvent.click(screen.getByRole('button', { name: 'Save to #7' }));
  await screen.findByText('Saved to #7');
  await takeBack();
  expect(await screen.findByRole('button', { name: 'Save to #7' })).toBeTruthy();
  expect(calls.editIdea).toHaveBeenLastCalledWith(7, { body: 'Before.' }, 4);
});

test('two relations of the same ideas are both shown, and a proposal is accepted by itself', async () => {
  const edge = { source: 7, target: 8, score: 0, reason: '', proposed: false };
  const edges = [{ ...edge, type: 'blocks' }, { ...edge, type: 'related', proposed: true, reason: 'Both are wet.' }];
  render(Card, props('mini_graph', { nodes: [idea, { ...idea, id: 8 }], edges }));
  expect(screen.getByText('blocks')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: /Relate/ }));
  await screen.findByText('Related');
  expect(screen.getByText('blocks')).toBeTruthy();
  expect(calls.relate).toHaveBeenCalledExactlyOnceWith({ source_idea_id: 7, target_idea_id: 8, relation_type: 'related', note: 'Both are wet.' });
});

test.each<[CardType, unknown]>([
  ['summary', { text: 'About water.', themes: [{ name: 'Water', text: '', ideas: [7, 7] }], ideas: [idea, idea] }],
  ['insights', { items: [{ title: 'Summer', text: '', ideas: [idea, idea] }] }],
  ['document', { kind: 'pitch', title: 'Pitch', ideas: [idea, idea], sections: [] }],
  ['comparison', { ideas: [idea, idea], rows: [], verdict: '' }],
  ['idea_grid', { query: '', ideas: [idea, { ...idea, tags: ['a', 'a'] }], more: false }],
])('%s is shown also when it names an idea twice', (type, data) => {
  render(Card, props(type, data));
  expect(screen.queryByText('This card cannot be shown.')).toBeNull();
  expect(screen.getAllByText('#7')).not.toHaveLength(0);
});
