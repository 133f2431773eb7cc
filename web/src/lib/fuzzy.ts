/**
 * How well a text answers what was typed: 0 if its letters are not there in
 * order, more for those at the beginning of words and in a row.
 */
export function fuzzy(typed: string, text: string): number {
  const wanted = typed.toLowerCase().replace(/\s+/g, '');
  const here = text.toLowerCase();
  let score = 1;
  let at = -1;
  for (const letter of wanted) {
    const next = here.indexOf(letter, at + 1);
    if (next < 0) return 0;
    if (next === at + 1) score += 3;
    if (next === 0 || /[\s.\-/]/.test(here[next - 1]!)) score += 4;
    score -= Math.min(next - at - 1, 10) * 0.1;
    at = next;
  }
  return Math.max(score - here.length * 0.01, 0.01);
}
