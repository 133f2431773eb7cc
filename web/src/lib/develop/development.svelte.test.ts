import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Spec } from '../ai/wire.ts';
import { Development } from './development.svelte.ts';

let specs: Map<number, Spec>;
let asked: { method: string; path: string; body: unknown; accept: string | null }[];
/** What the server does when it is asked to write: it gets how to send and how to end. */
let write: (to: Stream, request: Record<string, unknown>) => void;

interface Stream {
  send(event: string, data: unknown): void;
  end(): void;
  break(): void;
  /** Runs when whoever asked hangs up. */
  onhangup: () => void;
}

function spec(version: number, body: string, complete = true): Spec {
  return {
    idea_id: 7,
    version,
    body,
    complete,
    restored_from: null,
    instructions: null,
    receipt: {
      provider: 'anthropic',
      model: 'claude-sonnet-4-20250514',
      key_last4: 'wxyz',
      tokens_in: 1,
      tokens_cached: 0,
      tokens_out: 1,
      cost: null,
      prices_of: '2026-11-23',
      cache_hit: false,
      retries: 0,
      overhead_us: 100,
      duration_ms: 1000,
      trimmed: [],
    },
    created_at: '2026-11-26T08:00:00Z',
    updated_at: '2026-11-26T08:00:00Z',
  };
}

async function answer(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.replace('/api/v1/ideas/7', '');
  const body: unknown = request.method === 'POST' ? await request.text().then((text) => text && JSON.parse(text)) : undefined;
  asked.push({ method: request.method, path, body, accept: request.headers.get('Accept') });
  const version = Number(/\/specs\/(\d+)/.exec(path)?.[1]);
  if (path === '/develop') {
    if (refuse) return Response.json({ error: refuse.error }, { status: refuse.status });
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        const to: Stream = {
          send: (event, data) =>
            controller.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)),
          end: () => controller.close(),
          break: () => controller.error(new TypeError('network error')),
          onhangup: () => {},
        };
        request.signal.addEventListener('abort', () => {
          to.onhangup();
          controller.error(new DOMException('given up', 'AbortError'));
        });
        write(to, body as Record<string, unknown>);
      },
    });
    return new Response(stream, { headers: { 'Content-Type': 'text/event-stream' } });
  }
  if (path === '/specs') {
    const heads = [...specs.values()].toReversed().map(({ body: _, ...head }) => head);
    return Response.json({ specs: heads });
  }
  const found = specs.get(version);
  if (!found) return Response.json({ error: 'There is no such version' }, { status: 404 });
  if (!path.endsWith('/restore')) return Response.json(found);
  const made = { ...found, version: specs.size + 1, restored_from: version };
  specs.set(made.version, made);
  return Response.json(made, { status: 201 });
}

let refuse: { status: number; error: string } | null;

beforeEach(() => {
  specs = new Map();
  asked = [];
  refuse = null;
  vi.stubGlobal('fetch', answer);
});

const start = { version: 1, provider: 'anthropic', model: 'claude-sonnet-4-20250514' };

