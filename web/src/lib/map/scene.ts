// What a card of the agent means for the map: which ideas it found, which are
// new, which relations were made, which ideas became one.
import type { ArtifactCard } from '../agent/wire.ts';
import { list, type CardIdea } from '../cards/types.ts';

/** All by the numbers of ideas. */
export interface Scene {
  /** What it is about. */
  found: number[];
  /** What was not there before. */
  born: number[];
  /** Relations that were made. */
  lines: [from: number, to: number][];
  /** Ideas that were taken in, and by which. */
  merges: [gone: number, into: number][];
}

type Loose = Record<string, unknown>;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
const object = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});
const numberOf = (idea: unknown): number[] => {
  const { id, archived } = object(idea) as Partial<CardIdea>;
  return isNumber(id) && !archived ? [id] : [];
};
const numbersOf = (ideas: unknown): number[] => list(ideas as unknown[]).flatMap(numberOf);

/** Reads a card. Nothing is taken for granted of what is in it. */
export function sceneOf({ type, data }: Pick<ArtifactCard, 'type' | 'data'>): Scene {
  const of = object(data);
  const scene: Scene = { found: [], born: [], lines: [], merges: [] };
  switch (type) {
    case 'idea_card':
      scene.found = numberOf(of.idea);
      if (of.done === 'created' || of.done === 'restored') scene.born = scene.found;
      for (const into of of.done === 'merged' ? scene.found : []) {
        const gone = object(of.merged).id; // it is archived by now
        if (isNumber(gone)) scene.merges.push([gone, into]);
      }
      break;
    case 'connection_line':
      for (const from of numberOf(of.source)) for (const to of numberOf(of.target)) scene.lines.push([from, to]);
      scene.found = scene.lines.flat();
      break;
    case 'mini_graph':
      scene.found = numbersOf(of.nodes);
      break;
    case 'score_cards':
      scene.found = list(of.cards as unknown[]).flatMap((card) => numberOf(object(card).idea));
      break;
    case 'insights':
      scene.found = list(of.items as unknown[]).flatMap((item) => numbersOf(object(item).ideas));
      break;
    default:
      scene.found = [...numberOf(of.idea), ...numbersOf(of.ideas)];
  }
  scene.found = [...new Set(scene.found)];
  return scene;
}
