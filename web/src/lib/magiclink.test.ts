import { beforeEach, expect, test } from 'vitest';
import { rememberNext, takeNext } from './magiclink.ts';
import { lasting } from './storage.ts';

beforeEach(() => void lasting.set('magic.next', null));

test('an address is given back once', () => {
  rememberNext('/auth/cli?callback=x', 1000);
  expect(takeNext(2000)).toBe('/auth/cli?callback=x');
  expect(takeNext(2000)).toBeNull();
});

test('an old one is not', () => {
  rememberNext('/map', 0);
  expect(takeNext(20 * 60_000)).toBeNull();
});

test.each(['', '{', 'null', '7', '{"next":1,"at":0}', '{"next":"/map"}'])('what is no address is ignored: %s', (text) => {
  lasting.set('magic.next', text);
  expect(takeNext(0)).toBeNull();
});
