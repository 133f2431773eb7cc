// Shows on the map what the agent does: what it found glows and the camera
// goes there, what is new pulses, relations draw themselves, merges flow
// together.
import type { ArtifactCard } from '../agent/wire.ts';
import type { Effect } from './effects.ts';
import type { Graph } from './graph.ts';
import { sceneOf } from './scene.ts';
import type { Stage } from './stage.ts';

/** How long something may take to come onto the map after its card, in milliseconds. */
const patience = 10_000;

/** What of a stage is used, so that a test can stand in for it. */
export type Scenery = Pick<Stage, 'play' | 'land' | 'flyTo' | 'knows'>;

export class Director {
  /** The numbers of the ideas that were found last. */
  found = $state.raw<readonly number[]>([]);

  #stage: Scenery | undefined;
  #graph: Graph | undefined;
  #due: { effect: Effect; needs: number[]; until: number }[] = [];
  /** What the camera goes to once it is there. */
  #target: { numbers: readonly number[]; seen: number; until: number } | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes the map as it is now, with a place for its ideas. */
  know(stage: Scenery | undefined, graph: Graph): void {
    this.#stage = stage;
    this.#graph = graph;
    this.#go();
  }

  /** Takes a card that has arrived. A card about no idea changes nothing. */
  take(card: ArtifactCard): void {
    const { found, born, lines, merges } = sceneOf(card);
    if (!found.length) return;
    const until = this.now() + patience;
    this.found = found;
    for (const idea of born) this.#due.push({ effect: { kind: 'pulse', idea }, needs: [idea], until });
    for (const [from, to] of lines) this.#due.push({ effect: { kind: 'line', from, to }, needs: [from, to], until });
    for (const [gone, into] of merges) this.#due.push({ effect: { kind: 'merge', gone, into }, needs: [into], until });
    this.#target = { numbers: found, seen: 0, until };
    this.#go();
  }

  /** Forgets what was found, and ends what moves. */
  clear(): void {
    this.found = [];
    this.#due = [];
    this.#target = null;
    this.#stage?.land();
  }

  #go(): void {
    const [stage, graph, now] = [this.#stage, this.#graph, this.now()];
    if (!stage || !graph) return;
    this.#due = this.#due.filter(({ effect, needs, until }) => {
      if (now > until) return false;
      if (!needs.every((number) => graph.index.has(number) && stage.knows(number))) return true;
      stage.play(effect);
      return false;
    });
    if (!this.#target) return;
    const here = this.#target.numbers.flatMap((number) => (stage.knows(number) ? (graph.index.get(number) ?? []) : []));
    // Once with what is there, and again when more of it has come.
    if (here.length > this.#target.seen) stage.flyTo(here);
    this.#target.seen = Math.max(this.#target.seen, here.length);
    if (this.#target.seen === this.#target.numbers.length || now > this.#target.until) this.#target = null;
  }
}
