// The text of an answer: Markdown that a model wrote, perhaps led by what
// somebody else wrote into an idea. So where a link leads is seen before it is
// followed, and pictures from elsewhere are links as well.
import { renderMarkdown } from '../markdown.ts';

/** How much of an address is shown; all of it is in the hint. */
const mostAddress = 64;

/** Renders an answer. The nodes are safe to add to the page. */
export function renderAnswer(text: string): DocumentFragment {
  const fragment = renderMarkdown(text);
  for (const link of fragment.querySelectorAll<HTMLAnchorElement>('a[href]')) {
    if (link.origin !== location.origin) showAddress(link);
  }
  for (const code of fragment.querySelectorAll('pre')) frame(code);
  return fragment;
}

function showAddress(link: HTMLAnchorElement): void {
  link.title = link.href;
  // The browser spells a host so that look-alikes show.
  const address = link.href.replace(/^https?:\/\/|^(?:mailto|tel):/, '').replace(/\/$/, '');
  const words = [...link.childNodes].filter((node) => !(node instanceof HTMLElement && node.className === 'sr-only'));
  const said = words.map((node) => node.textContent).join('').trim().replace(/^https?:\/\//, '').replace(/\/$/, '');
  // A picture from elsewhere has its address in its words.
  if (said === address || said.endsWith(` – ${link.href}`)) return;
  const note = document.createElement('span');
  note.className = 'address';
  note.textContent = ` (${address.length > mostAddress ? `${address.slice(0, mostAddress - 1)}…` : address})`;
  link.after(note);
}

/** Gives code its language and a button that copies it. */
function frame(pre: HTMLPreElement): void {
  const block = document.createElement('div');
  block.className = 'code-block';
  const bar = document.createElement('div');
  bar.className = 'code-bar';
  const language = document.createElement('span');
  language.textContent = /language-(\S+)/.exec(pre.querySelector('code')?.className ?? '')?.[1] ?? 'text';
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.textContent = 'Copy';
  copy.dataset.copy = '';
  copy.ariaLabel = 'Copy the code';
  bar.append(language, copy);
  pre.replaceWith(block);
  block.append(bar, pre);
}
