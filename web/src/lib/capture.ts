// What becomes of a text that is captured: a title, a body and #tags.
import { normalizeTag } from './tags.ts';
import { limits } from './words.ts';

export interface Captured {
  text: string;
  tags: string[];
}

// A "#" after white space or an opening bracket, then a word that begins with
// a letter: "#12" is an idea and "# " is a heading.
const hash = /(?<=^|[\s(])#(\p{L}[\p{L}\p{Nd}\p{M}_+#./&-]*)/gu;
const colour = /^(?=.*\d)(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i;

/**
 * Finds #tags. Those at the end of a line are taken out of the text; those
 * within a sentence are part of it and stay. Code, headings and addresses
 * have none.
 */
export function takeTags(text: string): Captured {
  const tags: string[] = [];
  let fence = '';
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const inCode = fence !== '';
    if (mark && !inCode) fence = mark;
    else if (mark && mark.startsWith(fence) && line.trim() === mark) fence = '';
    if (mark || inCode || /^( {4}|\t)/.test(line) || /^ {0,3}#{1,6}\s/.test(line)) {
      lines.push(line);
      continue;
    }
    const taken = fromLine(line);
    tags.push(...taken.tags);
    // A line of tags alone goes with them.
    if (taken.text.trim() !== '' || line.trim() === '') lines.push(taken.text);
  }
  return { text: lines.join('\n').trim(), tags: [...new Set(tags)] };
}

export interface Capture {
  title: string;
  body: string;
  tags: string[];
}

/** Takes a text apart: the first line is the title, the rest the body. */
export function splitCapture(text: string): Capture {
  const [first = '', ...rest] = text.trim().split(/\r?\n/);
  const title = takeTags(first.replace(/^#{1,6}\s+/, ''));
  const body = takeTags(rest.join('\n'));
  return { title: title.text, body: body.text, tags: [...new Set([...title.tags, ...body.tags])] };
}

/** Why a capture would be refused, or "". */
export function captureProblem({ title, body, tags }: Capture): string {
  if (!title) return 'Write a title: one line that says the idea.';
  const long = [...title].length - limits.title;
  if (long > 0) return `The title is ${long} ${long === 1 ? 'character' : 'characters'} too long; move some of it to the text below.`;
  if ([...body].length > limits.body) return `The text has more than ${limits.body.toLocaleString('en')} characters.`;
  if (tags.length > limits.tagsPerIdea) return `An idea has at most ${limits.tagsPerIdea} tags.`;
  return '';
}

function fromLine(line: string): Captured {
  // Code and addresses keep their length, so that places stay the same.
  const plain = line.replace(/(`+)[^`].*?\1|<[^>]*>|\]\([^)]*\)|\bhttps?:\/\/\S+/g, (s) => 'x'.repeat(s.length));
  const found = [...plain.matchAll(hash)].filter((m) => !colour.test(m[1]!.replace(/[.,;:!?]+$/, '')));
  const tags = found.map((m) => normalizeTag(m[1]!)).filter((tag) => tag !== '');
  let end = line.trimEnd().length;
  for (const m of found.toReversed()) {
    if (m.index + m[0].length !== end || /[.!?]$/.test(m[0])) break;
    end = line.slice(0, m.index).trimEnd().length;
  }
  return { text: tags.length ? line.slice(0, end) : line, tags };
}
