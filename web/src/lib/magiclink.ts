// Where to go on after signing in by a link. The link is opened in another
// tab, so the address waits in the browser; it does not travel in the mail,
// where somebody else could have chosen it.
import { lasting } from './storage.ts';

/** How long a link can be used, and a little more. */
const life = 20 * 60_000;

/** Keeps an address for whoever opens the link, in milliseconds since 1970. */
export function rememberNext(next: string, now: number): void {
  lasting.set('magic.next', JSON.stringify({ next, at: now }));
}

/** Takes the address back; null if there is none, or only an old one. */
export function takeNext(now: number): string | null {
  const text = lasting.get('magic.next');
  lasting.set('magic.next', null);
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('next' in kept) || !('at' in kept)) return null;
    const { next, at } = kept;
    return typeof next === 'string' && typeof at === 'number' && now - at >= 0 && now - at < life ? next : null;
  } catch {
    return null;
  }
}
