import { describe, expect, it } from 'vitest';
import type { Meaning } from '../wire.ts';
import { priceOf, progressOf, worthTelling } from './progress.ts';

const meaning = (of: Partial<Meaning>): Meaning => ({ model: 'm', version: 1, done: 2, total: 1_200, state: 'paused', estimate: null, ...of });

describe('how far ideas are understood', () => {
  it.each<[Partial<Meaning>, boolean]>([
    [{ state: 'off' }, false],
    [{ state: 'idle', done: 1_200 }, false],
    [{ state: 'running' }, true],
    [{ state: 'running', done: 1_199 }, false],
    [{ state: 'paused', done: 1_200 }, true],
  ])('%j is worth telling: %s', (of, want) => expect(worthTelling(meaning(of))).toBe(want));

  it.each<[Partial<Meaning>, string]>([
    [{ state: 'running' }, '2 of 1,200 ideas understood.'],
    [{}, '2 of 1,200 ideas understood. The others wait.'],
    [{ done: 1, total: 1 }, '1 of 1 idea understood. Imports and changes of the model wait until you resume.'],
  ])('%j', (of, want) => expect(progressOf(meaning(of))).toBe(want));

  it.each<[Meaning['estimate'], string]>([
    [null, ''],
    [{ ideas: 1_198, tokens: 123_456, cost: 1.5 }, 'The 1,198 that are left take about 123K tokens, for about $1.50.'],
    [{ ideas: 2, tokens: 123, cost: 0.0025 }, 'The 2 that are left take about 123 tokens, for less than $0.01.'],
    [{ ideas: 1, tokens: 90, cost: null }, 'The one that is left takes about 90 tokens, at a price that the server does not know.'],
  ])('%j', (estimate, want) => expect(priceOf(meaning({ estimate }))).toBe(want));
});
