// Amounts as people read them.

const cents = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const small = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumSignificantDigits: 2,
});
const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** US dollars; below ten cents with the digits that matter. Null is not known, which is not nothing. */
export function money(dollars: number | null): string {
  if (dollars === null) return 'unknown';
  if (dollars !== 0 && Math.abs(dollars) < 0.0995) return small.format(dollars);
  return cents.format(dollars);
}

/** A count with its thousands set apart. */
export function count(n: number | null): string {
  return n === null ? 'unknown' : whole.format(n);
}

/** A count for where room is short: 1.2M. */
export function shortCount(n: number): string {
  return compact.format(n);
}

/** "1 request", "2 requests". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A time that something took, from milliseconds: "85 ms", "3.4 s", "2 min 5 s". */
export function took(ms: number): string {
  if (ms < 1_000) return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A short time, from microseconds: "740 µs", "1.2 ms". */
export function tookMicros(us: number): string {
  return us < 1_000 ? `${Math.round(us)} µs` : took(us / 1_000);
}
