import type { ConversationBrief } from './wire.ts';

const month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' });

/** Groups conversations by the day of their last message, in the person's own zone. */
export function byDay(all: readonly ConversationBrief[], now: number): { day: string; all: ConversationBrief[] }[] {
  const groups: { day: string; all: ConversationBrief[] }[] = [];
  for (const brief of all) {
    const day = dayOf(brief.updated_at, now);
    const group = groups.find((g) => g.day === day);
    if (group) group.all.push(brief);
    else groups.push({ day, all: [brief] });
  }
  return groups;
}

function dayOf(iso: string, now: number): string {
  const at = new Date(iso);
  const today = new Date(now);
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  // Rounded, as a day of the clock change has an hour more or less.
  const days = Math.round((midnight(today) - midnight(at)) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days < 7) return 'This week';
  if (days < 30) return 'This month';
  return month.format(at);
}
