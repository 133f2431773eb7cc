// Draws the map on a 2D canvas: all edges of a type in one path, all ideas of
// a status in one path, so that thousands of them are few calls.
import { quadtree, type Quadtree } from 'd3-quadtree';
import type { RelationType, Status } from '../wire.ts';
import { statuses } from '../words.ts';
import { toMap, toScreen, type Box, type Camera } from './camera.ts';
import { arrowHead, control, crosses, distanceTo, type Curve } from './curve.ts';
import { relationTypes, type Shown } from './filter.ts';
import type { Effects, Ground } from './effects.ts';
import type { Edge, Graph } from './graph.ts';
import { breakTitle, Room } from './labels.ts';
import { noHighlight, type Highlight, type Picked, type Renderer } from './renderer.ts';
import { edgeStyles, found, type Palette } from './styles.ts';

/** How much of what is not lit remains. */
const dim = 0.16;
/** The zoom from which ideas show the shapes of their statuses. */
const detailed = 0.6;
/** The radius on the screen from which an idea has a label. */
const labelled = 3.4;
const mostLabels = 160;
/** Dashes cost too much where lines are that many, and could not be told apart. */
const mostDashed = 4_000;
/** What a path of more lines takes grows faster than they do. */
const linesAtOnce = 16;
/** Labels keep clear of ideas where these are not too many to ask. */
const mostAvoided = 600;
const fontSize = 12;
const lineHeight = 15;
/** In letters. */
const lineLength = 22;
const handleRadius = 8;

export class CanvasRenderer implements Renderer {
  #ctx: CanvasRenderingContext2D;
  #graph: Graph = { nodes: [], index: new Map(), edges: [], touching: [], radius: new Float32Array() };
  #shown: Shown = { nodes: new Uint8Array(), edges: new Uint8Array(), nodeCount: 0, edgeCount: 0 };
  #positions = new Float32Array();
  #camera: Camera = { x: 0, y: 0, k: 1 };
  #palette: Palette | null = null;
  #width = 0;
  #height = 0;
  #ratio = 1;
  #highlight = noHighlight;

