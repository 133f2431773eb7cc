import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, inBothThemes, shot, test } from './test.ts';

/** Opens a page and waits until it hears of changes. */
async function open(page: Page, address = '/ideas'): Promise<void> {
  const stream = page.waitForResponse(/\/api\/v1\/events$/);
  await page.goto(address);
  await stream;
}

const rows = (page: Page): Locator => page.getByRole('list', { name: /^(Archived )?[Ii]deas$/ }).locator('> li');
const titles = (page: Page): Locator => rows(page).locator('.title');
const row = (page: Page, title: string): Locator => rows(page).filter({ has: page.getByText(title, { exact: true }) });
const box = (page: Page): Locator => page.getByRole('textbox', { name: 'New idea' });
const search = (page: Page): Locator => page.getByRole('textbox', { name: 'Search ideas' });
const message = (page: Page): Locator => page.getByRole('region', { name: 'Messages' });

test('an idea is captured from the box and by a key', async ({ signedIn: page, api }) => {
  await open(page);
  await expect(page.getByRole('heading', { name: 'No ideas yet' })).toBeVisible();
  await box(page).fill('Grow tomatoes #garden\n\nOn the *roof*. #food');
  await expect(page.getByRole('form', { name: 'Capture' })).toContainText('#garden#food');
  await box(page).press('Control+Enter');
  await expect(row(page, 'Grow tomatoes')).toContainText('garden');
  await expect(box(page)).toHaveValue('');
  const { data } = await api.client.GET('/ideas/{id}', { params: { path: { id: 1 } } });
  expect(data).toMatchObject({ title: 'Grow tomatoes', body: 'On the *roof*.', tags: ['garden', 'food'], source: 'web' });

  await box(page).blur();
  await page.keyboard.press('c');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).fill('Water them');
  await page.keyboard.press('Control+Enter');
  await expect(titles(page)).toHaveText(['Water them', 'Grow tomatoes']);
});

test('a capture that the server does not get keeps its text, also over a reload', async ({ signedIn: page, trouble }) => {
  trouble.expect(/Failed to load resource/);
  await open(page);
  await page.route('**/api/v1/ideas', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await box(page).fill('Worth keeping');
  await page.getByRole('button', { name: 'Capture', exact: false }).and(page.locator('[type="submit"]')).click();
  await expect(page.getByText('Not captured: The server does not answer.', { exact: false })).toBeVisible();
  await expect(box(page)).toHaveValue('Worth keeping');
  await page.reload();
  await expect(box(page)).toHaveValue('Worth keeping');
  await page.unroute('**/api/v1/ideas');
  await box(page).press('Control+Enter');
  await expect(titles(page)).toHaveText(['Worth keeping']);
});

test('filters are in the address, so that the browser can go back to them', async ({ signedIn: page, api }) => {
  await api.capture('Roof garden', { status: 'building', tags: ['green'], source: 'cli' });
  await api.capture('Solar panels', { status: 'building', tags: ['energy'] });
  await api.capture('Read a book', { tags: ['green'] });
  await open(page);
  await expect(rows(page)).toHaveCount(3);

  await page.getByRole('button', { name: 'Status: any' }).click();
  await page.getByRole('menuitemradio', { name: 'Building' }).click();
  await expect(page).toHaveURL('/ideas?status=building');
  await expect(titles(page)).toHaveText(['Solar panels', 'Roof garden']);

  await page.getByRole('button', { name: 'Tag: any' }).click();
  await page.getByRole('combobox', { name: 'Only ideas with the tag' }).fill('gre');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/ideas?status=building&tag=green');
  await expect(titles(page)).toHaveText(['Roof garden']);

  await page.goBack();
  await expect(titles(page)).toHaveText(['Solar panels', 'Roof garden']);
  await page.goForward();
  await page.reload();
  await expect(titles(page)).toHaveText(['Roof garden']);
  await expect(page.getByRole('button', { name: 'Tag: green' })).toBeVisible();

  await page.getByRole('button', { name: 'Source: any' }).click();
  await page.getByRole('menuitemradio', { name: 'Claude' }).click();
  await expect(page.getByText('No idea matches')).toBeVisible();
  await page.getByRole('link', { name: 'Clear the filters' }).click();
  await page.getByRole('button', { name: 'Order: Newest first' }).click();
  await page.getByRole('menuitemradio', { name: 'By title' }).click();
  await expect(titles(page)).toHaveText(['Read a book', 'Roof garden', 'Solar panels']);
  await expect(page).toHaveURL('/ideas?sort=title');
});

test('a long list is read as it is scrolled, each idea once', async ({ signedIn: page, api }) => {
  await api.captureMany(60, 'Idea');
  await open(page);
  await expect(rows(page)).toHaveCount(50);
  await expect(page.getByText('More than 50 ideas')).toBeVisible();
  await rows(page).last().scrollIntoViewIfNeeded();
  await expect(rows(page)).toHaveCount(60);
  await expect(titles(page)).toHaveText(Array.from({ length: 60 }, (_, i) => `Idea ${60 - i}`));
  await expect(page.getByText('60 ideas', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Load more' })).toHaveCount(0);
});

test('a list that cannot be read says so and tries again', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/Failed to load resource/);
  await api.capture('There');
  await page.route('**/api/v1/ideas?*', (route) => route.abort());
  await page.goto('/ideas');
  await expect(page.getByRole('alert').filter({ hasText: 'The server does not answer' })).toBeVisible();
  await page.unroute('**/api/v1/ideas?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(titles(page)).toHaveText(['There']);
});

test('a page that cannot be read is asked for again by a button', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/Failed to load resource/);
  await api.captureMany(55, 'Idea');
  await page.route('**/api/v1/ideas?*cursor*', (route) => route.abort());
  await open(page);
  await rows(page).last().scrollIntoViewIfNeeded();
  await expect(page.getByRole('alert').filter({ hasText: 'The server does not answer' })).toBeVisible();
  await page.unroute('**/api/v1/ideas?*cursor*');
  await page.getByRole('button', { name: 'Try again' }).press('Enter');
  await expect(rows(page)).toHaveCount(55);
  await expect(rows(page).nth(50).getByRole('link', { name: 'Idea 5', exact: false })).toBeFocused();
});

