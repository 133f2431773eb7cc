import { describe, expect, test } from 'vitest';
import { captureProblem, splitCapture, takeTags } from './capture.ts';

describe('takeTags', () => {
  test.each<[string, string, string, string[]]>([
    ['the end of a line', 'Draw a map #ui #Local_First', 'Draw a map', ['ui', 'local-first']],
    ['within a sentence, which keeps it', 'Use #svelte for this', 'Use #svelte for this', ['svelte']],
    ['both', 'Use #svelte for this #web', 'Use #svelte for this', ['svelte', 'web']],
    ['before a full stop', 'We like #go.', 'We like #go.', ['go']],
    ['in brackets', 'Something (#later)', 'Something (#later)', ['later']],
    ['a line of its own', 'One\n#a #b\nTwo', 'One\nTwo', ['a', 'b']],
    ['once each', 'x #a #A', 'x', ['a']],
    ['names of techniques', 'x #c++ #node.js #c#', 'x', ['c++', 'node.js', 'c#']],
    ['other scripts', 'x #идея #日本', 'x', ['идея', '日本']],
  ])('finds tags: %s', (_, text, want, tags) => {
    expect(takeTags(text)).toEqual({ text: want, tags });
  });

  test.each([
    ['no tag', 'Nothing here'],
    ['a number is an idea', 'See #12 and #3'],
    ['a heading', '# Heading\n## Another #one'],
    ['inline code', 'Call `x #y` and ``a ` #b``'],
    ['a fenced block', '```css\na { color: #fff } #tag\n```'],
    ['a fence of another kind inside', '~~~\n```\n#tag\n~~~'],
    ['an open fence', '```\n#tag'],
    ['an indented block', 'Text:\n\n    code #tag'],
    ['an address', 'https://example.org/#section'],
    ['an address in brackets', '<https://example.org/ #x>'],
    ['the target of a link', '[text](/page #part)'],
    ['inside a word', 'C#sharp and a/#b'],
    ['a colour', 'Use #0a0c0b and #39ff14 here'],
  ])('leaves alone: %s', (_, text) => {
    expect(takeTags(text)).toEqual({ text, tags: [] });
  });

  test('goes on after a fence that was closed', () => {
    expect(takeTags('```\n#no\n```\nyes #tag')).toEqual({ text: '```\n#no\n```\nyes', tags: ['tag'] });
  });

  test('takes a word of hexadecimal letters for a tag', () => {
    expect(takeTags('x #decade').tags).toEqual(['decade']);
  });
});

describe('a text that is captured', () => {
  test('has its title in the first line and its body after it', () => {
    expect(splitCapture('\n# Grow tomatoes #garden\n\nOn the roof.\n\n#food #garden\n')).toEqual({
      title: 'Grow tomatoes',
      body: 'On the roof.',
      tags: ['garden', 'food'],
    });
  });

  test('may be a title alone', () => {
    expect(splitCapture('Look at issue #12')).toEqual({ title: 'Look at issue #12', body: '', tags: [] });
  });

  test.each([
    [{ title: 'x', body: '', tags: [] }, ''],
    [{ title: '', body: 'text', tags: [] }, 'Write a title'],
    [{ title: '🌱'.repeat(200), body: '', tags: [] }, ''],
    [{ title: '🌱'.repeat(201), body: '', tags: [] }, '1 character too long'],
    [{ title: 'x', body: 'y'.repeat(50_001), tags: [] }, 'more than 50,000 characters'],
    [{ title: 'x', body: '', tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, 'at most 20 tags'],
  ])('is checked before it is sent', (capture, problem) => {
    if (problem) expect(captureProblem(capture)).toContain(problem);
    else expect(captureProblem(capture)).toBe('');
  });
});
