// What the map asks of whatever draws it.
import type { Camera } from './camera.ts';
import type { Effects, Ground } from './effects.ts';
import type { Shown } from './filter.ts';
import type { Graph } from './graph.ts';
import type { Palette } from './styles.ts';

export type Picked = { kind: 'node' | 'edge' | 'handle'; index: number };

/** What stands out, all by index. */
export interface Highlight {
  /** The ideas at full strength, the rest dimmed; null for all. */
  lit: ReadonlySet<number> | null;
  /** The idea under the pointer: its relations are lit too. */
  hover: number | null;
  /** Whether the idea under the pointer offers a handle to draw a relation from. */
  handle: boolean;
  selected: number | null;
  selectedEdge: number | null;
  /** What the agent found, in a halo; null for nothing. */
  glow: ReadonlySet<number> | null;
  /** The search hit that is shown now. */
  hit: number | null;
  /** A relation that is being drawn: from an idea to another one or to a place on the screen. */
  draft: { from: number; to: number | null; x: number; y: number } | null;
}

export const noHighlight: Highlight = {
  lit: null,
  hover: null,
  handle: false,
  selected: null,
  selectedEdge: null,
  glow: null,
  hit: null,
  draft: null,
};

export interface Renderer {
  setGraph(graph: Graph, shown: Shown): void;
  /** x and y of each idea; the array is read again at every draw. */
  setPositions(positions: Float32Array): void;
  setCamera(camera: Camera): void;
  setPalette(palette: Palette): void;
  /** The size in CSS pixels, and how many pixels of the screen one is. */
  resize(width: number, height: number, ratio: number): void;
  highlight(highlight: Highlight): void;
  /** What is at a place of the screen, with some pixels of reach. */
  pick(x: number, y: number, reach?: number): Picked | null;
  /** Draws now. What moves is drawn as it is at a time, in milliseconds. */
  draw(now: number, effects: Effects, ground: Ground): void;
}
