// What is said of how far ideas have been understood.
import { counted, count, money, shortCount } from '../ai/amounts.ts';
import type { Meaning } from '../wire.ts';

/** Whether there is anything to say: one idea that was just captured is not. */
export function worthTelling({ state, done, total }: Meaning): boolean {
  return state === 'paused' || (state === 'running' && total - done > 1);
}

/** What goes on, in a sentence. */
export function progressOf({ state, done, total }: Meaning): string {
  const far = `${count(done)} of ${counted(total, 'idea')} understood`;
  if (state !== 'paused') return `${far}.`;
  return done < total ? `${far}. The others wait.` : `${far}. Imports and changes of the model wait until you resume.`;
}

/** What the rest takes, in a sentence; '' if it costs nothing. */
export function priceOf({ estimate }: Meaning): string {
  if (!estimate) return '';
  const { ideas, tokens, cost } = estimate;
  const price =
    cost === null ? 'at a price that the server does not know' : cost < 0.01 ? 'for less than $0.01' : `for about ${money(cost)}`;
  return `${ideas === 1 ? 'The one that is left takes' : `The ${count(ideas)} that are left take`} about ${shortCount(tokens)} tokens, ${price}.`;
}
