/** Puts an open popover below its button, or above where there is more room. */
export function place(popover: HTMLElement, button: HTMLElement, align: 'start' | 'end'): void {
  const margin = 8;
  const gap = 4;
  const from = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = innerHeight - from.bottom - margin;
  const up = below < height && from.top > below;
  const left = align === 'start' ? from.left : from.right - width;
  const top = up ? from.top - height - gap : Math.min(from.bottom + gap, innerHeight - height - margin);
  popover.style.left = `${Math.max(margin, Math.min(left, innerWidth - width - margin))}px`;
  popover.style.top = `${Math.max(margin, top)}px`;
}
