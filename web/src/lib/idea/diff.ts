// Comparing texts line by line, and putting two changes of one text together.

export interface Line {
  text: string;
  /** Whether the other text does not have it there. */
  own: boolean;
}

/** Above this many comparisons the middle of two texts counts as different. */
const mostWork = 4_000_000;

/** Pairs of equal lines, in order: [place in a, place in b]. */
function common(a: readonly string[], b: readonly string[]): [number, number][] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const n = a.length - head - tail;
  const m = b.length - head - tail;
  const pairs: [number, number][] = Array.from({ length: head }, (_, i) => [i, i]);
  if (n * m <= mostWork) {
    // longest[i][j]: how many lines the rests from i and j have in common
    const width = m + 1;
    const longest = new Uint32Array((n + 1) * width);
    for (let i = n - 1; i >= 0; i--) {
      for (let j = m - 1; j >= 0; j--) {
        longest[i * width + j] =
          a[head + i] === b[head + j]
            ? longest[(i + 1) * width + j + 1]! + 1
            : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
      }
    }
    for (let i = 0, j = 0; i < n && j < m; ) {
      if (a[head + i] === b[head + j]) pairs.push([head + i++, head + j++]);
      else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) i++;
      else j++;
    }
  }
  for (let i = tail; i > 0; i--) pairs.push([a.length - i, b.length - i]);
  return pairs;
}

const split = (text: string) => (text === '' ? [] : text.split('\n'));

/** The lines of both texts, each with whether it is in that text only. */
export function compare(mine: string, theirs: string): { mine: Line[]; theirs: Line[] } {
  const a = split(mine);
  const b = split(theirs);
  const pairs = common(a, b);
  const inA = new Set(pairs.map(([i]) => i));
  const inB = new Set(pairs.map(([, j]) => j));
  return {
    mine: a.map((text, i) => ({ text, own: !inA.has(i) })),
    theirs: b.map((text, j) => ({ text, own: !inB.has(j) })),
  };
}

/** The words of both texts in runs, each with whether it is in that text only. */
export function compareWords(mine: string, theirs: string): { mine: Line[]; theirs: Line[] } {
  const a = mine.match(/\S+\s*/g) ?? [];
  const b = theirs.match(/\S+\s*/g) ?? [];
  const key = (word: string) => word.trim().toLowerCase();
  const pairs = common(a.map(key), b.map(key));
  return { mine: runs(a, new Set(pairs.map(([i]) => i))), theirs: runs(b, new Set(pairs.map(([, j]) => j))) };
}

function runs(words: readonly string[], shared: ReadonlySet<number>): Line[] {
  const list: Line[] = [];
  for (const [i, word] of words.entries()) {
    const own = !shared.has(i);
    const last = list.at(-1);
    if (last?.own === own) last.text += word;
    else list.push({ text: word, own });
  }
  return list;
}

export interface Merged {
  text: string;
  /** Whether both changed the same lines: then both versions are there, mine first. */
  clash: boolean;
}

/** Puts together what two people made of the same text. */
export function merge(base: string, mine: string, theirs: string): Merged {
  if (mine === theirs || theirs === base) return { text: mine, clash: false };
  if (mine === base) return { text: theirs, clash: false };
  const [o, a, b] = [split(base), split(mine), split(theirs)];
  const toA = new Map(common(o, a));
  const toB = new Map(common(o, b));
  const out: string[] = [];
  let clash = false;
  let [i, j, k] = [0, 0, 0];
  while (i < o.length || j < a.length || k < b.length) {
    // To the next line of the base that both kept.
    let next = i;
    while (next < o.length && !(toA.has(next) && toB.has(next))) next++;
    const [endA, endB] = next < o.length ? [toA.get(next)!, toB.get(next)!] : [a.length, b.length];
    const was = o.slice(i, next).join('\n');
    const [one, two] = [a.slice(j, endA), b.slice(k, endB)];
    const [oneText, twoText] = [one.join('\n'), two.join('\n')];
    const same = (text: string, lines: string[]) => text === was && lines.length === next - i;
    if (same(oneText, one)) out.push(...two);
    else if (same(twoText, two) || (oneText === twoText && one.length === two.length)) out.push(...one);
    else {
      out.push(...one, ...two);
      // A line that was taken out and changed elsewhere is not decided either.
      clash = true;
    }
    if (next < o.length) out.push(o[next]!);
    [i, j, k] = [next + 1, endA + 1, endB + 1];
  }
  return { text: out.join('\n'), clash };
}
