// Ideas in what is written to the agent: "#12".

/** What is typed after a "#" before the cursor, or null. */
export function mentionAt(text: string, cursor: number): { from: number; query: string } | null {
  const before = text.slice(0, cursor);
  // Words may have spaces between them, but then there is little point in going on for long.
  const found = /(?:^|[\s(])#([^\s#][^\n#]{0,40})?$/.exec(before);
  if (!found) return null;
  const query = found[1] ?? '';
  // "#12 and" is a finished one.
  if (/^\d+\W/.test(query) || /\s{2}|[.!?:;)]\s?$/.test(query) || query.split(/\s+/).length > 4) return null;
  return { from: cursor - query.length - 1, query };
}

/** Puts an idea in the place of what was typed. */
export function withMention(text: string, from: number, cursor: number, number: number): { text: string; at: number } {
  const rest = text.slice(cursor);
  const space = /^[\s.,;:!?)]/.test(rest) ? '' : ' ';
  const before = `${text.slice(0, from)}#${number}${space}`;
  return { text: before + rest, at: before.length };
}

/** The numbers of the ideas in a text, each once. */
export function mentioned(text: string): number[] {
  const found = text.matchAll(/(?<![\p{L}\p{N}_/&#])#([1-9]\d{0,8})(?![\p{L}\p{N}_])/gu);
  return [...new Set([...found].map(([, number]) => Number(number)))];
}
