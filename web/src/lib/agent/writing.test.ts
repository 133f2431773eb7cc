import { describe, expect, test } from 'vitest';
import { mentionAt, mentioned, withMention } from './mention.ts';
import { offeredCommands, requestOf, slashCommands } from './slash.ts';

describe('ideas in what is written', () => {
  test.each<[string, { from: number; query: string } | null]>([
    ['#', { from: 0, query: '' }],
    ['see #', { from: 4, query: '' }],
    ['see #ra', { from: 4, query: 'ra' }],
    ['see #rain bar', { from: 4, query: 'rain bar' }],
    ['see (#12', { from: 5, query: '12' }],
    ['see #12 and', null],
    ['see #12, ', null],
    ['# heading', null],
    ['a#b', null],
    ['#one two three four five', null],
    ['#rain\nnext', null],
    ['no', null],
  ])('%j', (text, want) => expect(mentionAt(text, text.length)).toEqual(want));

  test('the cursor may be in the middle', () => {
    expect(mentionAt('see #ra and more', 7)).toEqual({ from: 4, query: 'ra' });
    expect(withMention('see #ra and more', 4, 7, 12)).toEqual({ text: 'see #12 and more', at: 7 });
    expect(withMention('see #ra', 4, 7, 12)).toEqual({ text: 'see #12 ', at: 8 });
  });

  test('which are meant', () => expect(mentioned('#3, #12 and #3; not x#4, #0 or #5b')).toEqual([3, 12]));
});

describe('commands', () => {
  test('are offered by their beginning', () => {
    expect(offeredCommands('/')).toHaveLength(slashCommands.length);
    expect(offeredCommands('/s')!.map(({ name }) => name)).toEqual(['search', 'summarize', 'score', 'stale', 'spec']);
    expect(offeredCommands('/zz')).toEqual([]);
    expect([offeredCommands('a /s'), offeredCommands('/search x'), offeredCommands('')]).toEqual([null, null, null]);
  });

  test('put the cursor where the person goes on', () => {
    expect(requestOf('Score #| now')).toEqual({ text: 'Score # now', at: 7 });
    expect(requestOf('All')).toEqual({ text: 'All', at: 3 });
    expect(slashCommands.filter(({ name, text }) => !text && name !== 'new')).toEqual([]);
  });
});
