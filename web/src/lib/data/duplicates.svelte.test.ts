import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Duplicate } from '../wire.ts';
import { Duplicates } from './duplicates.svelte.ts';

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

const ids = (list: Duplicates) => list.pending.map(({ id }) => id);

async function read() {
  const list = new Duplicates();
  await list.load();
  return list;
}

describe('duplicates', () => {
  test('leave the list at once, and are decided at once', async () => {
    const list = await read();
    list.decide(pairs[0]!, { kind: 'dismiss' });
    expect(ids(list)).toEqual([2]);
    pairs = [pair(2)];
    await vi.waitFor(() => expect(asked).toEqual(['/ideas/duplicates/1/dismiss']));
    expect(ids(list)).toEqual([2]);
  });

  test('come back when the decision is taken back, however it was made', async () => {
    const list = await read();
    list.decide(pairs[0]!, { kind: 'merge', keep: 1, absorb: 11 });
    list.decide(pairs[1]!, { kind: 'merge', keep: 12, absorb: 2 });
    expect(ids(list)).toEqual([]);
    await list.undo(1);
    await list.undo(2);
    expect(asked.toSorted()).toEqual([
      '/ideas/12/merge {"absorb_id":2}',
      '/ideas/12/unmerge {"absorb_id":2}',
      '/ideas/duplicates/1/merge',
      '/ideas/duplicates/1/reopen',
    ]);
    expect(ids(list)).toEqual([1, 2]);
  });

  test('come back with the reason when the server refuses', async () => {
    const list = await read();
    const why: string[] = [];
    list.onrefused = (reason) => why.push(reason);
    status = 409;
    list.decide(pairs[0]!, { kind: 'dismiss' });
    await vi.waitFor(() => expect(why).toEqual(['Archived already.']));
    await vi.waitFor(() => expect(ids(list)).toEqual([1, 2]));
    await list.undo(1);
    expect(asked).toEqual(['/ideas/duplicates/1/dismiss']);
  });

  test('stay decided when the server cannot take it back', async () => {
    const list = await read();
    list.decide(pairs[0]!, { kind: 'merge', keep: 1, absorb: 11 });
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    status = 409;
    pairs = [pair(2)];
    await expect(list.undo(1)).rejects.toThrow('Archived already.');
    expect(ids(list)).toEqual([2]);
  });
});
