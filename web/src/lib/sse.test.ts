import { describe, expect, test } from 'vitest';
import { readEvents, type ServerEvent } from './sse.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function streamOf(chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function all(chunks: Uint8Array[]): Promise<ServerEvent[]> {
  const events = [];
  for await (const event of readEvents(streamOf(chunks))) events.push(event);
  return events;
}

const wire = ': hello\n\nevent: text\ndata: {"text":"é 🐝"}\n\nevent:done\r\ndata:one\r\ndata: two\r\nid: 7\r\n\r\ndata: bare\r\rdata: cut off';
const want: ServerEvent[] = [
  { event: 'text', data: '{"text":"é 🐝"}' },
  { event: 'done', data: 'one\ntwo' },
  { event: 'message', data: 'bare' },
];

describe('events of a stream', () => {
  test('in one piece', async () => expect(await all([bytes(wire)])).toEqual(want));

  test('byte by byte, over letters and line ends', async () => {
    expect(await all([...bytes(wire)].map((byte) => new Uint8Array([byte])))).toEqual(want);
  });

  test('cut into two at every place', async () => {
    const whole = bytes(wire);
    for (let at = 0; at <= whole.length; at++) {
      expect(await all([whole.slice(0, at), whole.slice(at)]), `cut at ${at}`).toEqual(want);
    }
  });

  test('whoever leaves gives the stream up', async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes('data: 1\n\ndata: 2\n\n')),
      cancel: () => void (cancelled = true),
    });
    for await (const event of readEvents(stream)) {
      expect(event.data).toBe('1');
      break;
    }
    expect(cancelled).toBe(true);
  });

  test('a connection that breaks throws', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes('data: 1\n\n')),
      pull: (controller) => controller.error(new TypeError('network error')),
    });
    const seen: string[] = [];
    await expect(async () => {
      for await (const event of readEvents(stream)) seen.push(event.data);
    }).rejects.toThrow('network error');
    expect(seen).toEqual(['1']);
  });
});
