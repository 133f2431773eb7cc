import { expect, test } from 'vitest';
import { guessLinkType, linkAddress, linkName, urlProblem, withScheme } from './links.ts';

test.each([
  ['https://github.com/sveltejs/svelte', 'github-repo'],
  ['https://github.com/sveltejs/svelte/issues/12', 'github-issue'],
  ['https://github.com/sveltejs/svelte/pull/12#discussion', 'github-issue'],
  ['https://github.com/sveltejs/svelte/tree/main', 'url'],
  ['https://claude.ai/chat/123', 'claude-chat'],
  ['https://claude.ai.example.org/chat/123', 'url'],
  ['not an address', 'url'],
])('%s seems to be a %s', (url, type) => {
  expect(guessLinkType(url)).toBe(type);
});

test.each([
  ['example.org/page', 'https://example.org/page'],
  ['localhost:8484', 'localhost:8484'],
  ['http://example.org', 'http://example.org'],
  ['javascript:alert(1)', 'javascript:alert(1)'],
  ['mailto:ada@example.org', 'mailto:ada@example.org'],
  ['two words', 'two words'],
])('%s is meant as %s', (typed, meant) => {
  expect(withScheme(typed)).toBe(meant);
});

test.each([
  ['https://example.org', ''],
  ['', 'Enter an address'],
  ['javascript:alert(1)', 'whole web address'],
  ['/ideas/3', 'whole web address'],
  [`https://example.org/${'x'.repeat(2_000)}`, 'at most 2,000'],
])('%s is checked', (typed, problem) => {
  if (problem) expect(urlProblem(typed)).toContain(problem);
  else expect(urlProblem(typed)).toBe('');
});

test('a link has a name and leads to the web or nowhere', () => {
  expect(linkName({ title: null, url: 'https://www.example.org/a%20b/?q=1' })).toBe('example.org/a b?q=1');
  expect(linkName({ title: null, url: 'https://example.org/%E0%A4%A' })).toBe('example.org/%E0%A4%A');
  expect(linkName({ title: 'Named', url: 'https://example.org' })).toBe('Named');
  expect(linkAddress('https://example.org')).toBe('https://example.org');
  expect(linkAddress('javascript:alert(1)')).toBeNull();
});
