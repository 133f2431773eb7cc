import { describe, expect, test } from 'vitest';
import { folded, rowsOf, tally } from './changes.ts';

const marks = { kept: ' ', out: '-', in: '+' };
const told = (a: string, b: string) => rowsOf(a, b).map((row) => marks[row.kind] + row.text);

describe('what leads from one text to the other', () => {
  test.each([
    ['', '', []],
    ['', 'a', ['+a']],
    ['a', '', ['-a']],
    ['a\nb\nc', 'a\nb\nc', [' a', ' b', ' c']],
    ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['a\nc', 'a\nb\nc\nd', [' a', '+b', ' c', '+d']],
    ['a\nb', 'b\na', ['-a', ' b', '+a']],
  ])('%j to %j', (a, b, want) => expect(told(a, b)).toEqual(want));

  test('both texts can be put together again from it', () => {
    const a = 'one\n\ntwo\nthree\n\nfour';
    const b = 'zero\none\n\ntwo and a half\n\nfour\nfive';
    const rows = rowsOf(a, b);
    expect(rows.filter((r) => r.kind !== 'in').map((r) => r.text).join('\n')).toBe(a);
    expect(rows.filter((r) => r.kind !== 'out').map((r) => r.text).join('\n')).toBe(b);
    expect(tally(rows)).toEqual({ in: 3, out: 2 });
  });
});

test('what is far from a change is folded, a single line is not', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `${i}`);
  const after = lines.with(9, 'x');
  const shape = folded(rowsOf(lines.join('\n'), after.join('\n'))).map((row) => (row.kind === 'gap' ? row.lines.length : row.kind));
  expect(shape).toEqual([6, 'kept', 'kept', 'kept', 'out', 'in', 'kept', 'kept', 'kept', 7]);
  const near = lines.with(4, 'x');
  expect(folded(rowsOf(lines.join('\n'), near.join('\n')))[0]).toEqual({ kind: 'kept', text: '0' });
});
