import { render } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import SearchSnippet, { cutLead } from './SearchSnippet.svelte';

test('marks matches and shows markup as text', () => {
  const { container } = render(SearchSnippet, { html: 'a <mark>b</mark> &lt;i&gt; &amp;amp; &#39;c&#39; <b>d' });
  expect(container.textContent).toBe("a b <i> &amp; 'c' <b>d");
  expect([...container.querySelectorAll('mark')].map((m) => m.textContent)).toEqual(['b']);
  expect(container.querySelector('b, i')).toBeNull();
});

test('begins near the first match where room is short', () => {
  const { container } = render(SearchSnippet, { html: `${'far away '.repeat(20)}<mark>here</mark>`, lead: 20 });
  expect(container.textContent).toBe('…far away far away here');
  expect(cutLead('short', 20)).toBe('short');
  expect(cutLead('x'.repeat(30), 20)).toBe(`…${'x'.repeat(20)}`);
});
