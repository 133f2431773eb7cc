import { describe, expect, test } from 'vitest';
import type { DayGroup, Group, Total } from '../ai/wire.ts';
import { daysOf, lastDays, length, rangeOf } from './range.ts';
import { bars, ranked, ticks } from './series.ts';

const nothing: Total = {
  requests: 0,
  failed: 0,
  cache_hits: 0,
  tokens_in: 0,
  tokens_cached: 0,
  tokens_out: 0,
  cost: 0,
  unpriced: 0,
};
const group = (key: string, fields: Partial<Total>): Group => ({ ...nothing, key, ...fields });

describe('a range', () => {
  const now = Date.parse('2026-11-26T23:30:00Z');

  test('counts both its ends, over months and leap days', () => {
    expect(lastDays(30, now)).toEqual({ from: '2026-10-28', to: '2026-11-26' });
    expect(daysOf({ from: '2028-02-28', to: '2028-03-01' })).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
    expect(length({ from: '2026-03-01', to: '2026-03-31' })).toBe(31);
  });

  test.each([
    ['from=2026-11-01&to=2026-11-02', { from: '2026-11-01', to: '2026-11-02' }],
    ['', lastDays(30, now)],
    ['from=2026-11-02&to=2026-11-01', lastDays(30, now)],
    ['from=2026-02-30&to=2026-03-02', lastDays(30, now)],
    ['from=yesterday&to=today', lastDays(30, now)],
    ['from=2020-01-01&to=2026-11-01', lastDays(30, now)],
  ])('an address with %j', (query, want) => expect(rangeOf(new URLSearchParams(query), now)).toEqual(want));
});

describe('bars', () => {
  const days: DayGroup[] = [
    {
      ...group('2026-11-02', { cost: 3, requests: 5 }),
      by_provider: [group('anthropic', { cost: 2, requests: 1 }), group('openai', { cost: 1, requests: 4 })],
    },
    { ...group('2026-11-04', { cost: 1 }), by_provider: [group('anthropic', { cost: 1 }), group('openai', {})] },
  ];

  test('a day without requests has an empty one, and nothing is no part', () => {
    const { bars: got, step } = bars({ from: '2026-11-01', to: '2026-11-04' }, days, 'cost');
    expect(step).toBe(1);
    expect(got.map((bar) => [bar.day, bar.total, bar.parts.map((part) => `${part.key} ${part.value}`)])).toEqual([
      ['2026-11-01', 0, []],
      ['2026-11-02', 3, ['anthropic 2', 'openai 1']],
      ['2026-11-03', 0, []],
      ['2026-11-04', 1, ['anthropic 1']],
    ]);
  });

  test('a long range has a bar for each week', () => {
    const { bars: got, step } = bars({ from: '2026-07-02', to: '2026-11-07' }, days, 'cost');
    expect(step).toBe(7);
    expect(got).toHaveLength(19);
    expect(got.at(-2)).toEqual({
      day: '2026-10-29',
      total: 4,
      parts: [
        { key: 'anthropic', value: 3 },
        { key: 'openai', value: 1 },
      ],
    });
  });
});

test.each<[number, 'cost' | 'tokens' | 'requests', number[]]>([
  [0, 'cost', [0]],
  [0.07, 'cost', [0, 0.02, 0.04, 0.06, 0.08]],
  [1, 'requests', [0, 1]],
  [3, 'requests', [0, 1, 2, 3]],
  [10, 'requests', [0, 3, 6, 9, 12]],
  [48_000, 'tokens', [0, 20_000, 40_000, 60_000]],
  [40, 'cost', [0, 10, 20, 30, 40]],
])('the marks up to %s (%s)', (greatest, metric, want) => expect(ticks(greatest, metric)).toEqual(want));

test('the greatest come first', () => {
  const groups = [group('a', { cost: 1, requests: 9 }), group('b', { cost: 2 }), group('c', { cost: 1, requests: 10 })];
  expect(ranked(groups, 'cost').map((g) => g.key)).toEqual(['b', 'c', 'a']);
});