test('a search answers while somebody types and leaves the list where it is meanwhile', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes', { body: 'They need a sunny place and <b>water</b>.' });
  await api.capture('Build a shelf');
  await api.capture('Weekly plan', { body: 'Buy tomatoes on Monday.' });
  await open(page);
  await expect(rows(page)).toHaveCount(3);

  let answer = () => {};
  const gate = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/api/v1/ideas/search?*', async (route) => {
    await gate;
    await route.continue().catch(() => {}); // given up for more letters
  });
  const asked = page.waitForRequest(/ideas\/search\?q=tomat&/);
  await page.keyboard.press('/');
  await expect(search(page)).toBeFocused();
  await page.keyboard.type('tomat');
  await asked;
  await expect(rows(page)).toHaveCount(3);
  answer();
  await expect(titles(page)).toHaveText(['Grow tomatoes', 'Weekly plan']);
  await expect(rows(page).locator('mark')).toHaveText(['tomatoes', 'tomatoes']);
  await expect(page.getByText('2 results')).toBeVisible();
  await expect(page).toHaveURL('/ideas?q=tomat');

  await search(page).fill('water');
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).locator('mark')).toHaveText(['water']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/ideas/1');
  await page.goBack();
  await expect(search(page)).toHaveValue('water');
  await expect(titles(page)).toHaveText(['Grow tomatoes']);

  await search(page).fill('zeppelin');
  await expect(page.getByText('Nothing found for “zeppelin”')).toBeVisible();
  await page.getByRole('button', { name: 'Capture it as an idea' }).click();
  await expect(box(page)).toHaveValue('zeppelin');
  await expect(box(page)).toBeFocused();
  await search(page).press('Escape');
  await expect(rows(page)).toHaveCount(3);
});

test('many ideas are changed at once, and back', async ({ signedIn: page, api }) => {
  await api.capture('One', { tags: ['old'] });
  await api.capture('Two', { status: 'exploring' });
  await api.capture('Three');
  await open(page);
  await expect(rows(page)).toHaveCount(3);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(page.getByText('2 ideas selected')).toBeVisible();
  await page.getByRole('button', { name: 'Select all 3' }).click();

  const status = (title: string) => row(page, title).getByRole('button', { name: /^Status of/ });
  await page.getByRole('button', { name: 'Move to status' }).click();
  await page.getByRole('menuitemradio', { name: 'Building' }).click();
  await expect(message(page)).toContainText('Moved to Building: 3 ideas');
  await expect(status('Two')).toHaveAccessibleName('Status of #2: Building');
  await message(page).getByRole('button', { name: 'Undo' }).click();
  await expect(status('One')).toHaveAccessibleName('Status of #1: Captured');
  await expect(status('Two')).toHaveAccessibleName('Status of #2: Exploring');

  await page.getByRole('button', { name: 'Add a tag' }).click();
  await page.getByRole('combobox', { name: 'Add a tag' }).fill('New Thing');
  await page.keyboard.press('Enter');
  for (const title of ['One', 'Two', 'Three']) await expect(row(page, title)).toContainText('new-thing');
  await page.getByRole('button', { name: 'Remove a tag' }).click();
  await page.getByRole('option', { name: 'old' }).click();
  await expect(row(page, 'One')).not.toContainText('old');

  await page.getByRole('group', { name: 'Selected ideas' }).getByRole('button', { name: 'Archive' }).click();
  await expect(page.getByRole('heading', { name: 'No ideas yet' })).toBeVisible();
  await message(page).filter({ hasText: 'Archived 3 ideas' }).getByRole('button', { name: 'Undo' }).last().click();
  await expect(rows(page)).toHaveCount(3);
});

