// Times as people say them.

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const long = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** "3 days ago"; within a minute "just now". */
export function ago(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return long.format(Math.trunc(seconds / length), unit);
  }
  return 'just now';
}

/** "3d", for where room is short. */
export function shortAgo(iso: string, now: number): string {
  const seconds = Math.abs(now - Date.parse(iso)) / 1000;
  const units = ['y', 'mo', 'w', 'd', 'h', 'm'];
  for (const [i, [, length]] of steps.entries()) {
    if (seconds >= length) return `${Math.trunc(seconds / length)}${units[i]}`;
  }
  return 'now';
}

/** Date and time in the person's own zone and manner. */
export function exactTime(iso: string): string {
  return exact.format(new Date(iso));
}

class Clock {
  /** Now, to the half minute, in milliseconds. */
  now = $state(Date.now());
  constructor() {
    setInterval(() => (this.now = Date.now()), 30_000);
  }
}

export const clock = new Clock();