describe('writing', () => {
  test('a text arrives piece by piece and is shown whole', async () => {
    const dev = new Development(7);
    await dev.load();
    expect(dev.specs).toEqual([]);
    const seen: string[] = [];
    write = (to) => {
      to.send('start', start);
      to.send('text', { text: '# A' });
      to.send('text', { text: ' spec' });
      specs.set(1, spec(1, '# A spec'));
      to.send('done', spec(1, '# A spec'));
      to.end();
    };
    const writing = dev.write({ instructions: 'short', provider: 'anthropic' });
    seen.push(String(dev.writing?.provider));
    expect(await writing).toBe(true);
    expect(seen).toEqual(['anthropic']);
    expect(dev.shown?.body).toBe('# A spec');
    expect(dev.writing).toBeNull();
    expect(dev.problem).toBe('');
    expect(asked.find((call) => call.path === '/develop')).toMatchObject({
      body: { instructions: 'short', provider: 'anthropic' },
      accept: 'text/event-stream',
    });
  });

  test('stopping keeps what arrived, marked as incomplete, even before the server has put it away', async () => {
    const dev = new Development(7);
    let hungUp = false;
    write = (to) => {
      to.send('start', start);
      to.send('text', { text: 'half a ' });
      specs.set(1, spec(1, 'half', false)); // it is behind
      to.onhangup = () => (hungUp = true);
    };
    const writing = dev.write({});
    await vi.waitFor(() => expect(dev.text).toBe('half a '));
    dev.stop();
    expect(await writing).toBe(false);
    expect(hungUp).toBe(true);
    expect(dev.shown).toMatchObject({ version: 1, body: 'half a ', complete: false });
    expect(dev.problem).toBe('');
  });

  test('resuming goes on with what the server has', async () => {
    specs.set(1, spec(1, 'half a text that ', false));
    const dev = new Development(7);
    await dev.load();
    let before = '';
    write = (to, request) => {
      expect(request).toEqual({ resume: 1 });
      before = dev.text;
      to.send('start', start);
      to.send('text', { text: 'is whole' });
      specs.set(1, spec(1, 'half a text that is whole'));
      to.send('done', specs.get(1));
      to.end();
    };
    expect(await dev.write({ resume: 1 })).toBe(true);
    expect(before).toBe('half a text that ');
    expect(dev.text).toBe('half a text that is whole');
    expect(dev.shown).toMatchObject({ complete: true, body: 'half a text that is whole' });
  });

  test('an error of the provider says why, and what arrived is kept', async () => {
    const dev = new Development(7);
    write = (to) => {
      to.send('start', start);
      to.send('text', { text: 'half' });
      specs.set(1, spec(1, 'half', false));
      to.send('error', { error: 'Anthropic has a fault on its side. Try again later.', version: 1 });
      to.end();
    };
    expect(await dev.write({})).toBe(false);
    expect(dev.problem).toBe('Anthropic has a fault on its side. Try again later.');
    expect(dev.shown).toMatchObject({ version: 1, body: 'half', complete: false });
  });

  test.each([
    ['ends early', (to: Stream) => to.end()],
    ['breaks', (to: Stream) => to.break()],
  ])('a connection that %s says so, and what arrived is kept', async (_, end) => {
    const dev = new Development(7);
    write = (to) => {
      to.send('start', start);
      to.send('text', { text: 'half' });
      specs.set(1, spec(1, 'half', false));
      // In its own turn, or the stream drops what is still in it.
      setTimeout(() => end(to));
    };
    expect(await dev.write({})).toBe(false);
    expect(dev.problem).toBe('The connection broke off before the text was complete.');
    expect(dev.shown).toMatchObject({ version: 1, body: 'half', complete: false });
  });

  test('a refusal is told in the words of the server', async () => {
    specs.set(1, spec(1, 'old'));
    refuse = { status: 403, error: 'This needs an AI key of your own: add one under Settings, AI providers' };
    const dev = new Development(7);
    await dev.load();
    expect(await dev.write({})).toBe(false);
    expect(dev.problem).toBe(refuse.error);
    expect(dev.shown?.body).toBe('old');
    expect(dev.writing).toBeNull();
  });
});

test('a version stays chosen while others come, and a restored one is shown', async () => {
  specs.set(1, spec(1, 'one'));
  specs.set(2, spec(2, 'two'));
  const dev = new Development(7);
  await dev.load();
  expect(dev.shown?.body).toBe('two');
  await dev.choose(1);
  specs.set(3, spec(3, 'three'));
  await dev.load();
  expect(dev.shown?.body).toBe('one');
  expect(await dev.restore(1)).toMatchObject({ version: 4, restored_from: 1 });
  expect(dev.shown?.version).toBe(4);
  expect(dev.specs?.map((head) => head.version)).toEqual([4, 3, 2, 1]);
});
