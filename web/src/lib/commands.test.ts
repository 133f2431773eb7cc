import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands, type Command } from './commands.svelte.ts';

let ran: string[];
let end: (() => void)[];

const command = (keys: string, id = keys): Command => ({
  id,
  title: id,
  group: 'Help',
  keys,
  run: () => ran.push(id),
});

beforeEach(() => {
  ran = [];
  end = [commands.start(), commands.register(['c', '?', '/', 'g i', 'g b', 'mod+k'].map((keys) => command(keys)))];
});
afterEach(() => {
  for (const stop of end) stop();
  document.body.replaceChildren();
  commands.singleKeys = true;
});

function press(key: string, init: KeyboardEventInit = {}, target: EventTarget = document.body): boolean {
  const e = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, composed: true, ...init });
  target.dispatchEvent(e);
  return e.defaultPrevented;
}

describe('shortcuts', () => {
  test('run by one key, by two in a row, and with Ctrl or Command', () => {
    expect(press('c')).toBe(true);
    press('?', { shiftKey: true });
    press('g');
    press('b');
    press('k', { ctrlKey: true });
    press('k', { metaKey: true });
    expect(ran).toEqual(['c', '?', 'g b', 'mod+k', 'mod+k']);
  });

  test('forget the first of two keys when another follows', () => {
    press('g');
    press('x');
    press('b');
    expect(ran).toEqual([]);
  });

  test.each<[string, KeyboardEventInit]>([
    ['Ctrl', { ctrlKey: true }],
    ['Command', { metaKey: true }],
    ['Alt', { altKey: true }],
    ['composing', { isComposing: true }],
    ['repeating', { repeat: true }],
  ])('of one key do not run with %s', (_, init) => {
    press('c', init);
    expect(ran).toEqual([]);
  });

  test.each([
    '<input>',
    '<input type="search">',
    '<textarea></textarea>',
    '<select></select>',
    '<div role="textbox" tabindex="0"></div>',
    '<div role="combobox" tabindex="0"></div>',
    '<div role="menu"><button role="menuitem"></button></div>',
  ])('of one key do not run while typing in %s, those with Ctrl do', (html) => {
    document.body.innerHTML = html;
    const field = document.body.querySelector<HTMLElement>('input, textarea, select, [tabindex], button')!;
    press('c', {}, field);
    press('/', {}, field);
    expect(ran).toEqual([]);
    press('k', { ctrlKey: true }, field);
    expect(ran).toEqual(['mod+k']);
  });

  test('run on a checkbox, which takes no letters', () => {
    document.body.innerHTML = '<input type="checkbox">';
    press('c', {}, document.body.firstElementChild!);
    expect(ran).toEqual(['c']);
  });

  test('of one key do not run below an open dialog', () => {
    document.body.innerHTML = '<dialog open></dialog>';
    press('c');
    expect(ran).toEqual([]);
  });

  test('leave alone what something else has handled', () => {
    document.body.addEventListener('keydown', (e) => e.preventDefault(), { once: true });
    press('c');
    expect(ran).toEqual([]);
  });

  test('of one key can be switched off', () => {
    commands.singleKeys = false;
    press('c');
    press('k', { ctrlKey: true });
    expect(ran).toEqual(['mod+k']);
  });

  test('of a page come before those of the app and end with it', () => {
    const leave = commands.register([command('c', 'page')]);
    press('c');
    leave();
    press('c');
    expect(ran).toEqual(['page', 'c']);
  });
});
