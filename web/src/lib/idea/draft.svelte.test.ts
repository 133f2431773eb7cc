import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Detail } from '../wire.ts';
import { lasting } from '../storage.ts';
import { Draft } from './draft.svelte.ts';

let server: Detail;
let answers: (request: Request) => Promise<Response> | undefined;
let number = 0;

beforeEach(() => {
  number++; // what was seen is kept
  localStorage.clear();
  server = { number, title: 'Roof', body: 'one\ntwo\nthree', version: 1, status: 'captured', tags: [] } as unknown as Detail;
  answers = () => undefined;
  vi.stubGlobal('fetch', async (request: Request) => {
    const special = answers(request);
    if (special) return special;
    if (request.method === 'PATCH') {
      if (request.headers.get('If-Match') !== `"${server.version}"`) return Response.json({ error: 'Changed elsewhere' }, { status: 412 });
      change((await request.json()) as Partial<Detail>);
    }
    return Response.json(server);
  });
});

function change(fields: Partial<Detail>): void {
  server = { ...server, ...fields, version: server.version + 1 };
}

function begun(): Draft {
  const draft = new Draft(number);
  draft.begin(server);
  return draft;
}

describe('a text that is worked on', () => {
  test('is saved with the version it was begun on', async () => {
    const draft = begun();
    draft.editing = true;
    draft.body = 'new';
    expect(draft.dirty).toBe(true);
    expect(await draft.save()).toBe('saved');
    expect([server.body, server.title, draft.dirty, draft.editing, draft.base.version]).toEqual(['new', 'Roof', false, false, 2]);
  });

  test('follows the idea while nobody works on it, and only then', () => {
    const draft = begun();
    change({ body: 'theirs' });
    draft.follow(server);
    expect(draft.body).toBe('theirs');
    draft.editing = true;
    change({ body: 'theirs again' });
    draft.follow(server);
    expect([draft.body, draft.theirs?.body]).toEqual(['theirs', 'theirs again']);
  });

  test('takes no notice of a change that is not about the text', async () => {
    const draft = begun();
    draft.body = 'mine';
    change({ tags: ['new'] });
    draft.follow(server);
    expect(draft.theirs).toBeNull();
    expect(await draft.save()).toBe('saved');
    expect(server).toMatchObject({ body: 'mine', tags: ['new'] });
  });

  test('stays when it cannot be saved, and says why', async () => {
    const draft = begun();
    draft.editing = true;
    draft.body = 'mine';
    answers = () => Promise.reject(new TypeError('Failed to fetch'));
    expect(await draft.save()).toBe('failed');
    draft.follow(server);
    expect([draft.body, draft.editing, draft.saving]).toEqual(['mine', true, false]);
    expect(draft.problem).toContain('does not answer');
    answers = () => undefined;
    expect(await draft.save()).toBe('saved');
    expect(draft.problem).toBe('');
  });

  test('is found again in the same tab', () => {
    const draft = begun();
    draft.title = 'Roof garden';
    draft.body = 'mine';
    draft.keep();
    change({ body: 'theirs' });
    const again = begun();
    expect([again.title, again.body, again.restored, again.editing, again.theirs?.body]).toEqual(['Roof garden', 'mine', true, true, 'theirs']);
    again.discard();
    again.keep();
    expect([begun().body, begun().restored]).toEqual(['theirs', false]);
  });

  test('is offered where another tab keeps it, and goes on there', () => {
    const kept = { mine: { title: 'Roof', body: 'from the other tab' }, base: { title: 'Roof', body: 'one\ntwo\nthree', version: 1 } };
    lasting.set(`draft..idea.${number}.other`, JSON.stringify({ value: kept, at: 1 }));
    const draft = begun();
    expect([draft.body, draft.left?.value.mine.body]).toEqual(['one\ntwo\nthree', 'from the other tab']);
    draft.takeLeft(server);
    expect([draft.body, draft.dirty, draft.editing, draft.left]).toEqual(['from the other tab', true, true, null]);
    expect(begun().body).toBe('from the other tab');
    draft.discard();
    draft.keep();
    expect(lasting.names('draft.')).toEqual([]);
  });

  test('is offered by others only for as long as it says something else', () => {
    const kept = { mine: { title: 'Roof', body: 'new' }, base: { title: 'Roof', body: 'one\ntwo\nthree', version: 1 } };
    lasting.set(`draft..idea.${number}.other`, JSON.stringify({ value: kept, at: 1 }));
    expect(begun().left).not.toBeNull();
    change({ body: 'new' });
    expect(begun().left).toBeNull();
    expect(lasting.names('draft.')).toEqual([]);
  });

  test('that was kept and is no text at all is forgotten', () => {
    const mine = begun();
    mine.body = 'mine';
    mine.keep();
    lasting.set(lasting.names(`draft..idea.${number}.`)[0]!, '{"value":{"mine":{}},"at":1}');
    expect(begun().title).toBe('Roof');
  });

  test('is not sent when the server would refuse it', async () => {
    const draft = begun();
    draft.title = '  ';
    expect(await draft.save()).toBe('failed');
    expect(draft.problem).toBe('An idea needs a title.');
    draft.title = 'x'.repeat(201);
    expect(await draft.save()).toBe('failed');
    expect(server.version).toBe(1);
  });

  test('can be taken up again after it was thrown away', () => {
    const draft = begun();
    draft.body = 'mine';
    const thrown = draft.discard();
    expect([draft.body, draft.dirty]).toEqual(['one\ntwo\nthree', false]);
    draft.takeUp(thrown);
    expect([draft.body, draft.dirty, draft.editing]).toEqual(['mine', true, true]);
  });
});