test('the keyboard alone is enough', async ({ signedIn: page, api }) => {
  await api.captureMany(4, 'Idea');
  await open(page);
  await expect(rows(page)).toHaveCount(4);
  const link = (n: number) => page.getByRole('link', { name: `#${n} Idea ${n}` });
  await page.keyboard.press('j');
  await expect(link(4)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(link(3)).toBeFocused();
  // Only the row with the focus is on the way of the Tab key.
  await expect(rows(page).locator('a[tabindex="0"]')).toHaveCount(1);

  await page.keyboard.press('s');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Status of #3: Exploring' })).toBeVisible();
  await expect(link(3)).toBeFocused();

  await page.keyboard.press('e');
  await expect(rows(page)).toHaveCount(3);
  await expect(link(2)).toBeFocused();
  await message(page).filter({ hasText: 'Archived #3' }).getByRole('button', { name: 'Undo' }).last().click();
  await expect(rows(page)).toHaveCount(4);

  await link(3).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/ideas/3');
  await expect(page.getByText('2 of 4')).toBeVisible();
  await page.keyboard.press('j');
  await expect(page).toHaveURL('/ideas/2');
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await expect(page).toHaveURL('/ideas/4');
  await page.keyboard.press('u');
  await expect(page).toHaveURL('/ideas');
  await page.keyboard.press('j');
  await expect(link(2)).toBeFocused();
});

test('archived ideas have a view of their own', async ({ signedIn: page, api }) => {
  await api.capture('Old plan');
  await api.capture('New plan');
  await api.client.DELETE('/ideas/{id}', { params: { path: { id: 1 } } });
  await open(page);
  await page.getByRole('button', { name: 'Archived' }).click();
  await expect(page).toHaveURL('/ideas?archived=true');
  await expect(titles(page)).toHaveText(['Old plan']);
  await page.keyboard.press('j');
  await page.keyboard.press('e');
  await expect(page.getByText('Nothing is archived')).toBeVisible();
  await page.getByRole('link', { name: 'Back to the ideas' }).click();
  await expect(titles(page)).toHaveText(['New plan', 'Old plan']);
});

test('what happens elsewhere appears by itself', async ({ signedIn: page, api }) => {
  await api.capture('First');
  await open(page);
  await expect(rows(page)).toHaveCount(1);
  await api.capture('Made by the API', { tags: ['new'] });
  await expect(titles(page)).toHaveText(['Made by the API', 'First']);

  const other = await page.context().newPage();
  await open(other, '/ideas?status=exploring');
  await expect(other.getByText('No idea matches')).toBeVisible();
  await row(page, 'First').getByRole('button', { name: /^Status of/ }).click();
  await page.getByRole('menuitemradio', { name: 'Exploring' }).click();
  await expect(titles(other)).toHaveText(['First']);
  await row(other, 'First').getByRole('link', { name: 'First', exact: false }).focus();
  await other.keyboard.press('e');
  await expect(titles(page)).toHaveText(['Made by the API']);
});

test('what the server does not take comes back', async ({ signedIn: page, api, server, trouble }) => {
  trouble.expect(/Failed to load resource|ERR_/);
  await api.capture('Stays as it is');
  await open(page);
  await expect(rows(page)).toHaveCount(1);
  await server.stop();
  await page.keyboard.press('j');
  await page.keyboard.press('e');
  await expect(message(page)).toContainText('#1 was not archived: The server does not answer.');
  await expect(titles(page)).toHaveText(['Stays as it is']);
  await page.getByRole('button', { name: 'Status of #1: Captured' }).click();
  await page.getByRole('menuitemradio', { name: 'Shipped' }).click();
  await expect(message(page)).toContainText('#1 was not moved');
  await expect(page.getByRole('button', { name: 'Status of #1: Captured' })).toBeVisible();
});

test('the first page can be used by everybody', async ({ signedIn: page }) => {
  await open(page);
  await expect(page.getByRole('heading', { name: 'No ideas yet' })).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `ideas-none-${theme}`);
  });
});

test('the list can be used by everybody', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes on the roof of the house in which we live, and peppers', { tags: ['garden', 'food', 'roof', 'summer'], body: 'They need *sun*.' });
  await api.capture('Build a shelf', { status: 'building', tags: ['wood'] });
  await open(page);
  await expect(rows(page)).toHaveCount(2);
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `ideas-${theme}`);
  });
  await page.getByRole('button', { name: 'Tag: any' }).click();
  await expect(page.getByRole('option', { name: 'garden' })).toBeVisible();
  await inBothThemes(page, () => expectAccessible(page));
});

test('a search and a selection can be used by everybody', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes', { tags: ['garden'], body: 'They need *sun*.' });
  await open(page, '/ideas?q=sun');
  await expect(rows(page).locator('mark')).toHaveText(['sun']);
  await rows(page).first().getByRole('link').first().focus();
  await page.keyboard.press('x');
  await expect(page.getByText('1 idea selected')).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `ideas-selected-${theme}`);
  });
  await page.keyboard.press('Escape');
  await expect(page.getByText('1 idea selected')).toHaveCount(0);
});
