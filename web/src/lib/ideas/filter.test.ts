import { describe, expect, test } from 'vitest';
import { addressOf, countWords, isFiltered, readFilter } from './filter.ts';

const read = (query: string) => readFilter(new URLSearchParams(query));

describe('a filter', () => {
  test.each([
    ['', {}],
    ['status=building&tag=go&source=cli', { status: 'building', tag: 'go', source: 'cli' }],
    ['archived=true&sort=title&q=roof+garden', { archived: true, sort: 'title', q: 'roof garden' }],
    ['status=lost&source=fax&sort=size&archived=1', {}],
    ['sort=-created&q=++&tag=', {}],
  ])('is read from "%s"', (query, filter) => {
    expect(read(query)).toEqual(filter);
  });

  test('has as many characters to search for as the API takes', () => {
    expect([...read(`q=${'🌱'.repeat(600)}`).q!]).toHaveLength(500);
  });

  test.each(['/ideas', '/ideas?status=building&tag=a%26b', '/ideas?source=cli&q=roof+garden&archived=true'])(
    'has the address %s',
    (address) => {
      expect(addressOf(read(address.split('?')[1] ?? ''))).toBe(address);
    },
  );

  test('is one even if only words are searched, but not for its order', () => {
    expect(isFiltered({ q: 'roof' })).toBe(true);
    expect(isFiltered({ sort: 'title', status: undefined, archived: false })).toBe(false);
  });
});

test.each([
  [0, false, 'No ideas'],
  [1, false, '1 idea'],
  [62, false, '62 ideas'],
  [50, true, 'More than 50 ideas'],
])('the count %i, more %s, is said as "%s"', (count, more, words) => {
  expect(countWords(count, more)).toBe(words);
});
