import { describe, expect, test } from 'vitest';
import { Shelf } from './storage.ts';

describe('what is kept', () => {
  test('is found by its name and by how its name begins', () => {
    localStorage.clear();
    localStorage.setItem('of something else', '1');
    const shelf = new Shelf(() => localStorage);
    expect(shelf.set('a.one', '1')).toBe(true);
    shelf.set('a.two', '2');
    shelf.set('b', '3');
    expect(shelf.names('a.').toSorted()).toEqual(['a.one', 'a.two']);
    shelf.set('a.one', null);
    expect([shelf.get('a.one'), shelf.get('a.two'), shelf.names('a.')]).toEqual([null, '2', ['a.two']]);
  });

  test('lasts with the page where the browser keeps nothing', () => {
    const shelf = new Shelf(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    expect(shelf.get('a')).toBeNull();
    expect(shelf.set('a', '1')).toBe(false);
    expect([shelf.get('a'), shelf.names('')]).toEqual(['1', ['a']]);
    shelf.set('a', null);
    expect([shelf.get('a'), shelf.names('')]).toEqual([null, []]);
  });
});
