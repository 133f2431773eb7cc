import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Duplicate } from '../wire.ts';
import { Duplicates, undoTime } from './duplicates.svelte.ts';

let asked: string[];
let pairs: Duplicate[];
let status = 200;

const pair = (id: number): Duplicate => ({
  id,
  idea_id: 10 + id,
  duplicate_of_id: id,
  similarity_score: 0.9,
  status: 'pending',
  idea_title: 'Newer',
  duplicate_title: 'Older',
  idea_number: 10 + id,
  duplicate_number: id,
  created_at: '2026-03-30T09:41:00.000Z',
});

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  pairs = [pair(1), pair(2)];
  status = 200;
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname.replace('/api/v1', '');
    if (request.method === 'GET') {
      return path === '/ideas/duplicates' ? Response.json({ duplicates: pairs }) : Response.json({ error: 'Gone.' }, { status: 404 });
    }
    asked.push(`${path} ${await request.text()}`.trim());
    return status === 200 ? Response.json({ success: true }) : Response.json({ error: 'Archived already.' }, { status });
  });
});
afterEach(() => vi.useRealTimers());

const ids = (list: Duplicates) => list.pending.map(({ id }) => id);

async function read() {
  const list = new Duplicates();
  await list.load();
  return list;
}

describe('duplicates', () => {
  test('are sent when nobody takes the decision back', async () => {
    const list = await read();
    list.decide(pairs[0]!, { kind: 'dismiss' });
    expect([ids(list), asked]).toEqual([[2], []]);
    pairs = [pair(2)];
    await vi.advanceTimersByTimeAsync(undoTime);
    expect([ids(list), asked]).toEqual([[2], ['/ideas/duplicates/1/dismiss']]);
    expect(list.undo(1)).toBe(false);
  });

  test('come back, and nothing was sent', async () => {
    const list = await read();
    list.decide(pairs[0]!, { kind: 'merge', keep: 1, absorb: 11 });
    expect(list.undo(1)).toBe(true);
    await vi.advanceTimersByTimeAsync(2 * undoTime);
    expect([ids(list), asked]).toEqual([[1, 2], []]);
  });

  test('are merged into either of the two, at once when the page is left', async () => {
    const list = await read();
    list.decide(pairs[0]!, { kind: 'merge', keep: 1, absorb: 11 });
    list.decide(pairs[1]!, { kind: 'merge', keep: 12, absorb: 2 });
    await list.flush();
    expect(asked.toSorted()).toEqual(['/ideas/12/merge {"absorb_id":2}', '/ideas/duplicates/1/merge']);
  });

  test('come back with the reason when the server refuses', async () => {
    const list = await read();
    const why: string[] = [];
    list.onrefused = (reason) => why.push(reason);
    status = 409;
    list.decide(pairs[0]!, { kind: 'dismiss' });
    await vi.advanceTimersByTimeAsync(undoTime);
    expect([ids(list), why]).toEqual([[1, 2], ['Archived already.']]);
  });
});
