// What a chart of usage shows: one bar for each day or week, and its parts.
import type { DayGroup, Group, Total } from '../ai/wire.ts';
import { count, money, shortCount } from '../ai/amounts.ts';
import { daysOf, length, type Range } from './range.ts';

export type Metric = 'cost' | 'tokens' | 'requests';

export const metrics: readonly { value: Metric; label: string }[] = [
  { value: 'cost', label: 'Cost' },
  { value: 'tokens', label: 'Tokens' },
  { value: 'requests', label: 'Requests' },
];

export function valueOf(total: Total, metric: Metric): number {
  switch (metric) {
    case 'cost':
      return total.cost;
    case 'tokens':
      return total.tokens_in + total.tokens_out;
    case 'requests':
      return total.requests;
  }
}

/** A value as people read it. */
export function spell(value: number, metric: Metric): string {
  return metric === 'cost' ? money(value) : count(value);
}

/** A value for an axis. */
export function spellShort(value: number, metric: Metric): string {
  return metric === 'cost' ? money(value) : shortCount(value);
}

export interface Bar {
  /** Its first day. */
  day: string;
  parts: { key: string; value: number }[];
  total: number;
}

/** Longer ranges have a bar for each week, so that a bar can be seen. */
const mostBars = 100;

/** The bars of a range, from its first day; days without a request have one of nothing. */
export function bars(range: Range, days: readonly DayGroup[], metric: Metric): { bars: Bar[]; step: 1 | 7 } {
  const step = length(range) > mostBars ? 7 : 1;
  const known = new Map(days.map((group) => [group.key.slice(0, 10), group]));
  const all: Bar[] = [];
  for (const [i, day] of daysOf(range).entries()) {
    if (i % step === 0) all.push({ day, parts: [], total: 0 });
    const bar = all.at(-1)!;
    const group = known.get(day);
    if (!group) continue;
    bar.total += valueOf(group, metric);
    for (const { key, ...total } of group.by_provider) {
      const value = valueOf(total, metric);
      const part = bar.parts.find((part) => part.key === key);
      if (part) part.value += value;
      else if (value > 0) bar.parts.push({ key, value });
    }
  }
  return { bars: all, step };
}

/** Round marks of an axis from 0 up to at least the greatest value. */
export function ticks(greatest: number, metric: Metric, most = 4): number[] {
  if (greatest <= 0) return [0];
  const rough = greatest / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = power * ([1, 2, 2.5, 5, 10].find((n) => n * power >= rough * (1 - 1e-9)) ?? 10);
  // There is no half of a request.
  if (metric !== 'cost') step = Math.max(1, Math.ceil(step));
  const marks = [];
  for (let i = 0; ; i++) {
    marks.push(Number((i * step).toPrecision(12)));
    if (i * step >= greatest * (1 - 1e-9)) return marks;
  }
}

/** Groups with the greatest first. */
export function ranked(groups: readonly Group[], metric: Metric): Group[] {
  return groups.toSorted((a, b) => valueOf(b, metric) - valueOf(a, metric) || b.requests - a.requests || a.key.localeCompare(b.key));
}
