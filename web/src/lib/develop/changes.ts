// Two versions of a text as one list of lines: kept, taken out, put in.
import { compare } from '../idea/diff.ts';

export interface Row {
  kind: 'kept' | 'out' | 'in';
  text: string;
}

/** Lines that nobody changed, left out of the list. */
export interface Gap {
  kind: 'gap';
  lines: string[];
}

/** How many kept lines are shown around a change. */
const around = 3;

/** What leads from one text to the other, line by line. */
export function rowsOf(before: string, after: string): Row[] {
  const { mine, theirs } = compare(before, after);
  const rows: Row[] = [];
  let j = 0;
  const added = () => {
    while (theirs[j]?.own) rows.push({ kind: 'in', text: theirs[j++]!.text });
  };
  for (const { text, own } of mine) {
    if (own) {
      rows.push({ kind: 'out', text });
      continue;
    }
    added();
    rows.push({ kind: 'kept', text });
    j++;
  }
  added();
  return rows;
}

/** Folds what was kept far from any change. */
export function folded(rows: readonly Row[]): (Row | Gap)[] {
  const near = rows.map((row) => row.kind !== 'kept');
  const shown = rows.map((_, i) => near.slice(Math.max(0, i - around), i + around + 1).includes(true));
  const out: (Row | Gap)[] = [];
  for (const [i, row] of rows.entries()) {
    const last = out.at(-1);
    if (shown[i]) out.push(row);
    else if (last?.kind === 'gap') last.lines.push(row.text);
    else out.push({ kind: 'gap', lines: [row.text] });
  }
  // One line is no gap.
  return out.map((entry) => (entry.kind === 'gap' && entry.lines.length === 1 ? { kind: 'kept', text: entry.lines[0]! } : entry));
}

/** How many lines came and went. */
export function tally(rows: readonly Row[]): { in: number; out: number } {
  return {
    in: rows.filter((row) => row.kind === 'in').length,
    out: rows.filter((row) => row.kind === 'out').length,
  };
}
