// JSON that is still being written, as far as it can be read.

/**
 * Reads the beginning of a JSON text: what is open is closed, and a key
 * without its value, a number or word that may go on, is left out. Undefined
 * if nothing can be told yet.
 */
export function readPartial(text: string): unknown {
  const closers: string[] = [];
  let inString = false;
  let escaped = false;
  /** Up to where everything is whole, and how to close it there. */
  let good = -1;
  let ends = '';
  const whole = (at: number) => {
    good = at;
    ends = closers.toReversed().join('');
  };
  /** Whether the string that is read is the key of an object. */
  let key = false;
  let expectsKey = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (inString) {
      if (escaped) escaped = false;
      else if (c === '\\') escaped = true;
      else if (c === '"') {
        inString = false;
        if (!key) whole(i + 1);
      }
      continue;
    }
    switch (c) {
      case '"':
        inString = true;
        key = closers.at(-1) === '}' && expectsKey;
        expectsKey = false;
        break;
      case '{':
      case '[':
        closers.push(c === '{' ? '}' : ']');
        expectsKey = c === '{';
        whole(i + 1);
        break;
      case '}':
      case ']':
        if (closers.pop() !== c) return undefined;
        expectsKey = false;
        whole(i + 1);
        break;
      case ',':
        whole(i);
        expectsKey = closers.at(-1) === '}';
        break;
    }
  }
  // A text that is being written may be shown as far as it goes.
  if (inString && !key) {
    const open = text.replace(/\\(?:u[\da-fA-F]{0,3})?$/, '');
    const all = parse(`${open}"${closers.toReversed().join('')}`);
    if (all !== undefined) return all;
  }
  return parse(text) ?? (good < 0 ? undefined : parse(text.slice(0, good) + ends));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
