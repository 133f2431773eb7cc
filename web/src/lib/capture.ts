// Tags that are typed in the text of a capture.
import { normalizeTag } from './tags.ts';

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
