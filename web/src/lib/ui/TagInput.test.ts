import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { tags } from '../data/tags.svelte.ts';
import TagInput from './TagInput.svelte';

const known = ['svelte', 'sqlite', 'go'].map((name, i) => ({
  id: i + 1,
  name,
  color: null,
  idea_count: 9 - i,
  created_at: '2026-01-01T00:00:00.000Z',
}));

let got: string[];
let field: HTMLInputElement;

beforeEach(async () => {
  vi.stubGlobal('fetch', async () => Response.json({ tags: known }));
  await tags.reload();
  got = ['go'];
  render(TagInput, { value: ['go'], onchange: (value: string[]) => (got = value) });
  field = screen.getByRole('combobox');
});

const type = (value: string) => fireEvent.input(field, { target: { value } });
const press = (key: string) => fireEvent.keyDown(field, { key });
const options = () => screen.queryAllByRole('option').map((o) => o.textContent?.trim());

test('completes from the tags there are', async () => {
  await type('s');
  expect(options()).toEqual(['svelte 9', 'sqlite 8', 's new tag']);
  await press('ArrowDown');
  await press('ArrowDown');
  expect(field.getAttribute('aria-activedescendant')).toBe(screen.getAllByRole('option')[1]!.id);
  await press('Enter');
  expect(got).toEqual(['go', 'sqlite']);
  expect(field.value).toBe('');
});

test.each(['Enter', ','])('makes a new tag with %s', async (key) => {
  await type('Local First');
  await press(key);
  expect(got).toEqual(['go', 'local-first']);
});

test('takes a pasted list', async () => {
  await type('a, b ,');
  expect(got).toEqual(['go', 'a', 'b']);
});

test('removes the last with Backspace in the empty field only', async () => {
  await type('x');
  await press('Backspace');
  expect(got).toEqual(['go']);
  await type('');
  await press('Backspace');
  expect(got).toEqual([]);
});

test('adds nothing twice', async () => {
  await type('GO');
  await press('Enter');
  expect(got).toEqual(['go']);
  expect(screen.getByRole('status').textContent).toBe('go is already there');
});

test('closes its list with Escape and leaves the next Escape to others', async () => {
  await type('s');
  const outer = vi.fn();
  document.addEventListener('keydown', outer);
  await press('Escape');
  expect(field.getAttribute('aria-expanded')).toBe('false');
  expect(outer).not.toHaveBeenCalled();
  await press('Escape');
  expect(outer).toHaveBeenCalledOnce();
  document.removeEventListener('keydown', outer);
});

test('leaves Enter in the empty field to the form', async () => {
  const outer = vi.fn();
  document.addEventListener('keydown', outer);
  await press('Enter');
  expect(outer.mock.calls[0]![0].defaultPrevented).toBe(false);
  document.removeEventListener('keydown', outer);
});
