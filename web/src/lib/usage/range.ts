// A run of days. The server counts a day from midnight to midnight in UTC.

export interface Range {
  /** The first and the last day, both included: YYYY-MM-DD. */
  from: string;
  to: string;
}

const dayLength = 86_400_000;
/** How many days the server adds up at most. */
export const mostDays = 400;

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function addDays(day: string, n: number): string {
  return dayOf(Date.parse(day) + n * dayLength);
}

/** How many days a range has. */
export function length({ from, to }: Range): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayLength) + 1;
}

/** The last n days, today included. */
export function lastDays(n: number, now: number): Range {
  const to = dayOf(now);
  return { from: addDays(to, 1 - n), to };
}

/** Every day of a range. */
export function daysOf(range: Range): string[] {
  return Array.from({ length: Math.max(0, length(range)) }, (_, i) => addDays(range.from, i));
}

function isDay(text: string | null): text is string {
  return text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(Date.parse(text)) === text;
}

/** The range that an address asks for; the last 30 days if it asks for none that makes sense. */
export function rangeOf(query: URLSearchParams, now: number): Range {
  const [from, to] = [query.get('from'), query.get('to')];
  if (isDay(from) && isDay(to) && from <= to && length({ from, to }) <= mostDays) return { from, to };
  return lastDays(30, now);
}

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dayAndYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/** "3 Nov", or with its year. */
export function dayWords(iso: string, year = false): string {
  return (year ? dayAndYear : day).format(new Date(`${iso}T00:00:00Z`));
}
