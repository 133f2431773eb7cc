// What is said of letters: of which days they are, whether they went out, and
// when the next one is due.
import type { LetterBrief, LetterList } from '../wire.ts';

/** A zone that the browser knows, or else its own. */
function zoned(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-GB', options);
  }
}

/** "22 to 29 November 2026", in the zone of the letter. */
export function spanOf({ from, until, timezone }: Pick<LetterBrief, 'from' | 'until' | 'timezone'>): string {
  const parts = (iso: string) => {
    const of = zoned(timezone, { day: 'numeric', month: 'long', year: 'numeric' }).formatToParts(new Date(iso));
    const part = (type: string) => of.find((p) => p.type === type)?.value ?? '';
    return { day: part('day'), month: part('month'), year: part('year') };
  };
  const [a, b] = [parts(from), parts(until)];
  const end = `${b.day} ${b.month} ${b.year}`;
  if (a.year !== b.year) return `${a.day} ${a.month} ${a.year} to ${end}`;
  return a.month === b.month ? `${a.day} to ${end}` : `${a.day} ${a.month} to ${end}`;
}

/** Whether a letter went out by mail; '' if it was not meant to. */
export function mailWords(mail: LetterBrief['mail']): string {
  return { none: '', waiting: 'On its way by mail', sent: 'Sent by mail', failed: 'The mail could not be delivered' }[mail];
}

/** When the next letter comes, in a sentence. */
export function nextWords({ next_at, timezone, mails }: Pick<LetterList, 'next_at' | 'timezone' | 'mails'>): string {
  if (!next_at) return 'The weekly letter is switched off.';
  const when = zoned(timezone, { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' });
  const way = mails ? 'by mail and here' : 'here; this server sends no mail';
  return `The next letter comes on ${when.format(new Date(next_at))} (${timezone.replaceAll('_', ' ')}), ${way}.`;
}

/** The days of a week, as the setting digest_day counts them. */
export const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** "09:00" */
export const hourWords = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/** The zone of this browser. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** Every zone that the browser knows, and those that are given. */
export function zones(...more: string[]): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', ...more.filter(Boolean)])].sort((a, b) => a.localeCompare(b));
}
