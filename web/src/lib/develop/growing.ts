// Markdown that is still being written, on the page as it arrives.
//
// What was shown stays: only the last block is rendered anew with each piece,
// so nothing above it moves, a selection holds, and a long text costs no more
// at its end than at its beginning.
import { blocksOf, renderMarkdown } from '../markdown.ts';

export class Growing {
  #text = '';
  /** How much of the text is in nodes that stay. */
  #settled = 0;
  /** The nodes of the rest. */
  #tail: ChildNode[] = [];

  constructor(
    private readonly element: HTMLElement,
    private readonly render: (text: string) => DocumentFragment = renderMarkdown,
  ) {}

  /** Shows a text, which mostly begins as the one before. Whole: nothing more will come. */
  show(text: string, whole: boolean): void {
    text = text.replace(/\r\n?/g, '\n');
    if (!text.startsWith(this.#text.slice(0, this.#settled))) this.#clear();
    this.#text = text;
    // A name for a link may be explained anywhere behind it.
    if (whole && /^ {0,3}\[[^\]\n]+\]:/m.test(text)) {
      this.#clear();
      this.#settled = text.length;
      this.element.append(this.render(text));
      return;
    }
    const rest = text.slice(this.#settled);
    const blocks = blocksOf(rest);
    let last = blocks.findLastIndex((block) => !block.blank);
    // A parser that changes what it reads cannot be trusted with places in it.
    if (blocks.map((block) => block.text).join('') !== rest) last = 0;
    const done = blocks.slice(0, Math.max(0, last)).map((block) => block.text).join('');
    for (const node of this.#tail) node.remove();
    if (done) this.element.append(this.render(done));
    this.#settled += done.length;
    const tail = rest.slice(done.length);
    const fragment = this.render(whole ? tail : presentable(tail));
    this.#tail = [...fragment.childNodes];
    this.element.append(fragment);
  }

  #clear(): void {
    this.element.replaceChildren();
    this.#settled = 0;
    this.#tail = [];
    this.#text = '';
  }
}

/**
 * The last block as far as it can be shown: without marks of which it cannot
 * be told yet what they will be, so that no paragraph is a heading for a
 * moment and no row of a table a paragraph.
 */
export function presentable(block: string): string {
  const fences = block.match(/^ {0,3}(?:```+|~~~+)/gm)?.length ?? 0;
  if (fences % 2 === 1) return block;

  const at = block.lastIndexOf('\n') + 1;
  const line = block.slice(at);
  // Only marks so far: a list, a line, a heading, a quote, the start of code.
  if (/^[\s\-=*+_#>`~:]+$/.test(line) || /^\s*\d{1,9}[.)]?\s*$/.test(line)) return block.slice(0, at);

  const rows = /(?:^|\n)( {0,3}\|.*(?:\n {0,3}\|.*)*\n?)$/.exec(block)?.[1];
  if (rows) {
    // A table is one as soon as the line below its head is there.
    const whole = rows.split('\n').length - 1;
    return whole < 2 ? block.slice(0, block.length - rows.length) : block;
  }

  // A link whose address is being written.
  const text = block.slice(0, at) + line.replace(/!?\[[^\]\n]*(?:\]\([^)\n]*)?$/, '');
  return closed(text, at);
}

/** Ends bold type and code that the last line has begun. */
function closed(text: string, at: number): string {
  const line = text.slice(at);
  if ((line.match(/`/g)?.length ?? 0) % 2 === 1) return line.endsWith('`') ? text.slice(0, -1) : text + '`';
  const bare = line.replace(/`[^`]*`/g, '');
  if ((bare.match(/\*\*/g)?.length ?? 0) % 2 === 1) {
    return /\*\*$/.test(text) ? text.slice(0, -2) : text.replace(/\s*\*?$/, (end) => `**${end.replace('*', '')}`);
  }
  return text;
}
