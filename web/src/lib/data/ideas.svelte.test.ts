import { untrack } from 'svelte';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Change, Detail, Idea } from '../wire.ts';

vi.mock('./live.ts', async () => {
  const { Live } = await import('../live.ts');
  return { live: new Live({ connect: () => source as unknown as EventSource }) };
});

const source = Object.assign(new EventTarget(), { close() {} });
const { live } = await import('./live.ts');
const { captureIdea, editIdea, editIdeas, readIdea, seenIdea } = await import('./ideas.svelte.ts');
const { IdeaList, ideaList } = await import('./list.svelte.ts');
const { follow } = await import('./ideas.svelte.ts');
live.start();

let server: Map<number, Detail>;
let asked: string[];
let refuse: { status: number; error: string } | null;

function idea(number: number, fields: Partial<Idea> = {}): Detail {
  return {
    id: number,
    number,
    title: `Idea ${number}`,
    body: null,
    status: 'captured',
    source: 'web',
    source_url: null,
    vectorize_id: null,
    tags: [],
    is_archived: 0,
    processing: false,
    parent_id: null,
    version: 1,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    ...fields,
    links: [],
    relations: [],
    history: [],
  };
}

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  asked.push(`${request.method} ${url.pathname.replace('/api/v1', '')}${url.search}`);
  if (refuse) return Response.json({ error: refuse.error }, { status: refuse.status });
  const number = Number(/\/ideas\/(\d+)/.exec(url.pathname)?.[1]);
  if (request.method === 'POST') {
    const made = idea(Math.max(...server.keys()) + 1, (await request.json()) as Partial<Idea>);
    server.set(made.number, made);
    return Response.json(made, { status: 201 });
  }
  if (number) {
    const before = server.get(number);
    if (!before) return Response.json({ error: 'Idea not found' }, { status: 404 });
    if (request.method === 'PATCH') {
      server.set(number, { ...before, ...((await request.json()) as Partial<Idea>), version: before.version + 1 });
    }
    return Response.json(server.get(number));
  }
  const limit = Number(url.searchParams.get('limit'));
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const status = url.searchParams.get('status');
  const all = [...server.values()].filter((i) => !status || i.status === status).sort((a, b) => b.number - a.number);
  const more = all.length > from + limit;
  return Response.json({ ideas: all.slice(from, from + limit), has_more: more, next_cursor: more ? `${from + limit}` : null });
}

function tell(change: Change): void {
  source.dispatchEvent(new MessageEvent('change', { data: JSON.stringify(change) }));
}

const titles = (list: InstanceType<typeof IdeaList>) => list.ideas.map((i) => i.title);
// Numbers are new in every test, because what was seen is kept.
let base = 0;

beforeEach(() => {
  base += 1_000;
  server = new Map([1, 2, 3].map((n) => [base + n, idea(base + n)]));
  asked = [];
  refuse = null;
  vi.stubGlobal('fetch', answer);
});

async function listed(filter = {}) {
  const list = new IdeaList(filter);
  const leave = follow(list);
  await list.load();
  return { list, leave };
}

describe('an edit', () => {
  test('shows at once and then as the server has it', async () => {
    const { list, leave } = await listed();
    const sent = editIdea(base + 2, { title: 'New' });
    expect(titles(list)).toContain('New');
    await sent;
    expect(seenIdea(base + 2)?.version).toBe(2);
    leave();
  });

  test('is taken back when the server refuses it, with the reason', async () => {
    const { list, leave } = await listed();
    refuse = { status: 409, error: 'No.' };
    const sent = editIdea(base + 2, { status: 'shipped' });
    expect(seenIdea(base + 2)?.status).toBe('shipped');
    await expect(sent).rejects.toMatchObject({ status: 409, message: 'No.' });
    expect(seenIdea(base + 2)?.status).toBe('captured');
    expect(list.ideas).toHaveLength(3);
    leave();
  });

  test('sends the version it was made on', async () => {
    let header: string | null = null;
    vi.stubGlobal('fetch', (request: Request) => {
      header = request.headers.get('If-Match');
      return answer(request);
    });
    await editIdea(base + 1, { title: 'x' }, 7);
    expect(header).toBe('"7"');
  });
});

