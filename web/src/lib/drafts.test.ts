import { beforeEach, describe, expect, test, vi } from 'vitest';
import { anyDrafts, forgetDrafts, lastingDrawer, passingDrawer } from './drafts.ts';
import { session } from './session.svelte.ts';
import { lasting } from './storage.ts';
import type { User } from './wire.ts';

const as = (id: string) => session.update({ id } as User);

beforeEach(() => {
  localStorage.clear();
  as('ada');
});

describe('a draft', () => {
  test('is found again by whoever wrote it, and by nobody else', () => {
    expect(lastingDrawer('idea.1').set({ title: 'Mine' })).toBe(true);
    passingDrawer('capture').set('a thought');
    expect([lastingDrawer('idea.1').get(), lastingDrawer('idea.12').get(), passingDrawer('capture').get()]).toEqual([
      { title: 'Mine' },
      undefined,
      'a thought',
    ]);
    as('bob');
    expect([lastingDrawer('idea.1').get(), passingDrawer('capture').get(), anyDrafts()]).toEqual([undefined, undefined, false]);
    forgetDrafts();
    as('ada');
    expect(anyDrafts()).toBe(true);
    forgetDrafts();
    expect([anyDrafts(), lastingDrawer('idea.1').get()]).toEqual([false, undefined]);
  });

  test('of another tab is left to be found, the latest first', () => {
    const drawer = lastingDrawer('idea.1');
    drawer.set('mine');
    lasting.set('draft.ada.idea.1.one', JSON.stringify({ value: 'older', at: 1 }));
    lasting.set('draft.ada.idea.1.two', JSON.stringify({ value: 'newer', at: 2 }));
    lasting.set('draft.ada.idea.12.one', JSON.stringify({ value: 'of another idea', at: 3 }));
    lasting.set('draft.ada.idea.1.bad', 'no JSON');
    expect(drawer.left().map((left) => left.value)).toEqual(['newer', 'older']);
    const [newer] = drawer.left();
    drawer.forget(newer!.name);
    expect(drawer.left().map((left) => left.value)).toEqual(['older']);
    drawer.putBack(newer!);
    expect(drawer.left().map((left) => left.value)).toEqual(['newer', 'older']);
  });

  test('tells when another tab keeps something else', () => {
    const changed = vi.fn();
    const stop = lastingDrawer('idea.1').watch(changed);
    const happens = (key: string | null) => dispatchEvent(new StorageEvent('storage', { key }));
    happens('neuralrepo.draft.ada.idea.1.other');
    happens('neuralrepo.draft.ada.idea.12.other');
    happens(null); // everything was cleared
    expect(changed).toHaveBeenCalledTimes(2);
    stop();
    happens(null);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  test('is found again by the same tab, and by no copy of it', async () => {
    lastingDrawer('idea.1').set('mine');
    const again = async () => {
      vi.resetModules();
      (await import('./session.svelte.ts')).session.update({ id: 'ada' } as User);
      return (await import('./drafts.ts')).lastingDrawer('idea.1');
    };
    const copy = await again();
    expect([copy.get(), copy.left()[0]?.value]).toEqual([undefined, 'mine']);
    copy.set('of the copy');
    dispatchEvent(new Event('pagehide')); // before a reload
    expect((await again()).get()).toBe('of the copy');
  });
});
