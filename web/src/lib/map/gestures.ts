// Tells apart what a pointer does on the map: looking, choosing, moving an
// idea, drawing a relation. Panning and zooming are d3-zoom's (stage.ts).
import type { Picked } from './renderer.ts';

/** What a person did, for the page to act upon. Places are on the screen. */
export interface Deeds {
  onhover: (index: number | null) => void;
  /** Chose an idea or a relation, or nothing. */
  ontap: (picked: Picked | null) => void;
  /** Moves an idea to a place of the map. */
  ondrag: (index: number, x: number, y: number) => void;
  ondrop: (index: number) => void;
  /** Draws a relation; null when it was given up or made. */
  ondraft: (draft: { from: number; to: number | null; x: number; y: number } | null) => void;
  onconnect: (from: number, to: number) => void;
}

interface Ground extends Deeds {
  connecting: () => boolean;
  pick: (x: number, y: number, reach: number) => Picked | null;
  toMap: (x: number, y: number) => [number, number];
  /** Where an idea is on the map. */
  place: (index: number) => [number, number];
}

type Gesture =
  | { kind: 'look'; x: number; y: number }
  | { kind: 'press'; index: number; x: number; y: number }
  | { kind: 'drag'; index: number; dx: number; dy: number }
  | { kind: 'connect'; from: number; to: number | null };

/** How far a pointer may stray, in pixels, and still mean what is under it. */
const stray = 5;
const reachOf = (e: PointerEvent) => (e.pointerType === 'mouse' ? 3 : 12);

export class Gestures {
  #gesture: Gesture | null = null;
  #pointers = new Set<number>();
  #stop = new AbortController();

  constructor(
    private readonly element: HTMLCanvasElement,
    private readonly ground: Ground,
  ) {
    const on = <K extends keyof HTMLElementEventMap>(type: K, run: (e: HTMLElementEventMap[K]) => void) =>
      element.addEventListener(type, run, { signal: this.#stop.signal });
    on('pointerdown', (e) => this.#down(e));
    on('pointermove', (e) => this.#move(e));
    on('pointerup', (e) => this.#up(e));
    on('pointercancel', (e) => this.#cancel(e));
    on('pointerleave', () => this.#gesture === null && this.ground.onhover(null));
  }

  /** Whether an idea is held, so that the map has to stay. */
  get busy(): boolean {
    return this.#gesture !== null && this.#gesture.kind !== 'look';
  }

  destroy(): void {
    this.#stop.abort();
  }

  /** Gives up what was begun. */
  cancel(): void {
    if (this.#gesture?.kind === 'connect') this.ground.ondraft(null);
    if (this.#gesture?.kind === 'drag') this.ground.ondrop(this.#gesture.index);
    this.#gesture = null;
  }

  #at(e: PointerEvent): [number, number] {
    const box = this.element.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top];
  }

  #down(e: PointerEvent): void {
    this.#pointers.add(e.pointerId);
    if (this.#pointers.size > 1) {
      // A second finger zooms.
      this.cancel();
      return;
    }
    if (e.button !== 0) return;
    const [x, y] = this.#at(e);
    const picked = this.ground.pick(x, y, reachOf(e));
    if (!picked || picked.kind === 'edge') {
      this.#gesture = { kind: 'look', x, y };
      return;
    }
    this.element.setPointerCapture(e.pointerId);
    if (picked.kind === 'handle' || e.altKey || e.shiftKey) {
      this.#gesture = { kind: 'connect', from: picked.index, to: null };
      this.ground.ondraft({ from: picked.index, to: null, x, y });
    } else {
      this.#gesture = { kind: 'press', index: picked.index, x, y };
    }
  }

  #move(e: PointerEvent): void {
    const [x, y] = this.#at(e);
    // Whoever looks around may let go outside, where nothing is heard of it.
    if (this.#gesture?.kind === 'look' && e.buttons === 0) this.#gesture = null;
    const gesture = this.#gesture;
    if (!gesture) {
      if (e.pointerType === 'mouse') this.#look(x, y);
      return;
    }
    switch (gesture.kind) {
      case 'look':
        return;
      case 'press': {
        if (Math.hypot(x - gesture.x, y - gesture.y) < stray) return;
        if (this.ground.connecting()) {
          this.#gesture = { kind: 'connect', from: gesture.index, to: null };
          this.#move(e);
          return;
        }
        const [mx, my] = this.ground.toMap(gesture.x, gesture.y);
        const [nx, ny] = this.ground.place(gesture.index);
        this.#gesture = { kind: 'drag', index: gesture.index, dx: nx - mx, dy: ny - my };
        this.#move(e);
        return;
      }
      case 'drag': {
        const [mx, my] = this.ground.toMap(x, y);
        this.ground.ondrag(gesture.index, mx + gesture.dx, my + gesture.dy);
        return;
      }
      case 'connect': {
        const picked = this.ground.pick(x, y, 12);
        gesture.to = picked && picked.kind === 'node' && picked.index !== gesture.from ? picked.index : null;
        this.ground.ondraft({ from: gesture.from, to: gesture.to, x, y });
      }
    }
  }

  #up(e: PointerEvent): void {
    this.#pointers.delete(e.pointerId);
    const gesture = this.#gesture;
    this.#gesture = null;
    if (!gesture) return;
    const [x, y] = this.#at(e);
    switch (gesture.kind) {
      case 'look':
        if (Math.hypot(x - gesture.x, y - gesture.y) < stray) this.ground.ontap(this.ground.pick(x, y, reachOf(e)));
        break;
      case 'press':
        this.ground.ontap({ kind: 'node', index: gesture.index });
        break;
      case 'drag':
        this.ground.ondrop(gesture.index);
        break;
      case 'connect':
        this.ground.ondraft(null);
        if (gesture.to !== null) this.ground.onconnect(gesture.from, gesture.to);
    }
  }

  #cancel(e: PointerEvent): void {
    this.#pointers.delete(e.pointerId);
    this.cancel();
  }

  #look(x: number, y: number): void {
    const picked = this.ground.pick(x, y, 3);
    this.element.style.cursor = picked === null ? '' : picked.kind === 'handle' ? 'crosshair' : 'pointer';
    this.ground.onhover(picked === null || picked.kind === 'edge' ? null : picked.index);
  }
}