describe('two people', () => {
  test('who changed different lines lose nothing', async () => {
    const draft = begun();
    draft.body = 'ONE\ntwo\nthree';
    change({ body: 'one\ntwo\nthree\nfour', title: 'Roof garden' });
    expect(await draft.save()).toBe('merged');
    expect(server).toMatchObject({ body: 'ONE\ntwo\nthree\nfour', title: 'Roof garden' });
  });

  test('of whom one has heard of the other lose nothing either', async () => {
    const draft = begun();
    draft.body = 'ONE\ntwo\nthree';
    change({ body: 'one\ntwo\nthree\nfour' });
    draft.follow(server);
    expect(draft.theirs).not.toBeNull();
    expect(await draft.save()).toBe('merged');
    expect(server.body).toBe('ONE\ntwo\nthree\nfour');
    draft.editing = true;
    draft.body = 'MINE\ntwo\nthree\nfour';
    change({ body: 'THEIRS\ntwo\nthree\nfour' });
    draft.follow(server);
    expect(await draft.save()).toBe('conflict');
    expect(server.body).toBe('THEIRS\ntwo\nthree\nfour');
  });

  test('who changed the same line are asked', async () => {
    const draft = begun();
    draft.body = 'one\nmine\nthree';
    change({ body: 'one\ntheirs\nthree' });
    expect(await draft.save()).toBe('conflict');
    expect(server.body).toBe('one\ntheirs\nthree');
    expect([draft.body, draft.theirs?.body]).toEqual(['one\nmine\nthree', 'one\ntheirs\nthree']);
    expect(draft.together()).toEqual({ title: 'Roof', body: 'one\nmine\ntheirs\nthree', clash: true });
  });

  test('who both changed the title are asked', async () => {
    const draft = begun();
    draft.title = 'Mine';
    change({ title: 'Theirs' });
    expect(await draft.save()).toBe('conflict');
  });

  test.each([
    ['mine is kept', 'one\nmine\nthree'],
    ['both are kept', 'one\nmine\ntheirs\nthree'],
  ])('decide: %s', async (_, body) => {
    const draft = begun();
    draft.body = 'one\nmine\nthree';
    change({ body: 'one\ntheirs\nthree' });
    await draft.save();
    expect(await draft.saveOver({ title: 'Roof', body })).toBe('saved');
    expect([server.body, server.version, draft.theirs, draft.dirty]).toEqual([body, 3, null, false]);
  });

  test('decide: theirs is taken, and mine can come back', async () => {
    const draft = begun();
    draft.body = 'mine';
    change({ body: 'theirs' });
    await draft.save();
    const mine = draft.discard();
    expect([draft.body, draft.dirty]).toEqual(['theirs', false]);
    draft.takeUp(mine);
    expect(await draft.save()).toBe('saved');
    expect(server.body).toBe('mine');
  });

  test('who wrote the same agree', () => {
    const draft = begun();
    draft.body = 'same';
    change({ body: 'same' });
    draft.follow(server);
    expect([draft.dirty, draft.theirs]).toEqual([false, null]);
  });
});
