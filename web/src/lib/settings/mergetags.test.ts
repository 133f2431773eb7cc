import { afterEach, expect, test, vi } from 'vitest';
import { mergeTags } from './mergetags.ts';

const tag = { id: 7, name: 'golang', color: null, idea_count: 2, created_at: '2026-03-30T09:41:00.000Z' };
afterEach(() => vi.unstubAllGlobals());

/** A server that has ideas with the tag, and refuses to change some of them. */
function serve(active: number[], archived: number[], refuses: number[] = []) {
  const calls: string[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url);
    const call = `${request.method} ${url.pathname.replace('/api/v1', '')}`;
    if (request.method === 'GET') {
      const list = url.searchParams.get('archived') === 'true' ? archived : active;
      return Response.json({ ideas: list.slice(0, 2).map((number) => ({ number })), has_more: list.length > 2, next_cursor: null });
    }
    if (request.method === 'PATCH') {
      const { ids, add_tags, remove_tags } = (await request.json()) as { ids: number[]; add_tags: string[]; remove_tags: string[] };
      calls.push(`${call} ${ids.join(',')} +${add_tags.join()} -${remove_tags.join()}`);
      const results = ids.map((id) =>
        refuses.includes(id) ? { id, status: 'error', error: 'Idea not found' } : { id, status: 'updated' },
      );
      for (const list of [active, archived]) {
        for (const { id, status } of results) if (status === 'updated' && list.includes(id)) list.splice(list.indexOf(id), 1);
      }
      const updated = results.filter((r) => r.status === 'updated').length;
      return Response.json({ updated, errors: ids.length - updated, results });
    }
    calls.push(call);
    return Response.json({ success: true });
  });
  return calls;
}

test('moves every idea, page by page and archived ones too, before the tag goes', async () => {
  const calls = serve([1, 2, 3], [9]);
  await mergeTags(tag, 'go');
  expect(calls).toEqual([
    'PATCH /ideas/bulk 1,2 +go -golang',
    'PATCH /ideas/bulk 3 +go -golang',
    'PATCH /ideas/bulk 9 +go -golang',
    'DELETE /tags/7',
  ]);
});

test('keeps the tag and ends when an idea cannot be changed', async () => {
  const calls = serve([1, 2], [], [2]);
  await expect(mergeTags(tag, 'go')).rejects.toThrow('Idea not found');
  expect(calls).toEqual(['PATCH /ideas/bulk 1,2 +go -golang']);
});
