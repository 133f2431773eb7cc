import { render } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import SearchSnippet from './SearchSnippet.svelte';

test('marks matches and shows markup as text', () => {
  const { container } = render(SearchSnippet, { html: 'a <mark>b</mark> &lt;i&gt; &amp;amp; &#39;c&#39; <b>d' });
  expect(container.textContent).toBe("a b <i> &amp; 'c' <b>d");
  expect([...container.querySelectorAll('mark')].map((m) => m.textContent)).toEqual(['b']);
  expect(container.querySelector('b, i')).toBeNull();
});
