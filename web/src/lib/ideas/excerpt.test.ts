import { expect, test } from 'vitest';
import { excerpt } from './excerpt.ts';

test.each([
  [null, ''],
  ['Plain words.', 'Plain words.'],
  ['# Why\n\nBecause it **helps** _everyone_.', 'Why Because it helps everyone.'],
  ['- [ ] first\n- [x] second\n1. third\n> said', 'first second third said'],
  ['See [the page](https://example.org/x) and ![a picture](y.png).', 'See the page and a picture.'],
  ['```go\nfunc main() {}\n```\nand `code`', 'func main() {} and code'],
  ['one\n\n---\n\ntwo', 'one two'],
  ['| a | b |\n|---|:-:|\n| 1 | 2 |', 'a b 1 2'],
  ['<b>bold</b> but 1 < 2', 'bold but 1 < 2'],
  ['snake_case_name stays, 2*3*4 too', 'snake_case_name stays, 2*3*4 too'],
])('%j becomes %j', (body, line) => {
  expect(excerpt(body)).toBe(line);
});

test('a long text is cut between characters', () => {
  const cut = excerpt('🌱'.repeat(500));
  expect([...cut]).toHaveLength(241);
  expect(cut.endsWith('🌱…')).toBe(true);
});
