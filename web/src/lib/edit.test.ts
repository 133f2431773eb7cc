import { describe, expect, test } from 'vitest';
import * as edit from './edit.ts';

/** "⟦" and "⟧" show the selection, "|" a caret. */
function read(marked: string): edit.Selected {
  const start = marked.search(/[⟦|]/);
  const text = marked.replace(/[⟦⟧|]/g, '');
  const end = marked.includes('⟧') ? marked.indexOf('⟧') - 1 : start;
  return { text, start, end };
}

function show(s: edit.Selected, change: edit.Change | null): string | null {
  if (!change) return null;
  const text = s.text.slice(0, change.from) + change.insert + s.text.slice(change.to);
  const { start, end } = change;
  return start === end
    ? `${text.slice(0, start)}|${text.slice(start)}`
    : `${text.slice(0, start)}⟦${text.slice(start, end)}⟧${text.slice(end)}`;
}

describe.each<[string, (s: edit.Selected) => edit.Change | null, [string, string | null][]]>([
  [
    'bold',
    (s) => edit.wrap(s, '**'),
    [
      ['a ⟦b⟧ c', 'a **⟦b⟧** c'],
      ['a **⟦b⟧** c', 'a ⟦b⟧ c'],
      ['a ⟦**b**⟧ c', 'a ⟦b⟧ c'],
      ['a | c', 'a **|** c'],
    ],
  ],
  [
    'italic',
    (s) => edit.wrap(s, '*'),
    [
      ['⟦b⟧', '*⟦b⟧*'],
      ['*⟦b⟧*', '⟦b⟧'],
      ['**⟦b⟧**', '***⟦b⟧***'],
    ],
  ],
  [
    'code',
    edit.code,
    [
      ['⟦b⟧', '`⟦b⟧`'],
      ['a\n⟦b\nc⟧', 'a\n```\n⟦b\nc⟧\n```\n'],
    ],
  ],
  [
    'link',
    edit.link,
    [
      ['⟦b⟧', '[b](⟦https://⟧)'],
      ['|', '[](⟦https://⟧)'],
      ['⟦https://example.org⟧', '[|](https://example.org)'],
    ],
  ],
  [
    'heading',
    edit.heading,
    [
      ['a|b', '# ab|'],
      ['# a|b', '## ab|'],
      ['### a|b', 'ab|'],
      ['x\na|\ny', 'x\n# a|\ny'],
    ],
  ],
  [
    'list',
    (s) => edit.lines(s, 'list'),
    [
      ['a|', '- a|'],
      ['- a|', 'a|'],
      ['⟦a\n\nb⟧', '⟦- a\n\n- b⟧'],
      ['⟦1. a\n2. b⟧', '⟦- a\n- b⟧'],
      ['⟦a\n⟧b', '⟦- a⟧\nb'],
      ['- [ ] a|', '- a|'],
    ],
  ],
  ['numbered list', (s) => edit.lines(s, 'ordered'), [['⟦a\nb⟧', '⟦1. a\n2. b⟧']]],
  ['tasks', (s) => edit.lines(s, 'tasks'), [['- a|', '- [ ] a|']]],
  ['quote', (s) => edit.lines(s, 'quote'), [['⟦a\nb⟧', '⟦> a\n> b⟧']]],
  [
    'enter',
    edit.enter,
    [
      ['- a|', '- a\n- |'],
      ['  * a|', '  * a\n  * |'],
      ['- [x] a|', '- [x] a\n- [ ] |'],
      ['9. a|', '9. a\n10. |'],
      ['> a|', '> a\n> |'],
      ['- a\n- |', '- a\n|'],
      ['- a|b', '- a\n- |b'],
      ['a|', null],
      ['⟦- a⟧', null],
    ],
  ],
  [
    'indent',
    (s) => edit.indent(s, false),
    [
      ['- a|', '  - a|'],
      ['⟦a\nb⟧', '  ⟦a\n  b⟧'],
    ],
  ],
  [
    'indent back',
    (s) => edit.indent(s, true),
    [
      ['  - a|', '- a|'],
      ['a|', 'a|'],
      [' a\n  ⟦b\nc⟧', ' a\n⟦b\nc⟧'],
    ],
  ],
])('%s', (_, run, cases) => {
  test.each(cases)('%s', (before, after) => {
    const selected = read(before);
    expect(show(selected, run(selected))).toBe(after);
  });
});
