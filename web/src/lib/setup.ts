/**
 * The token of a setup link. Takes what a person may have at hand: the whole
 * link, what is behind its #, or the token alone.
 */
export function setupToken(text: string): string {
  return text.trim().replace(/^[^#]*#/, '').trim();
}
