// What the Markdown editor does to a text, without the editor: each function
// says what to replace and what to select then.

export interface Selected {
  text: string;
  start: number;
  end: number;
}

export interface Change {
  /** What is replaced. */
  from: number;
  to: number;
  insert: string;
  /** What is selected then. */
  start: number;
  end: number;
}

/** Puts marks around the selection, or takes them away. */
export function wrap({ text, start, end }: Selected, mark: string): Change {
  const n = mark.length;
  const inner = text.slice(start, end);
  const lone = (at: number) => mark !== '*' || text[at] !== '*'; // "*" inside "**" is not italic
  if (text.slice(start - n, start) === mark && text.slice(end, end + n) === mark && lone(start - n - 1) && lone(end + n)) {
    return { from: start - n, to: end + n, insert: inner, start: start - n, end: end - n };
  }
  if (inner.length >= 2 * n && inner.startsWith(mark) && inner.endsWith(mark) && (mark !== '*' || inner[1] !== '*')) {
    const bare = inner.slice(n, -n);
    return { from: start, to: end, insert: bare, start, end: start + bare.length };
  }
  return { from: start, to: end, insert: mark + inner + mark, start: start + n, end: end + n };
}

/** Makes code of the selection: a block if it has several lines. */
export function code(s: Selected): Change {
  const inner = s.text.slice(s.start, s.end);
  if (!inner.includes('\n')) return wrap(s, '`');
  const before = s.start > 0 && s.text[s.start - 1] !== '\n' ? '\n' : '';
  const head = `${before}\`\`\`\n`;
  const insert = `${head}${inner.replace(/\n$/, '')}\n\`\`\`\n`;
  return { from: s.start, to: s.end, insert, start: s.start + head.length, end: s.start + insert.length - 5 };
}

/** Makes a link of the selection and selects what is still to be written. */
export function link({ text, start, end }: Selected): Change {
  const inner = text.slice(start, end);
  if (/^https?:\/\/\S+$/.test(inner)) {
    return { from: start, to: end, insert: `[](${inner})`, start: start + 1, end: start + 1 };
  }
  const at = start + inner.length + 3;
  return { from: start, to: end, insert: `[${inner}](https://)`, start: at, end: at + 8 };
}

/** A heading of the next level, and after the third none. */
export function heading(s: Selected): Change {
  const line = lineOf(s.text, s.start);
  const [, marks = '', rest = ''] = /^(#{0,6}) ?(.*)$/s.exec(s.text.slice(line.from, line.to)) ?? [];
  const level = marks.length >= 3 ? 0 : marks.length + 1;
  const insert = level ? `${'#'.repeat(level)} ${rest}` : rest;
  const at = line.from + insert.length;
  return { from: line.from, to: line.to, insert, start: at, end: at };
}

const marker = /^(\s*)(?:[-*+] \[[ xX]\] |[-*+] |\d+[.)] |> )?/;

export type LineKind = 'list' | 'ordered' | 'tasks' | 'quote';

/** Makes the selected lines a list or a quote, or ordinary lines again. */
export function lines(s: Selected, kind: LineKind): Change {
  const from = lineOf(s.text, s.start).from;
  const to = lineOf(s.text, Math.max(s.start, s.end - (s.text[s.end - 1] === '\n' && s.end > s.start ? 1 : 0))).to;
  const rows = s.text.slice(from, to).split('\n');
  const mark = (i: number) => ({ list: '- ', ordered: `${i + 1}. `, tasks: '- [ ] ', quote: '> ' })[kind];
  const has = { list: /^\s*[-*+] (?!\[[ xX]\] )/, ordered: /^\s*\d+[.)] /, tasks: /^\s*[-*+] \[[ xX]\] /, quote: /^\s*> / }[kind];
  const off = rows.every((row) => has.test(row) || (row.trim() === '' && rows.length > 1));
  let n = 0;
  const insert = rows
    .map((row) => {
      if (row.trim() === '' && rows.length > 1) return row;
      return row.replace(marker, (_, indent: string) => indent + (off ? '' : mark(n++)));
    })
    .join('\n');
  const several = s.end > s.start;
  const last = from + insert.length;
  return { from, to, insert, start: several ? from : last, end: last };
}

/** What Enter does at the end of an entry: the next one, or the end of the list. */
export function enter({ text, start, end }: Selected): Change | null {
  if (start !== end) return null;
  const line = lineOf(text, start);
  const before = text.slice(line.from, start);
  const found = /^(\s*)(?:([-*+])( \[[ xX]\])? |(\d+)([.)]) |(> ))/.exec(before);
  if (!found) return null;
  const [all, indent, bullet, box, number, dot] = found;
  if (before === all && text.slice(start, line.to).trim() === '') {
    return { from: line.from, to: line.to, insert: '', start: line.from, end: line.from };
  }
  const next = bullet ? `${bullet}${box ? ' [ ]' : ''} ` : number ? `${Number(number) + 1}${dot} ` : '> ';
  const insert = `\n${indent}${next}`;
  return { from: start, to: start, insert, start: start + insert.length, end: start + insert.length };
}

/** Moves the selected lines by two spaces, to the right or back. */
export function indent(s: Selected, back: boolean): Change {
  const from = lineOf(s.text, s.start).from;
  const to = lineOf(s.text, s.end).to;
  const rows = s.text.slice(from, to).split('\n');
  const moved = rows.map((row) => (back ? row.replace(/^( {1,2}|\t)/, '') : `  ${row}`));
  const insert = moved.join('\n');
  const first = moved[0]!.length - rows[0]!.length;
  const start = Math.max(from, s.start + first);
  return { from, to, insert, start, end: Math.max(start, s.end + insert.length - (to - from)) };
}

function lineOf(text: string, at: number): { from: number; to: number } {
  const from = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return { from: at === 0 ? 0 : from, to: end < 0 ? text.length : end };
}
