/**
 * Copies a text. Says whether it did: a browser may forbid it, and over plain
 * http from another machine it has only the old way of doing it.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const had = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr-only';
  // Nothing outside of an open dialog can be selected.
  (had?.closest('dialog') ?? document.body).append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    if (had instanceof HTMLElement) had.focus();
  }
}
