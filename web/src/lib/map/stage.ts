// The canvas of the map with its camera: draws when something changed, zooms
// and pans, and says what a person does on it.
import { select, type Selection } from 'd3-selection';
import { zoom, zoomIdentity, type ZoomBehavior } from 'd3-zoom';
import { boundsOf, centreOn, fit, toMap, toScreen, zoomRange, type Camera, type Covered } from './camera.ts';
import { CanvasRenderer } from './canvas.ts';
import { Effects, type Effect, type Place } from './effects.ts';
import type { Shown } from './filter.ts';
import { between, flightTime } from './flight.ts';
import { Gestures, type Deeds } from './gestures.ts';
import type { Graph } from './graph.ts';
import type { Highlight, Picked, Renderer } from './renderer.ts';
import type { Palette } from './styles.ts';

export interface StageOptions extends Deeds {
  /** Whether pressing an idea begins a relation. */
  connecting: () => boolean;
  covered: () => Covered;
}

/** Ideas that left the map are remembered for what moves, so many of them. */
const mostGone = 200;

export class Stage {
  /** Whether a person chose what part of the map to see; then it is not fitted by itself. */
  moved = false;

  #renderer: Renderer;
  #zoom: ZoomBehavior<HTMLCanvasElement, unknown>;
  #canvas: Selection<HTMLCanvasElement, unknown, null, undefined>;
  #gestures: Gestures;
  #camera: Camera = { x: 0, y: 0, k: 1 };
  #width = 0;
  #height = 0;
  #positions = new Float32Array();
  #graph: Graph | null = null;
  #shown: Shown | null = null;
  #frame = 0;
  #watcher: ResizeObserver;
  /** Waits for a size to be fitted to. */
  #due: (() => void) | null = null;
  #effects = new Effects();
  #flight: { from: Camera; to: Camera; start: number } | null = null;
  #gone = new Map<number, Place>();
  #stop = new AbortController();
  /** Whether nothing moves but by the person's hand. */
  calm = false;

