import { describe, expect, test } from 'vitest';
import { renderMarkdown } from './markdown.ts';

function render(text: string): HTMLElement {
  const box = document.createElement('div');
  box.append(renderMarkdown(text));
  return box;
}

/** Everything in a page that could run, load or hide something. */
function dangers(box: HTMLElement): string[] {
  const found: string[] = [];
  for (const e of box.querySelectorAll('*')) {
    if (e.matches('script, style, svg, math, iframe, object, embed, form, link, meta, base, template, video, audio, source, button, textarea, select')) {
      found.push(e.tagName);
    }
    for (const { name, value } of e.attributes) {
      if (/^on|^style$|^srcset$|^formaction$|^id$|^name$|^background$|^poster$|^xlink/.test(name)) found.push(name);
      if (/^\s*(javascript|vbscript|data:text|data:image\/svg|blob|file)/i.test(value)) found.push(`${name}=${value}`);
    }
    if (e.tagName === 'IMG' && /^(https?:)?\/\//.test(e.getAttribute('src') ?? '')) found.push('remote image');
  }
  return found;
}

describe('what must not get through', () => {
  test.each([
    ['<script>alert(1)</script>'],
    ['<img src=x onerror=alert(1)>'],
    ['<a href="javascript:alert(1)">x</a>'],
    ['[x](javascript:alert(1))'],
    ['[x](JaVaScRiPt:alert(1))'],
    ['[x](java\u0000script:alert(1))'],
    ['[x](&#106;avascript:alert(1))'],
    ['<a href="java\nscript:alert(1)">x</a>'],
    ['[x](vbscript:msgbox(1))'],
    ['[x](data:text/html,<script>alert(1)</script>)'],
    ['[x](data:image/png;base64,AAAA)'],
    ['![x](data:text/html;base64,PHNjcmlwdD4=)'],
    ['![x](data:image/svg+xml;base64,PHN2Zz4=)'],
    ['[x](blob:https://example.org/1)'],
    ['<svg onload=alert(1)><script>alert(1)</script></svg>'],
    ['<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>'],
    ['<math><mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">'],
    ['<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>'],
    ['<noscript><p title="</noscript><img src=x onerror=alert(1)>">'],
    ['<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">'],
    ['<p style="position:fixed;inset:0">x</p>'],
    ['<style>*{display:none}</style>'],
    ['<iframe src="https://example.org"></iframe>'],
    ['<object data="x"></object><embed src="x">'],
    ['<form action="https://example.org"><input name=q><button>go</button></form>'],
    ['<base href="https://example.org/">'],
    ['<meta http-equiv=refresh content="0;url=https://example.org">'],
    ['<link rel=stylesheet href="https://example.org/x.css">'],
    ['<video src="https://example.org/x.mp4" poster="https://example.org/x.png"></video>'],
    ['<picture><source srcset="https://example.org/x.png"><img src="/x.png" srcset="https://example.org/y.png 2x"></picture>'],
    ['<table background="https://example.org/x.png"><tr><td>x</table>'],
    ['<template><img src=x onerror=alert(1)></template>'],
    ['<p id="app" name="app">x</p>'],
    ['<input type=image src="https://example.org/x.png">'],
    ['![x](https://example.org/x.png)'],
    ['<img src="//example.org/x.png">'],
    ['<img src="\\\\example.org\\x.png">'],
  ])('%s', (text) => expect(dangers(render(text))).toEqual([]));

  test('classes of the app cannot be borrowed', () => {
    expect(render('<p class="sr-only">x</p>').querySelector('[class]')).toBeNull();
  });
});

describe('images', () => {
  test('of another server become a link that shows where they are', () => {
    const link = render('![a cat](https://example.org/cat.png)').querySelector('a')!;
    expect(link.href).toBe('https://example.org/cat.png');
    expect(link.textContent).toContain('a cat – https://example.org/cat.png');
    expect(link.rel).toBe('noopener noreferrer');
  });
  test('within a link become words', () => {
    const box = render('[![logo](https://example.org/l.png)](https://example.org/)');
    expect(box.querySelectorAll('a')).toHaveLength(1);
    expect(box.textContent).toContain('logo – https://example.org/l.png');
  });
  test('of this server and data stay', () => {
    expect(render('![x](/icon-192.png)').querySelector('img')?.getAttribute('src')).toBe('/icon-192.png');
    expect(render('![x](data:image/png;base64,AAAA)').querySelector('img')?.src).toBe('data:image/png;base64,AAAA');
  });
});

describe('links', () => {
  test('out of the app open a new tab, say so and give nothing away', () => {
    const link = render('[x](https://example.org/)').querySelector('a')!;
    expect([link.target, link.rel, link.className]).toEqual(['_blank', 'noopener noreferrer', 'external']);
    expect(link.textContent).toBe('x (opens in a new tab)');
  });
  test('within the app stay plain', () => {
    const link = render('[x](/ideas/3)').querySelector('a')!;
    expect([link.target, link.rel, link.className]).toEqual(['', '', '']);
  });
});

describe('references to ideas', () => {
  test.each([
    ['See #12.', ['/ideas/12']],
    ['#1, #2 and (#3)', ['/ideas/1', '/ideas/2', '/ideas/3']],
    ['**#4**', ['/ideas/4']],
    ['`#12`', []],
    ['```\n#12\n```', []],
    ['    #12', []],
    ['[about #12](/board)', ['/board']],
    ['a#12 #012 #12a &#35; #0', []],
    ['# 12', []],
  ])('%s', (text, want) => {
    expect([...render(text).querySelectorAll('a')].map((a) => a.getAttribute('href'))).toEqual(want);
  });
});

describe('what people write', () => {
  test('headings begin below that of the page', () => {
    expect([...render('# A\n\n## B\n\n###### F').children].map((e) => e.tagName)).toEqual(['H2', 'H3', 'H6']);
  });
  test('tasks can be seen and are named', () => {
    const boxes = [...render('- [x] a\n- [ ] b').querySelectorAll('input')];
    expect(boxes.map((b) => [b.type, b.checked, b.disabled, b.ariaLabel])).toEqual([
      ['checkbox', true, true, 'Done'],
      ['checkbox', false, true, 'Not done'],
    ]);
  });
  test('tables align without styles and scroll', () => {
    const box = render('| a | b |\n|:-:|--:|\n| 1 | 2 |');
    expect([...box.querySelectorAll('td')].map((td) => td.getAttribute('align'))).toEqual(['center', 'right']);
    expect(box.querySelector('.scroller')?.getAttribute('tabindex')).toBe('0');
  });
  test('the language of code stays', () => {
    expect(render('```go\nx\n```').querySelector('code')?.className).toBe('language-go');
  });
});
