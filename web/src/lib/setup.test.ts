import { expect, test } from 'vitest';
import { setupToken } from './setup.ts';

test.each([
  ['', ''],
  ['#', ''],
  ['#5f2a', '5f2a'],
  ['5f2a', '5f2a'],
  [' http://127.0.0.1:8484/setup#5f2a \n', '5f2a'],
  ['https://ideas.example.org/setup# 5f2a', '5f2a'],
])('setupToken(%j)', (text, want) => expect(setupToken(text)).toBe(want));
