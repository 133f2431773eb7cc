// What works on every page: quick capture, the palette, the shortcuts, and
// leaving.
import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, inBothThemes, shot, test } from './test.ts';

const capture = (page: Page): Locator => page.getByRole('dialog', { name: 'Capture an idea' });
const palette = (page: Page): Locator => page.getByRole('dialog', { name: 'Search and commands' });
const field = (page: Page): Locator => palette(page).getByRole('combobox');
const message = (page: Page): Locator => page.getByRole('region', { name: 'Messages' });

/** The headings by which the pages are known. */
const places = { '/ideas': 'Ideas', '/board': 'Board', '/map': 'Map', '/settings': 'Profile', '/docs': 'API reference' };

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
}

test('an idea is captured from every page by one key, and by touch', async ({ signedIn: page, api, isMobile }) => {
  for (const [i, address] of Object.keys(places).entries()) {
    await open(page, address);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(Object.values(places)[i]!);
    if (isMobile) await page.getByRole('button', { name: 'Capture an idea' }).tap();
    else await page.keyboard.press('c');
    await expect(capture(page).getByRole('textbox', { name: 'Title' })).toBeFocused();
    await page.keyboard.type(`Thought of on ${address}`);
    await page.keyboard.press('Enter');
    await expect(capture(page)).toHaveCount(0);
    await expect(message(page)).toContainText(`Captured #${i + 1}`);
  }
  await message(page).getByRole('button', { name: 'Open' }).click();
  await expect(page).toHaveURL('/ideas/5');
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('Thought of on /docs');
  const { data } = await api.client.GET('/ideas');
  expect(data!.ideas.map((idea) => [idea.title, idea.source])).toEqual(
    Object.keys(places).toReversed().map((address) => [`Thought of on ${address}`, 'web']),
  );
});

test('a capture takes tags from the text, and a pasted text apart', async ({ signedIn: page, api, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await api.capture('Other', { tags: ['garden'] });
  await open(page, '/board');
  await page.keyboard.press('c');
  await capture(page).getByRole('textbox', { name: 'Title' }).fill('Grow tomatoes #food');
  await capture(page).getByRole('textbox', { name: 'Text' }).fill('On the roof.');
  await capture(page).getByRole('combobox', { name: 'Tags' }).fill('gar');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(capture(page)).toContainText('From the text: #food');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `capture-${theme}`);
  });
  await capture(page).getByRole('checkbox', { name: 'Keep open for the next one' }).check();
  await page.keyboard.press('Control+Enter');
  await expect(message(page)).toContainText('Captured #2');
  const titled = capture(page).getByRole('textbox', { name: 'Title' });
  await expect(titled).toBeFocused();
  await expect(titled).toHaveValue('');

  await page.evaluate(() => navigator.clipboard.writeText('# Collect rain\n\nIn a barrel.\nBy the shed.'));
  await page.keyboard.press('Control+v');
  await expect(titled).toHaveValue('Collect rain');
  await expect(capture(page).getByRole('textbox', { name: 'Text' })).toHaveValue('In a barrel.\nBy the shed.');
  await page.keyboard.press('Control+Enter');
  await expect(message(page)).toContainText('Captured #3');
  await page.keyboard.press('Control+Enter');
  await expect(capture(page).getByRole('alert')).toHaveText('Write a title: one line that says the idea.');
  await page.keyboard.press('Escape');
  await expect(capture(page)).toHaveCount(0);
  const { data } = await api.client.GET('/ideas');
  expect(data!.ideas.map(({ title, body, tags }) => ({ title, body, tags: tags.toSorted() }))).toMatchObject([
    { title: 'Collect rain', body: 'In a barrel.\nBy the shed.' },
    { title: 'Grow tomatoes', body: 'On the roof.', tags: ['food', 'garden'] },
    { title: 'Other' },
  ]);
});

test('a capture that does not arrive is not lost', async ({ signedIn: page, trouble }) => {
  trouble.expect(/Failed to load resource/);
  await open(page, '/map');
  await page.keyboard.press('c');
  await page.keyboard.type('Half a thought');
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Map');
  await page.keyboard.press('c');
  await expect(capture(page).getByRole('textbox', { name: 'Title' })).toHaveValue('Half a thought');
  await page.route('**/api/v1/ideas', (route) => route.abort());
  await page.keyboard.press('Enter');
  await message(page).filter({ hasText: 'Not captured: The server does not answer.' }).getByRole('button', { name: 'Edit' }).click();
  await expect(capture(page).getByRole('textbox', { name: 'Title' })).toHaveValue('Half a thought');
  await page.unroute('**/api/v1/ideas');
  await page.keyboard.press('Control+Enter');
  await expect(message(page)).toContainText('Captured #1 Half a thought');
});