  #byStatus = new Map<Status, number[]>();
  #byType = new Map<RelationType, number[]>();
  /** Shown ideas, the best connected first: the order of labels. */
  #byWeight: number[] = [];
  #tree: Quadtree<number> | null = null;
  #widths = new Map<string, number>();

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.#ctx = canvas.getContext('2d')!;
  }

  setGraph(graph: Graph, shown: Shown): void {
    this.#graph = graph;
    this.#shown = shown;
    this.#tree = null;
    this.#byStatus = new Map(statuses.map((status) => [status, []]));
    this.#byType = new Map(relationTypes.map((type) => [type, []]));
    for (const [i, node] of graph.nodes.entries()) if (shown.nodes[i]) this.#byStatus.get(node.status)!.push(i);
    for (const [i, edge] of graph.edges.entries()) if (shown.edges[i]) this.#byType.get(edge.type)!.push(i);
    this.#byWeight = [...this.#byStatus.values()].flat().sort((a, b) => graph.radius[b]! - graph.radius[a]! || a - b);
  }

  setPositions(positions: Float32Array): void {
    this.#positions = positions as Float32Array<ArrayBuffer>;
    this.#tree = null;
  }

  setCamera(camera: Camera): void {
    this.#camera = camera;
  }

  setPalette(palette: Palette): void {
    this.#palette = palette;
    this.#widths.clear();
  }

  resize(width: number, height: number, ratio: number): void {
    this.#width = width;
    this.#height = height;
    this.#ratio = ratio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
  }

  highlight(highlight: Highlight): void {
    this.#highlight = highlight;
  }

  pick(x: number, y: number, reach = 3): Picked | null {
    const { hover, handle } = this.#highlight;
    if (handle && hover !== null && this.#known(hover)) {
      const [hx, hy] = this.#handleOf(hover);
      if (Math.hypot(x - hx, y - hy) <= handleRadius + reach) return { kind: 'handle', index: hover };
    }
    const node = this.#nodeAt(x, y, reach);
    if (node !== null) return { kind: 'node', index: node };
    const edge = this.#edgeAt(x, y, reach + 2);
    return edge === null ? null : { kind: 'edge', index: edge };
  }

  draw(now: number, effects: Effects, ground: Ground): void {
    const palette = this.#palette;
    if (!palette || this.#positions.length !== 2 * this.#graph.nodes.length) return;
    const ctx = this.#ctx;
    const { x, y, k } = this.#camera;
    ctx.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    ctx.clearRect(0, 0, this.#width, this.#height);
    ctx.setTransform(this.#ratio * k, 0, 0, this.#ratio * k, this.#ratio * x, this.#ratio * y);
    ctx.lineCap = 'butt';
    ctx.lineJoin = 'round';

    const { lit, hover } = this.#highlight;
    const litNode = (i: number) => !lit || lit.has(i);
    const litEdge = ({ from, to }: Edge) =>
      hover !== null && lit ? from === hover || to === hover : !lit || (lit.has(from) && lit.has(to));
    const view = this.#view();
    if (lit) {
      ctx.globalAlpha = dim;
      this.#edges(palette, view, (edge) => !litEdge(edge));
      this.#nodes(palette, view, (i) => !litNode(i), false);
    }
    ctx.globalAlpha = 0.75;
    this.#edges(palette, view, litEdge);
    ctx.globalAlpha = 1;
    this.#selectedEdge(palette);
    this.#draft(palette);
    this.#halos(palette);
    this.#nodes(palette, view, litNode, true);
    this.#rings(palette);
    effects.draw(ctx, palette, k, ground, now);
    ctx.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    this.#labels(palette, view, litNode);
    this.#handle(palette);
  }

  #x(i: number): number {
    return this.#positions[2 * i]!;
  }
  #y(i: number): number {
    return this.#positions[2 * i + 1]!;
  }
  /** Whether an idea is shown and has a place. */
  #known(i: number): boolean {
    return this.#shown.nodes[i] === 1 && !Number.isNaN(this.#x(i));
  }

  /** What of the map is on the screen. */
  #view(): Box {
    const [left, top] = toMap(this.#camera, -20, -20);
    const [right, bottom] = toMap(this.#camera, this.#width + 20, this.#height + 20);
    return { left, top, right, bottom };
  }

  #edges(palette: Palette, view: Box, chosen: (edge: Edge) => boolean): void {
    const ctx = this.#ctx;
    const { k } = this.#camera;
    const dashes = this.#shown.edgeCount <= mostDashed && k > 0.25;
    for (const [type, list] of this.#byType) {
      if (list.length === 0) continue;
      const style = edgeStyles[type];
      const tips: number[] = [];
      ctx.strokeStyle = palette.edge[type];
      // What nobody made is drawn apart, in thin dots.
      for (const made of [false, true]) {
        const { width, dash } = made ? style : found;
        ctx.lineWidth = Math.min(width / k, width * 2);
        ctx.setLineDash(dashes ? dash.map((length) => length / k) : []);
        ctx.beginPath();
        let lines = 0;
        for (const at of list) {
          const edge = this.#graph.edges[at]!;
          if (made === (edge.score !== null) || !chosen(edge) || !this.#crosses(edge, view)) continue;
          this.#line(edge);
          tips.push(at);
          if (++lines % linesAtOnce === 0) {
            ctx.stroke();
            ctx.beginPath();
          }
        }
        ctx.stroke();
      }
      if (!style.arrow || k < 0.3) continue;
      ctx.fillStyle = palette.edge[type];
      ctx.beginPath();
      for (const at of tips) this.#tip(this.#graph.edges[at]!, style.width + 4);
      ctx.fill();
    }
    ctx.setLineDash([]);
  }

  #crosses(edge: Edge, view: Box): boolean {
    return crosses(this.#curve(edge), view);
  }

  #curve({ from, to, bend }: Edge): Curve {
    return { x1: this.#x(from), y1: this.#y(from), x2: this.#x(to), y2: this.#y(to), bend };
  }

  #line(edge: Edge): void {
    const ctx = this.#ctx;
    ctx.moveTo(this.#x(edge.from), this.#y(edge.from));
    if (edge.bend) ctx.quadraticCurveTo(...control(this.#curve(edge)), this.#x(edge.to), this.#y(edge.to));
    else ctx.lineTo(this.#x(edge.to), this.#y(edge.to));
  }

  /** Adds the head of an arrow to the path, its point at the rim of the idea. */
  #tip(edge: Edge, size: number): void {
    const ctx = this.#ctx;
    const unit = size / Math.max(this.#camera.k, 0.6);
    const gap = this.#graph.radius[edge.to]! + 1.5;
    const [point, left, right] = arrowHead(this.#curve(edge), gap, 1.5 * unit, 0.6 * unit);
    ctx.moveTo(...point);
    ctx.lineTo(...left);
    ctx.lineTo(...right);
    ctx.closePath();
  }

  #nodes(palette: Palette, view: Box, chosen: (index: number) => boolean, detail: boolean): void {
    const ctx = this.#ctx;
    const { k } = this.#camera;
    for (const [status, list] of this.#byStatus) {
      const drawn = list.filter((i) => {
        const [x, y] = [this.#x(i), this.#y(i)];
        return chosen(i) && x > view.left && x < view.right && y > view.top && y < view.bottom;
      });
      if (drawn.length === 0) continue;
      ctx.beginPath();
      for (const i of drawn) {
        const r = this.#graph.radius[i]!;
        if (r * k < 1.5) ctx.rect(this.#x(i) - r, this.#y(i) - r, 2 * r, 2 * r);
        else circle(ctx, this.#x(i), this.#y(i), r);
      }
      const color = palette.status[status];
      if (!detail || status === 'shipped' || (status !== 'shelved' && k < detailed)) {
        ctx.fillStyle = color;
        ctx.fill();
      } else {
        ctx.fillStyle = palette.ground;
        ctx.fill();
        ctx.strokeStyle = color;
        ctx.lineWidth = 2;
        if (status === 'captured') ctx.setLineDash([3.4, 2.6]);
        ctx.stroke();
        ctx.setLineDash([]);
      }
      if (detail && k >= detailed) this.#marks(status, drawn, palette);
    }
  }

  /** What tells the statuses apart without their colours, as StatusDot has it. */
  #marks(status: Status, drawn: number[], palette: Palette): void {
    const ctx = this.#ctx;
    ctx.beginPath();
    for (const i of drawn) {
      const [x, y, r] = [this.#x(i), this.#y(i), this.#graph.radius[i]!];
      if (status === 'exploring' || status === 'building') {
        const end = status === 'exploring' ? 0 : Math.PI;
        ctx.moveTo(x, y);
        ctx.arc(x, y, r * 0.6, -Math.PI / 2, end);
        ctx.closePath();
      } else if (status === 'shipped') {
        ctx.moveTo(x - r * 0.42, y + r * 0.05);
        ctx.lineTo(x - r * 0.1, y + r * 0.36);
        ctx.lineTo(x + r * 0.44, y - r * 0.32);
      } else if (status === 'shelved') {
        ctx.moveTo(x - r * 0.42, y);
        ctx.lineTo(x + r * 0.42, y);
      }
    }
    if (status === 'exploring' || status === 'building') {
      ctx.fillStyle = palette.status[status];
      ctx.fill();
    } else {
      ctx.strokeStyle = status === 'shipped' ? palette.ground : palette.status[status];
      ctx.lineWidth = 2;
      ctx.stroke();
    }
  }

  #selectedEdge(palette: Palette): void {
    const edge = this.#graph.edges[this.#highlight.selectedEdge ?? -1];
    if (!edge) return;
    const ctx = this.#ctx;
    ctx.beginPath();
    this.#line(edge);
    ctx.strokeStyle = palette.accentSoft;
    ctx.lineWidth = 12 / this.#camera.k;
    ctx.stroke();
    ctx.strokeStyle = palette.accent;
    ctx.lineWidth = 2.5 / this.#camera.k;
    ctx.stroke();
    if (!edgeStyles[edge.type].arrow) return;
    ctx.beginPath();
    this.#tip(edge, 8);
    ctx.fillStyle = palette.accent;
    ctx.fill();
  }

  #draft(palette: Palette): void {
    const { draft } = this.#highlight;
    if (!draft) return;
    const ctx = this.#ctx;
    ctx.beginPath();
    ctx.moveTo(this.#x(draft.from), this.#y(draft.from));
    if (draft.to === null) ctx.lineTo(...toMap(this.#camera, draft.x, draft.y));
    else ctx.lineTo(this.#x(draft.to), this.#y(draft.to));
    ctx.strokeStyle = palette.accent;
    ctx.lineWidth = 2 / this.#camera.k;
    ctx.stroke();
  }

  #halos(palette: Palette): void {
    const ctx = this.#ctx;
    for (const i of this.#highlight.glow ?? []) {
      if (!this.#known(i)) continue;
      for (const [gap, alpha] of [
        [14, 0.35],
        [7, 0.8],
      ] as const) {
        ctx.globalAlpha = alpha;
        ctx.beginPath();
        circle(ctx, this.#x(i), this.#y(i), this.#graph.radius[i]! + gap / this.#camera.k);
        ctx.fillStyle = palette.accentSoft;
        ctx.fill();
      }
      ctx.globalAlpha = 1;
      ctx.strokeStyle = palette.accent;
      ctx.lineWidth = 1.5 / this.#camera.k;
      ctx.stroke();
    }
  }

  #rings(palette: Palette): void {
    const ctx = this.#ctx;
    const { selected, hit, draft, hover } = this.#highlight;
    const ring = (i: number | null | undefined, gap: number, width: number, color: string) => {
      if (i === null || i === undefined || !this.#known(i)) return;
      ctx.beginPath();
      circle(ctx, this.#x(i), this.#y(i), this.#graph.radius[i]! + gap / this.#camera.k);
      ctx.strokeStyle = color;
      ctx.lineWidth = width / this.#camera.k;
      ctx.stroke();
    };
    if (hover !== selected) ring(hover, 3, 1.5, palette.muted);
    ring(selected, 4, 2.5, palette.accent);
    ring(hit, 8, 2.5, palette.accent);
    ring(draft?.from, 4, 2, palette.accent);
    ring(draft?.to, 4, 3, palette.accent);
  }

  #labels(palette: Palette, view: Box, lit: (index: number) => boolean): void {
    const ctx = this.#ctx;
    const { hover, selected, hit, draft } = this.#highlight;
    const room = new Room(this.#width, this.#height);
    ctx.textAlign = 'center';
    ctx.textBaseline = 'top';
    ctx.lineJoin = 'round';
    const inView = (i: number) => {
      const [x, y] = [this.#x(i), this.#y(i)];
      return x > view.left && x < view.right && y > view.top && y < view.bottom;
    };
    if (this.#byWeight.length <= mostAvoided) {
      for (const i of this.#byWeight) {
        const [x, y] = toScreen(this.#camera, this.#x(i), this.#y(i));
        const r = 0.7 * this.#graph.radius[i]! * this.#camera.k;
        if (inView(i)) room.take(x - r, y - r, 2 * r, 2 * r, true);
      }
    }
    const draw = (i: number, whole: boolean) => {
      const [x, y] = toScreen(this.#camera, this.#x(i), this.#y(i));
      const lines = breakTitle(this.#graph.nodes[i]!.title, whole ? lineLength + 6 : lineLength, whole ? 4 : 2);
      const halo = this.#highlight.glow?.has(i) ? 8 : 0;
      const top = y + this.#graph.radius[i]! * this.#camera.k + (whole ? 9 : 4) + halo;
      ctx.font = `${whole ? 600 : 450} ${fontSize}px ${palette.font}`;
      const width = Math.max(...lines.map((line) => this.#measure(line, whole)));
      // What was asked for is drawn in any case.
      if (!room.take(x - width / 2 - 3, top, width + 6, lines.length * lineHeight, whole)) return false;
      ctx.strokeStyle = palette.ground;
      ctx.lineWidth = whole ? 5 : 3.5;
      for (const [n, line] of lines.entries()) ctx.strokeText(line, x, top + n * lineHeight);
      ctx.fillStyle = whole ? palette.text : palette.muted;
      for (const [n, line] of lines.entries()) ctx.fillText(line, x, top + n * lineHeight);
      return true;
    };
    const asked = new Set([hover, selected, hit, draft?.from ?? null, draft?.to ?? null].filter((i) => i !== null));
    for (const i of asked) if (this.#known(i)) draw(i, true);
    let count = 0;
    const few = this.#highlight.lit !== null && this.#highlight.lit.size <= 60;
    for (const i of this.#byWeight) {
      if (count >= mostLabels) break;
      if (!few && this.#graph.radius[i]! * this.#camera.k < labelled) break; // those that follow are smaller
      if (asked.has(i) || !lit(i) || !inView(i)) continue;
      if (draw(i, false)) count++;
    }
  }

  #measure(text: string, whole: boolean): number {
    const key = (whole ? '!' : ' ') + text;
    let width = this.#widths.get(key);
    if (width === undefined) {
      width = this.#ctx.measureText(text).width;
      this.#widths.set(key, width);
    }
    return width;
  }

  #handleOf(i: number): [number, number] {
    const [x, y] = toScreen(this.#camera, this.#x(i), this.#y(i));
    const away = (this.#graph.radius[i]! * this.#camera.k + handleRadius - 1) * Math.SQRT1_2;
    return [x + away, y - away];
  }

  #handle(palette: Palette): void {
    const { hover, handle } = this.#highlight;
    if (!handle || hover === null || !this.#known(hover)) return;
    const ctx = this.#ctx;
    const [x, y] = this.#handleOf(hover);
    ctx.beginPath();
    circle(ctx, x, y, handleRadius);
    ctx.fillStyle = palette.accent;
    ctx.fill();
    ctx.strokeStyle = palette.ground;
    ctx.lineWidth = 2;
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x - 3.5, y);
    ctx.lineTo(x + 3.5, y);
    ctx.moveTo(x, y - 3.5);
    ctx.lineTo(x, y + 3.5);
    ctx.strokeStyle = palette.onAccent;
    ctx.lineWidth = 1.75;
    ctx.stroke();
  }

  #nodeAt(x: number, y: number, reach: number): number | null {
    this.#tree ??= quadtree<number>()
      .x((i) => this.#x(i))
      .y((i) => this.#y(i))
      .addAll(this.#byWeight.filter((i) => this.#known(i)));
    const [mx, my] = toMap(this.#camera, x, y);
    const slack = reach / this.#camera.k;
    const found = this.#tree.find(mx, my, 16 + slack);
    if (found === undefined) return null;
    const distance = Math.hypot(this.#x(found) - mx, this.#y(found) - my);
    return distance <= this.#graph.radius[found]! + slack ? found : null;
  }

  #edgeAt(x: number, y: number, reach: number): number | null {
    const [mx, my] = toMap(this.#camera, x, y);
    let nearest = reach / this.#camera.k;
    let found: number | null = null;
    for (const list of this.#byType.values()) {
      for (const at of list) {
        const distance = distanceTo(this.#curve(this.#graph.edges[at]!), mx, my);
        if (distance < nearest) [nearest, found] = [distance, at];
      }
    }
    return found;
  }
}

function circle(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  ctx.moveTo(x + r, y);
  ctx.arc(x, y, r, 0, 2 * Math.PI);
}
