import type { Attachment } from 'svelte/attachments';

/** Lets a textarea grow with its text, in browsers that do not by CSS. */
export function autosize(text: () => string): Attachment<HTMLTextAreaElement> {
  return (area) => {
    text(); // again whenever it changes
    if (CSS.supports('field-sizing', 'content')) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
  };
}
