import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../markdown.ts';
import { Growing, presentable } from './growing.ts';

const spec = `# Rain barrel monitor

It tells **how full** a \`barrel\` is, see [the notes](https://example.org/notes) and #12.

- first
- second
  - within

- third after a gap

1. one
2. two

| Field | Meaning |
|---|---|
| level | 0 to 1 |
| at | when |

\`\`\`ts
interface Level {

  level: number; // **not bold**
}
\`\`\`

> Measure twice.
> Cut once.

---

Setext
======

The end.
`;

function html(nodes: DocumentFragment): string {
  const box = document.createElement('div');
  box.append(nodes);
  return box.innerHTML;
}

describe('a text that grows', () => {
  test.each([3, 40])('comes out as if it had come at once, in pieces of %d', (size) => {
    const box = document.createElement('div');
    const growing = new Growing(box);
    for (let at = size; at < spec.length; at += size) growing.show(spec.slice(0, at), false);
    growing.show(spec, true);
    expect(box.innerHTML).toBe(html(renderMarkdown(spec)));
  });

  test('what is above stays the same nodes', () => {
    const box = document.createElement('div');
    const growing = new Growing(box);
    growing.show(spec.slice(0, 60), false);
    const heading = box.querySelector('h2');
    expect(heading?.textContent).toBe('Rain barrel monitor');
    expect(box.querySelector('ul')).toBeNull();
    for (let at = 61; at <= spec.length; at += 9) growing.show(spec.slice(0, at), false);
    expect(box.querySelector('ul')).not.toBeNull();
    expect(box.querySelector('h2')).toBe(heading);
  });

  test('a paragraph never turns into a heading or a table, and no marks flash', () => {
    const box = document.createElement('div');
    const growing = new Growing(box);
    const text = 'Some words\n- a list\n\n**Bold** and `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
    for (let at = 1; at <= text.length; at++) {
      growing.show(text.slice(0, at), false);
      expect(box.querySelector('h1, h2, h3'), text.slice(0, at)).toBeNull();
      expect(box.textContent, text.slice(0, at)).not.toMatch(/[*`|]/);
    }
  });

  test('a name that is explained at the end becomes a link', () => {
    const box = document.createElement('div');
    const growing = new Growing(box);
    const text = 'See [notes].\n\nMore.\n\n[notes]: https://example.org/';
    for (let at = 1; at <= text.length; at++) growing.show(text.slice(0, at), false);
    growing.show(text, true);
    expect(box.querySelector('a')?.href).toBe('https://example.org/');
  });

  test('another text takes its place', () => {
    const box = document.createElement('div');
    const growing = new Growing(box);
    growing.show('# One\n\nText\n\nMore', false);
    growing.show('# Two\n\nText', true);
    expect(box.innerHTML).toBe(html(renderMarkdown('# Two\n\nText')));
  });

  test('what is dangerous is not shown for a moment either', () => {
    const box = document.createElement('div');
    const growing = new Growing(box);
    const text = 'a <img src=x onerror=alert(1)> <script>alert(1)</script>\n\n[x](javascript:alert(1)) ![p](https://example.org/p.png)\n\nb';
    for (let at = 1; at <= text.length; at += 2) {
      growing.show(text.slice(0, at), false);
      expect(box.querySelector('script, [onerror], img[src^="http"], a[href^="javascript"]')).toBeNull();
    }
  });
});

test.each([
  ['Text\n-', 'Text\n'],
  ['Text\n- i', 'Text\n- i'],
  ['##', ''],
  ['12.', ''],
  ['12 ways', '12 ways'],
  ['| a | b |', ''],
  ['| a | b |\n', ''],
  ['| a | b |\n|--', ''],
  ['| a | b |\n|---|---|\n', '| a | b |\n|---|---|\n'],
  ['| a | b |\n|---|---|\n| 1', '| a | b |\n|---|---|\n| 1'],
  ['see [the no', 'see '],
  ['see [the notes](https://exa', 'see '],
  ['see [x] and', 'see [x] and'],
  ['some **bo', 'some **bo**'],
  ['some **bold*', 'some **bold**'],
  ['some **', 'some '],
  ['some `co', 'some `co`'],
  ['some `**`', 'some `**`'],
  ['```ts\nlet a = "**";\n- ', '```ts\nlet a = "**";\n- '],
])('of %j so far %j is shown', (text, want) => expect(presentable(text)).toBe(want));
