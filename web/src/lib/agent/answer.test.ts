import { expect, test } from 'vitest';
import { renderAnswer } from './answer.ts';

function html(text: string): HTMLElement {
  const box = document.createElement('div');
  box.append(renderAnswer(text));
  return box;
}

test('a link shows where it leads', () => {
  const box = html('See [the docs](https://example.com/a?q=secret) and [mail](mailto:eve@example.com).');
  expect(box.textContent.trim()).toBe('See the docs (opens in a new tab) (example.com/a?q=secret) and mail (eve@example.com).');
  expect(box.querySelector('a')).toMatchObject({ title: 'https://example.com/a?q=secret', rel: 'noopener noreferrer' });
});

test('an address is not said twice, and a long one is cut', () => {
  expect(html('https://example.com/a').querySelector('.address')).toBeNull();
  expect(html('<https://example.com/>').querySelector('.address')).toBeNull();
  expect(html('[example.com](https://evil.example/)').querySelector('.address')!.textContent).toBe(' (evil.example)');
  expect(html(`[x](https://example.com/${'y'.repeat(200)})`).querySelector('.address')!.textContent).toHaveLength(67);
});

test('links to ideas and pages of this site are as they are', () => {
  expect(html('#12 and [the board](/board)').querySelector('.address')).toBeNull();
});

test('a picture from elsewhere is a link', () => {
  const box = html('![chart](https://example.com/pixel.png?data=1)');
  expect(box.querySelector('img')).toBeNull();
  expect(box.querySelector('a')!.href).toBe('https://example.com/pixel.png?data=1');
  expect(box.textContent).toContain('chart – https://example.com/pixel.png?data=1');
  expect(box.querySelector('.address')).toBeNull();
});

test('code has its language and can be copied', () => {
  const box = html('```ts\nlet a = 1;\n```');
  expect(box.querySelector('.code-bar span')!.textContent).toBe('ts');
  expect(box.querySelector('button[data-copy]')!.getAttribute('aria-label') ?? box.querySelector<HTMLButtonElement>('button')!.ariaLabel).toBe('Copy the code');
});
