import { describe, expect, test } from 'vitest';
import { count, counted, money, shortCount, took, tookMicros } from './amounts.ts';

describe('amounts', () => {
  test.each([
    [null, 'unknown'],
    [0, '$0.00'],
    [0.000_412_3, '$0.00041'],
    [0.05, '$0.05'],
    [0.0999, '$0.10'],
    [0.1, '$0.10'],
    [1.234, '$1.23'],
    [12_345.6, '$12,345.60'],
    [-0.5, '-$0.50'],
  ])('money %s is %s', (amount, want) => expect(money(amount)).toBe(want));

  test.each([
    [0.42, '0.4 ms'],
    [85.4, '85 ms'],
    [3_420, '3.4 s'],
    [125_000, '2 min 5 s'],
  ])('%s ms is %s', (ms, want) => expect(took(ms)).toBe(want));

  test('short times, counts', () => {
    expect([tookMicros(740), tookMicros(1_240)]).toEqual(['740 µs', '1.2 ms']);
    expect([count(null), count(1_234_567), shortCount(1_234_567)]).toEqual(['unknown', '1,234,567', '1.23M']);
    expect([counted(1, 'request'), counted(2, 'request')]).toEqual(['1 request', '2 requests']);
  });
});
