// Runs one layout at a time beside the page, and says every 80 ms where
// everything is.
import { Layout, type LayoutJob } from './layout.ts';

/** What the page asks for. A new job ends the one before. */
export type LayoutOrder =
  | ({ kind: 'start'; run: number } & LayoutJob)
  | { kind: 'place'; index: number; x: number; y: number }
  | { kind: 'stop' };

export interface LayoutNews {
  run: number;
  positions: Float32Array<ArrayBuffer>;
  /** Whether this is the last word on it. */
  done: boolean;
}

const between = 80;
/** How long it works without looking for new orders. */
const stretch = 40;

let layout: Layout | null = null;
let run = 0;
let posted = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function work(): void {
  if (!layout) return;
  const until = performance.now() + stretch;
  let more = true;
  while (more && performance.now() < until) more = layout.step();
  if (!more || performance.now() - posted >= between) {
    const news: LayoutNews = { run, positions: layout.positions(), done: !more };
    postMessage(news, { transfer: [news.positions.buffer] });
    posted = performance.now();
  }
  if (more) timer = setTimeout(work);
  else layout = null;
}

addEventListener('message', (e: MessageEvent<LayoutOrder>) => {
  const order = e.data;
  if (order.kind === 'place') {
    layout?.place(order.index, order.x, order.y);
    return;
  }
  clearTimeout(timer);
  layout = null;
  if (order.kind === 'stop') return;
  layout = new Layout(order);
  run = order.run;
  posted = performance.now();
  work();
});
