// Where a command-line client waits for its key.

export interface Listener {
  /** The host and port, as they are to be shown. */
  host: string;
}

/**
 * Reads the address that a client gave. Null if it leads anywhere but to this
 * computer: the server decides by the same rules, this only says so before
 * anything is asked.
 */
export function readCallback(text: string | null): Listener | null {
  if (!text || /[\s\\\p{Cc}]|[^\x20-\x7e]/u.test(text)) return null;
  // Taken from the text itself: the URL class would tidy up what is odd.
  const [, host, port] = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):(\d{1,5})(?:[/?][^#]*)?$/.exec(text) ?? [];
  if (!host || Number(port) < 1 || Number(port) > 65_535) return null;
  return { host: `${host}:${port}` };
}