  constructor(
    private readonly element: HTMLCanvasElement,
    private readonly options: StageOptions,
  ) {
    this.#renderer = new CanvasRenderer(element);
    this.#gestures = new Gestures(element, {
      ...options,
      pick: (x, y, reach) => this.#renderer.pick(x, y, reach),
      toMap: (x, y) => toMap(this.#camera, x, y),
      place: (index) => [this.#positions[2 * index]!, this.#positions[2 * index + 1]!],
    });
    this.#zoom = zoom<HTMLCanvasElement, unknown>()
      .scaleExtent(zoomRange)
      // An idea under the finger is moved, not the map.
      .filter((e: MouseEvent) => !this.#gestures.busy && !e.button && (!e.ctrlKey || e.type === 'wheel'))
      .on('zoom', (e: { transform: Camera; sourceEvent: Event | null }) => {
        if (e.sourceEvent) {
          this.moved = true;
          this.#flight = null;
        }
        this.#look(e.transform);
      });
    this.#canvas = select(element);
    this.#canvas.call(this.#zoom).on('dblclick.zoom', null);
    // Whoever takes hold of the map has it.
    for (const type of ['pointerdown', 'wheel'] as const) {
      element.addEventListener(type, () => this.land(), { passive: true, capture: true, signal: this.#stop.signal });
    }
    this.#watcher = new ResizeObserver(() => this.#resize());
    this.#watcher.observe(element.parentElement!);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#watcher.disconnect();
    this.#gestures.destroy();
    this.#stop.abort();
    this.#canvas.on('.zoom', null);
  }

  get camera(): Camera {
    return this.#camera;
  }
  set camera(camera: Camera) {
    this.#canvas.call(this.#zoom.transform, zoomIdentity.translate(camera.x, camera.y).scale(camera.k));
  }

  setGraph(graph: Graph, shown: Shown): void {
    this.#remember(graph);
    this.#graph = graph;
    this.#shown = shown;
    this.#renderer.setGraph(graph, shown);
    this.draw();
  }

  setPositions(positions: Float32Array): void {
    this.#positions = positions as Float32Array<ArrayBuffer>;
    this.#renderer.setPositions(positions);
    this.draw();
  }

  setPalette(palette: Palette): void {
    this.#renderer.setPalette(palette);
    this.draw();
  }

  highlight(highlight: Highlight): void {
    this.#renderer.highlight(highlight);
    this.draw();
  }

  pick(x: number, y: number): Picked | null {
    return this.#renderer.pick(x, y);
  }

  /** Draws with the next frame, and goes on while something moves. */
  draw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#fly();
      this.#paint();
      if (this.#flight || this.#effects.playing) this.draw();
    });
  }

  /** Lets something move on the map, unless that is unwanted. */
  play(effect: Effect): void {
    if (this.calm) return;
    this.#effects.play(effect, performance.now());
    this.draw();
  }

  /** Ends what moves: the camera stays where it is, the map looks as it is. */
  land(): void {
    this.#flight = null;
    this.#effects.clear();
    this.draw();
  }

  /** Whether an idea is on the map, or was not long ago. */
  knows(number: number): boolean {
    return this.#place(number) !== null;
  }

  /** Shows all that is shown at once. */
  fit(): void {
    this.#sized(() => {
      this.#flight = null;
      const shown = this.#shown;
      const box = shown && boundsOf(this.#positions, (i) => shown.nodes[i] === 1);
      if (box) this.camera = fit(box, this.#width, this.#height, this.options.covered());
    });
  }

  /** Flies to where ideas are seen as large as they fit, or goes there at once. */
  flyTo(indices: readonly number[]): void {
    this.#sized(() => {
      const chosen = new Set(indices);
      const box = boundsOf(this.#positions, (i) => chosen.has(i));
      if (!box) return;
      const to = fit(box, this.#width, this.#height, this.options.covered());
      this.moved = true;
      if (this.calm) {
        this.camera = to;
        return;
      }
      this.#flight = { from: this.#camera, to, start: performance.now() };
      this.draw();
    });
  }

  /** Brings an idea to the middle. */
  centre(index: number): void {
    this.#sized(() => {
      this.#flight = null;
      const [x, y] = [this.#positions[2 * index], this.#positions[2 * index + 1]];
      if (x === undefined || y === undefined || Number.isNaN(x)) return;
      this.moved = true;
      this.camera = centreOn(x, y, Math.max(this.#camera.k, 0.8), this.#width, this.#height, this.options.covered());
    });
  }

  /** Moves the map if an idea would not be seen, with as little as it takes. */
  reveal(index: number): void {
    this.#sized(() => {
      this.#flight = null;
      const [x, y] = toScreen(this.#camera, this.#positions[2 * index]!, this.#positions[2 * index + 1]!);
      const margin = 40;
      const { left, bottom } = this.options.covered();
      const dx = Math.max(left + margin - x, 0) + Math.min(this.#width - margin - x, 0);
      const dy = Math.max(margin - y, 0) + Math.min(this.#height - bottom - margin - y, 0);
      if (!(dx || dy)) return;
      this.moved = true;
      this.camera = { x: this.#camera.x + dx, y: this.#camera.y + dy, k: this.#camera.k };
    });
  }

  zoomBy(factor: number): void {
    this.moved = true;
    this.#flight = null;
    this.#canvas.call(this.#zoom.scaleBy, factor, [this.#width / 2, this.#height / 2]);
  }

  panBy(x: number, y: number): void {
    this.moved = true;
    this.#flight = null;
    this.#canvas.call(this.#zoom.translateBy, x / this.#camera.k, y / this.#camera.k);
  }

  #fly(): void {
    if (!this.#flight) return;
    const { from, to, start } = this.#flight;
    const part = (performance.now() - start) / flightTime;
    this.camera = between(from, to, this.#width, this.#height, part);
    if (part >= 1) this.#flight = null;
  }

  #paint(): void {
    this.#renderer.draw(performance.now(), this.#effects, {
      place: (number) => this.#place(number),
      bend: (from, to) => this.#bend(from, to),
    });
  }

  #place(number: number): Place | null {
    const i = this.#graph?.index.get(number);
    if (i === undefined) return this.#gone.get(number) ?? null;
    return this.#placeAt(this.#graph!, i);
  }

  #placeAt(graph: Graph, i: number): Place | null {
    const [x, y] = [this.#positions[2 * i], this.#positions[2 * i + 1]];
    if (x === undefined || y === undefined || Number.isNaN(x)) return null;
    return { x, y, radius: graph.radius[i]!, status: graph.nodes[i]!.status };
  }

  #bend(from: number, to: number): number {
    const [a, b] = [this.#graph?.index.get(from), this.#graph?.index.get(to)];
    if (a === undefined || b === undefined) return 0;
    const at = this.#graph!.touching[a]!.findLast((edge) => this.#graph!.edges[edge]!.from === a && this.#graph!.edges[edge]!.to === b);
    return at === undefined ? 0 : this.#graph!.edges[at]!.bend;
  }

  /** Keeps where ideas were that are not on the next map. */
  #remember(next: Graph): void {
    const graph = this.#graph;
    if (!graph) return;
    for (const [i, { number }] of graph.nodes.entries()) {
      if (next.index.has(number)) {
        this.#gone.delete(number);
        continue;
      }
      const place = this.#placeAt(graph, i);
      if (place) this.#gone.set(number, place);
    }
    for (const number of this.#gone.keys()) {
      if (this.#gone.size <= mostGone) break;
      this.#gone.delete(number);
    }
  }

  #look({ x, y, k }: Camera): void {
    this.#camera = { x, y, k };
    this.#renderer.setCamera(this.#camera);
    this.draw();
  }

  #sized(run: () => void): void {
    if (this.#width > 0 && this.#graph) run();
    else this.#due = run;
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element.parentElement!;
    if (width === 0 || height === 0) return;
    const again = this.#width > 0 && !this.moved;
    [this.#width, this.#height] = [width, height];
    this.#zoom.extent([
      [0, 0],
      [width, height],
    ]);
    this.#renderer.resize(width, height, devicePixelRatio);
    const due = this.#due;
    this.#due = null;
    due?.();
    if (again) this.fit();
    // Now, because resizing has emptied the canvas.
    this.#paint();
  }
}
