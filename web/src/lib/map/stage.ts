// The canvas of the map with its camera: draws when something changed, zooms
// and pans, and says what a person does on it.
import { select, type Selection } from 'd3-selection';
import { zoom, zoomIdentity, type ZoomBehavior } from 'd3-zoom';
import { boundsOf, centreOn, fit, toMap, toScreen, zoomRange, type Camera, type Covered } from './camera.ts';
import { CanvasRenderer } from './canvas.ts';
import type { Shown } from './filter.ts';
import { Gestures, type Deeds } from './gestures.ts';
import type { Graph } from './graph.ts';
import type { Highlight, Picked, Renderer } from './renderer.ts';
import type { Palette } from './styles.ts';

export interface StageOptions extends Deeds {
  /** Whether pressing an idea begins a relation. */
  connecting: () => boolean;
  covered: () => Covered;
}

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
        if (e.sourceEvent) this.moved = true;
        this.#look(e.transform);
      });
    this.#canvas = select(element);
    this.#canvas.call(this.#zoom).on('dblclick.zoom', null);
    this.#watcher = new ResizeObserver(() => this.#resize());
    this.#watcher.observe(element.parentElement!);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#watcher.disconnect();
    this.#gestures.destroy();
    this.#canvas.on('.zoom', null);
  }

  get camera(): Camera {
    return this.#camera;
  }
  set camera(camera: Camera) {
    this.#canvas.call(this.#zoom.transform, zoomIdentity.translate(camera.x, camera.y).scale(camera.k));
  }

  setGraph(graph: Graph, shown: Shown): void {
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

  /** Draws with the next frame. */
  draw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#renderer.draw();
    });
  }

  /** Shows all that is shown at once. */
  fit(): void {
    this.#sized(() => {
      const shown = this.#shown;
      const box = shown && boundsOf(this.#positions, (i) => shown.nodes[i] === 1);
      if (box) this.camera = fit(box, this.#width, this.#height, this.options.covered());
    });
  }

  /** Brings an idea to the middle. */
  centre(index: number): void {
    this.#sized(() => {
      const [x, y] = [this.#positions[2 * index], this.#positions[2 * index + 1]];
      if (x === undefined || y === undefined || Number.isNaN(x)) return;
      this.moved = true;
      this.camera = centreOn(x, y, Math.max(this.#camera.k, 0.8), this.#width, this.#height, this.options.covered());
    });
  }

  /** Moves the map if an idea would not be seen, with as little as it takes. */
  reveal(index: number): void {
    this.#sized(() => {
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
    this.#canvas.call(this.#zoom.scaleBy, factor, [this.#width / 2, this.#height / 2]);
  }

  panBy(x: number, y: number): void {
    this.moved = true;
    this.#canvas.call(this.#zoom.translateBy, x / this.#camera.k, y / this.#camera.k);
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
    [this.#width, this.#height] = [width, height];
    this.#zoom.extent([
      [0, 0],
      [width, height],
    ]);
    this.#renderer.resize(width, height, devicePixelRatio);
    const due = this.#due;
    this.#due = null;
    due?.();
    // Now, because resizing has emptied the canvas.
    this.#renderer.draw();
  }
}