describe('an edit of many', () => {
  test('shows what was done and says what was not', async () => {
    const { list, leave } = await listed();
    const results = [
      { id: base + 1, status: 'updated' },
      { id: base + 2, status: 'error', error: 'An idea has at most 20 tags' },
    ];
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ updated: 1, errors: 1, results })));
    const outcome = await editIdeas([base + 1, base + 2], { status: 'shipped', add_tags: ['new'] });
    expect(outcome).toEqual({ updated: 1, refused: new Map([[base + 2, 'An idea has at most 20 tags']]) });
    expect(list.ideas.map((i) => [i.number - base, i.status, i.tags])).toEqual([
      [3, 'captured', []],
      [2, 'captured', []],
      [1, 'shipped', ['new']],
    ]);
    leave();
  });
});

describe('a list', () => {
  test('loses what no longer belongs and gains what does', async () => {
    const captured = await listed({ status: 'captured' });
    const shipped = await listed({ status: 'shipped' });
    await editIdea(base + 2, { status: 'shipped' });
    expect(titles(captured.list)).toEqual([`Idea ${base + 3}`, `Idea ${base + 1}`]);
    expect(titles(shipped.list)).toEqual([`Idea ${base + 2}`]);
    captured.leave();
    shipped.leave();
  });

  test('shows a capture in its place', async () => {
    const { list, leave } = await listed();
    const made = await captureIdea({ title: 'Fresh' });
    expect(made.source).toBe('web');
    expect(titles(list)[0]).toBe('Fresh');
    leave();
  });

  test('reads page after page', async () => {
    for (let n = 4; n <= 120; n++) server.set(base + n, idea(base + n));
    const { list, leave } = await listed();
    expect([list.ideas.length, list.hasMore]).toEqual([50, true]);
    await list.grow();
    await list.grow();
    expect([list.ideas.length, list.hasMore]).toEqual([120, false]);
    await list.grow();
    expect(asked).toHaveLength(3);
    leave();
  });

  test('leaves to later pages what comes after those that were read', async () => {
    for (let n = 4; n <= 120; n++) server.set(base + n, idea(base + n));
    const { list, leave } = await listed();
    await readIdea(base + 2);
    expect(list.ideas).toHaveLength(50);
    await list.grow();
    await list.grow();
    expect(list.ideas.map((i) => i.number)).toEqual(Array.from({ length: 120 }, (_, i) => base + 120 - i));
    leave();
  });

  test('says why there is nothing, and tries again', async () => {
    refuse = { status: 500, error: 'Broken.' };
    const { list, leave } = await listed();
    expect([list.phase, (list.error as Error).message]).toEqual(['error', 'Broken.']);
    refuse = null;
    await list.load();
    expect([list.phase, list.ideas.length]).toEqual(['ready', 3]);
    leave();
  });

  test('is the same one for the same filter, and true after the page that asked is gone', async () => {
    let first!: InstanceType<typeof IdeaList>;
    // A root stands in for the life of a component.
    const page = $effect.root(() => {
      const list = $derived(ideaList({ tag: `t${base}`, status: undefined }));
      first = untrack(() => list);
    });
    await vi.waitFor(() => expect(first.phase).toBe('ready'));
    page();
    server.set(base + 9, idea(base + 9, { tags: [`t${base}`] }));
    tell({ seq: 1, ideas: [base + 9] });
    await vi.waitFor(() => expect(titles(first)).toEqual([`Idea ${base + 9}`]));
    expect(ideaList({ tag: `t${base}` })).toBe(first);
  });
});

describe('a change from elsewhere', () => {
  test('is read, one idea at a time', async () => {
    const { list, leave } = await listed();
    server.set(base + 1, idea(base + 1, { title: 'Theirs', version: 5 }));
    asked = [];
    tell({ seq: 2, ideas: [base + 1] });
    await vi.waitFor(() => expect(titles(list)).toContain('Theirs'));
    expect(asked.filter((a) => a === `GET /ideas/${base + 1}`)).toHaveLength(1);
    leave();
  });

  test('does not undo what is on its way', async () => {
    const { leave } = await listed();
    asked = [];
    const sent = editIdea(base + 1, { title: 'Mine' });
    tell({ seq: 3, ideas: [base + 1] });
    expect(seenIdea(base + 1)?.title).toBe('Mine');
    await sent;
    expect(asked).toEqual([`PATCH /ideas/${base + 1}`]);
    leave();
  });

  test('of very much makes lists read again', async () => {
    const { list, leave } = await listed();
    server.set(base + 4, idea(base + 4, { title: 'Many' }));
    tell({ seq: 4, all: true });
    await vi.waitFor(() => expect(titles(list)).toContain('Many'));
    leave();
  });
});
