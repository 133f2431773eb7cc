import { describe, expect, it } from 'vitest';
import type { ArtifactCard } from '../agent/wire.ts';
import { Director, type Scenery } from './director.svelte.ts';
import type { Effect } from './effects.ts';
import { buildGraph } from './graph.ts';

const graphOf = (...numbers: number[]) =>
  buildGraph(numbers.map((number) => ({ id: number, number, title: `#${number}`, status: 'captured' as const, tags: [], x: 0, y: 0 })), []);
const idea = (id: number) => ({ id, title: 't', status: 'captured', tags: [] });
const card = (type: ArtifactCard['type'], data: unknown): ArtifactCard => ({ id: 'c', type, title: '', tool: '', data });

function world(...numbers: number[]) {
  let now = 0;
  const played: Effect[] = [];
  const flights: (readonly number[])[] = [];
  const director = new Director(() => now);
  const stage: Scenery & { landed: number } = {
    landed: 0,
    play: (effect) => void played.push(effect),
    flyTo: (indices) => void flights.push(indices),
    knows: (number) => present.has(number),
    land: () => void stage.landed++,
  };
  let present = new Set(numbers);
  const show = (...next: number[]) => {
    present = new Set(next);
    director.know(stage, graphOf(...next));
  };
  show(...numbers);
  return { director, stage, played, flights, show, pass: (ms: number) => (now += ms) };
}

describe('what the agent does on the map', () => {
  it('what it found glows, and the camera goes there once', () => {
    const { director, flights, played, show } = world(1, 2, 3);
    director.take(card('idea_grid', { ideas: [idea(3), idea(1)] }));
    expect(director.found).toEqual([3, 1]);
    expect(flights).toEqual([[2, 0]]);
    show(1, 2, 3); // the map is read again
    expect(flights).toHaveLength(1);
    expect(played).toEqual([]);
  });

  it('a new idea pulses once it has come onto the map', () => {
    const { director, flights, played, show } = world(1, 2);
    director.take(card('idea_card', { idea: idea(3), done: 'created' }));
    expect([played, flights]).toEqual([[], []]);
    show(1, 2, 3);
    expect(played).toEqual([{ kind: 'pulse', idea: 3 }]);
    expect(flights).toEqual([[2]]);
    show(1, 2, 3);
    expect(played).toHaveLength(1);
  });

  it('what does not come within ten seconds is not waited for', () => {
    const { director, played, show, pass } = world(1);
    director.take(card('idea_card', { idea: idea(3), done: 'created' }));
    pass(10_001);
    show(1, 3);
    expect(played).toEqual([]);
  });

  it('a relation draws itself, and an idea flows into another, gone or not', () => {
    const { director, played } = world(1, 2);
    director.take(card('connection_line', { source: idea(1), target: idea(2) }));
    director.take(card('idea_card', { idea: idea(1), done: 'merged', merged: { ...idea(9), archived: true } }));
    expect(played).toEqual([
      { kind: 'line', from: 1, to: 2 },
      { kind: 'merge', gone: 9, into: 1 },
    ]);
  });

  it('is over when somebody wants that', () => {
    const { director, stage, played, show } = world(1);
    director.take(card('idea_card', { idea: idea(3), done: 'created' }));
    director.clear();
    expect([director.found, stage.landed]).toEqual([[], 1]);
    show(1, 3);
    expect(played).toEqual([]);
  });

  it('a card about no idea leaves what was found', () => {
    const { director } = world(1);
    director.take(card('idea_grid', { ideas: [idea(1)] }));
    director.take(card('mermaid', { code: 'graph TD' }));
    expect(director.found).toEqual([1]);
  });
});
