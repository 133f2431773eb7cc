// Server-sent events from an answer to any call. The browser's EventSource
// can only GET.

export interface ServerEvent {
  event: string;
  data: string;
}

/** Reads the events of a stream as they arrive. Leaving the loop gives the stream up. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let event = '';
  let data: string[] = [];
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      // A lone CR at the end may be the first half of a CRLF.
      for (let found; (found = /\r\n|\n|\r(?!$)/.exec(rest)); ) {
        const line = rest.slice(0, found.index);
        rest = rest.slice(found.index + found[0].length);
        if (line === '') {
          if (data.length) yield { event: event || 'message', data: data.join('\n') };
          event = '';
          data = [];
          continue;
        }
        const [, name, content = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
        if (name === 'event') event = content;
        else if (name === 'data') data.push(content);
      }
      if (done) {
        ended = true;
        return; // what has no empty line behind it was cut off
      }
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => {});
  }
}
