// Markdown becomes nodes of the page here, and nowhere else.
//
// The HTML is never put together again after it was cleaned: DOMPurify hands
// over nodes, and what is changed after it is changed on nodes. So nothing
// can turn into something else by being parsed twice.
import createPurifier from 'dompurify';
import { Marked } from 'marked';
import { to } from './router.svelte.ts';

const marked = new Marked({
  gfm: true,
  // The page has the first heading; those of a text begin below it.
  walkTokens(token) {
    if (token.type === 'heading') token.depth = Math.min(6, token.depth + 1);
  },
});

const purifier = createPurifier(window);
const rules = {
  ALLOWED_TAGS: (
    'a abbr b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre ' +
    'q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var'
  ).split(' '),
  ALLOWED_ATTR: (
    'align alt checked class colspan disabled height href open rowspan src start title type width'
  ).split(' '),
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|(?![a-z][a-z0-9+.-]*:))/i,
  RETURN_DOM_FRAGMENT: true as const,
};

purifier.addHook('afterSanitizeAttributes', (element) => {
  // Our own classes must not be borrowed; the language of code may stay.
  if (!/^language-[\w+#.-]+$/.test(element.className)) element.removeAttribute('class');
  switch (element.tagName) {
    case 'IMG': {
      // Asking another server for a picture tells it who reads what. The
      // address is put aside before the element can reach the page.
      const address = element.getAttribute('src') ?? '';
      if (!isOurs(address)) {
        element.removeAttribute('src');
        element.setAttribute('data-elsewhere', address);
      }
      break;
    }
    case 'INPUT':
      element.setAttribute('type', 'checkbox');
      element.setAttribute('disabled', '');
  }
});

/** Cuts a text into its blocks: paragraphs, lists, code and what is between them. */
export function blocksOf(text: string): { text: string; blank: boolean }[] {
  return marked.lexer(text).map(({ raw, type }) => ({ text: raw, blank: type === 'space' }));
}

/** Renders a text. The nodes are safe to add to the page. */
export function renderMarkdown(text: string): DocumentFragment {
  const html = marked.parse(text, { async: false });
  const fragment = purifier.sanitize(html, rules);
  for (const image of fragment.querySelectorAll('img')) replaceIfElsewhere(image);
  for (const link of fragment.querySelectorAll('a')) prepareLink(link);
  for (const box of fragment.querySelectorAll('input')) box.ariaLabel = box.checked ? 'Done' : 'Not done';
  for (const table of fragment.querySelectorAll('table')) letScroll(table);
  for (const code of fragment.querySelectorAll('pre')) code.tabIndex = 0;
  linkIdeas(fragment);
  return fragment;
}

function isOurs(address: string): boolean {
  if (/^data:image\/(?:png|gif|jpeg|webp|avif)[;,]/i.test(address)) return true;
  try {
    return address !== '' && new URL(address, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

function replaceIfElsewhere(image: HTMLImageElement): void {
  const address = image.getAttribute('data-elsewhere');
  if (address === null) {
    image.loading = 'lazy';
    return;
  }
  const remote = URL.canParse(address, location.href) && /^https?:/.test(new URL(address, location.href).protocol);
  const words = [image.alt, remote && address].filter(Boolean).join(' – ') || 'Image';
  if (!remote || image.closest('a')) {
    image.replaceWith(words); // a link within a link is none
    return;
  }
  const link = document.createElement('a');
  link.href = address;
  link.textContent = words;
  image.replaceWith(link);
}

function prepareLink(link: HTMLAnchorElement): void {
  if (!link.hasAttribute('href') || link.origin === location.origin) return;
  link.rel = 'noopener noreferrer';
  if (!/^https?:$/.test(link.protocol)) return;
  link.target = '_blank';
  link.classList.add('external');
  const note = document.createElement('span');
  note.className = 'sr-only';
  note.textContent = ' (opens in a new tab)';
  link.append(note);
}

/** A wide table scrolls by itself, also by keyboard. */
function letScroll(table: HTMLTableElement): void {
  const scroller = document.createElement('div');
  scroller.className = 'scroller';
  scroller.tabIndex = 0;
  scroller.role = 'region';
  scroller.ariaLabel = 'Table';
  table.replaceWith(scroller);
  scroller.append(table);
}

/** "#12" leads to idea 12, except in code and in other links. */
function linkIdeas(root: DocumentFragment): void {
  const texts: Text[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (!text.data.includes('#') || text.parentElement?.closest('a, code, pre')) continue;
    const parts: (string | Node)[] = [];
    let done = 0;
    for (const found of text.data.matchAll(/(?<![\p{L}\p{N}_/&#])#([1-9]\d{0,8})(?![\p{L}\p{N}_])/gu)) {
      const link = document.createElement('a');
      link.href = to.idea(Number(found[1]));
      link.className = 'idea-ref';
      link.textContent = found[0];
      parts.push(text.data.slice(done, found.index), link);
      done = found.index + found[0].length;
    }
    if (parts.length) text.replaceWith(...parts, text.data.slice(done));
  }
}