test('the palette finds ideas and commands, opens, moves and runs', async ({ signedIn: page, api, isMobile }) => {
  await api.capture('Grow tomatoes', { body: 'On the roof.' });
  await api.capture('Collect rain', { status: 'exploring' });
  await open(page, '/settings');
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await expect(palette(page).getByRole('option').first()).toContainText('Collect rain');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `palette-${theme}`);
  });
  await page.keyboard.type('roof');
  await expect(palette(page).getByRole('option').first()).toContainText('Grow tomatoes');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/ideas/1');
  await expect(palette(page)).toHaveCount(0);

  // By number; Ctrl with Enter moves it.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('#2');
  await expect(palette(page).getByRole('option').first()).toContainText('Collect rain');
  await page.keyboard.press('Control+Enter');
  await expect(field(page)).toHaveAccessibleName('New status of Collect rain');
  await page.keyboard.type('shi');
  await page.keyboard.press('Enter');
  await expect(message(page)).toContainText('Moved #2 to Shipped');
  await message(page).getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await api.client.GET('/ideas/{id}', { params: { path: { id: 2 } } })).data?.status).toBe('exploring');

  await page.keyboard.press('Control+k');
  await page.keyboard.type('go to board');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/board');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('dark theme');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('zeppelin');
  await expect(palette(page)).toContainText('Nothing found for “zeppelin”');
  await page.keyboard.press('Control+k');
  await expect(palette(page)).toHaveCount(0);
  if (!isMobile) await page.getByRole('button', { name: 'Search' }).first().click();
});

test('the palette says when the search does not answer', async ({ signedIn: page, trouble }) => {
  trouble.expect(/Failed to load resource/);
  await open(page, '/settings');
  await page.route('**/api/v1/ideas/search?*', (route) => route.abort());
  await page.keyboard.press('Control+k');
  await page.keyboard.type('settings');
  await expect(palette(page).getByRole('status')).toContainText('The server does not answer.');
  // What needs no server goes on working.
  await expect(palette(page).getByRole('option', { name: 'Go to Settings' })).toBeVisible();
});

test('the shortcuts are listed for the page, lead everywhere and can be switched off', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes');
  await open(page, '/ideas');
  for (const [keys, address] of [['g b', '/board'], ['g m', '/map'], ['g s', '/settings'], ['g i', '/ideas']] as const) {
    for (const key of keys.split(' ')) await page.keyboard.press(key);
    await expect(page).toHaveURL(address);
  }
  await page.goto('/ideas/1');
  await expect(page.getByRole('heading', { name: 'History' })).toBeVisible();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help.getByRole('heading', { name: 'This page' })).toBeInViewport();
  await expect(help).toContainText('Add a relation');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `help-${theme}`);
  });
  await help.getByRole('checkbox', { name: 'Shortcuts of plain keys' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await page.keyboard.press('c');
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await expect(capture(page)).toHaveCount(0);
});

test('a key that is typed is no shortcut', async ({ signedIn: page }) => {
  await open(page, '/ideas');
  await page.getByRole('textbox', { name: 'New idea' }).focus();
  await page.keyboard.type('cc?gb');
  await expect(page.getByRole('textbox', { name: 'New idea' })).toHaveValue('cc?gb');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveURL('/ideas');
});

test('who signs out is told what is not saved, and leaves nothing of it', async ({ signedIn: page, api, server }) => {
  await api.capture('Plan', { body: 'one' });
  const bob = await server.addPerson('Bob');
  await open(page, '/ideas/1');
  await page.getByRole('button', { name: 'Edit text' }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('a secret of Ada');
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out' }).last().click();
  const sure = page.getByRole('dialog', { name: 'Sign out and lose what is not saved?' });
  await inBothThemes(page, () => expectAccessible(page));
  await sure.getByRole('button', { name: 'Stay' }).click();
  await page.goto('/ideas/1');
  await expect(page.getByRole('textbox', { name: 'Text' })).toHaveValue('a secret of Ada');

  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out' }).last().click();
  await sure.getByRole('button', { name: 'Sign out all the same' }).click();
  await expect(page).toHaveURL('/login');
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain('secret');
  await page.getByRole('textbox', { name: 'E-mail' }).fill(bob.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(bob.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ideas' })).toBeVisible();
});
