import { describe, expect, it } from 'vitest';
import { sceneOf, type Scene } from './scene.ts';

const nothing: Scene = { found: [], born: [], lines: [], merges: [] };
const idea = (id: number, more = {}) => ({ id, title: 't', status: 'captured', tags: [], ...more });

describe('what a card means for the map', () => {
  it.each<[Parameters<typeof sceneOf>[0], Partial<Scene>]>([
    [{ type: 'idea_grid', data: { query: 'x', ideas: [idea(3), idea(1), idea(3)], more: false } }, { found: [3, 1] }],
    [{ type: 'idea_card', data: { idea: idea(7), done: '' } }, { found: [7] }],
    [{ type: 'idea_card', data: { idea: idea(7), done: 'created' } }, { found: [7], born: [7] }],
    [{ type: 'idea_card', data: { idea: idea(7, { archived: true }), done: 'archived' } }, {}],
    [{ type: 'idea_card', data: { idea: idea(7), done: 'merged', merged: idea(9, { archived: true }) } }, { found: [7], merges: [[9, 7]] }],
    [{ type: 'connection_line', data: { relation: 1, source: idea(2), target: idea(5), type: 'related' } }, { found: [2, 5], lines: [[2, 5]] }],
    [{ type: 'mini_graph', data: { nodes: [idea(1), idea(2)], edges: [] } }, { found: [1, 2] }],
    [{ type: 'comparison', data: { ideas: [idea(1), idea(2)], rows: [] } }, { found: [1, 2] }],
    [{ type: 'score_cards', data: { cards: [{ idea: idea(4) }, { idea: null }] } }, { found: [4] }],
    [{ type: 'insights', data: { items: [{ ideas: [idea(4)] }, { ideas: null }, null] } }, { found: [4] }],
    [{ type: 'brainstorm_cluster', data: { idea: idea(6), clusters: [] } }, { found: [6] }],
    [{ type: 'tag_cloud', data: { tags: [] } }, {}],
  ])('%j', (card, want) => expect(sceneOf(card)).toEqual({ ...nothing, ...want }));

  it.each([null, undefined, 7, 'text', [], { idea: 7 }, { idea: { id: '7' } }, { ideas: 'all' }, { idea: { id: -1 } }, { idea: { id: 1.5 } }, { source: { id: 1 } }])(
    'nothing, if it has %j',
    (data) => {
      for (const type of ['idea_card', 'idea_grid', 'connection_line', 'mini_graph', 'score_cards', 'insights', 'document'] as const) {
        expect(sceneOf({ type, data })).toEqual(nothing);
      }
    },
  );
});
