import type { Page } from '@playwright/test';
import { expect, expectAccessible, inBothThemes, shot, test } from './test.ts';

interface Contract {
  paths: Record<string, Record<string, { operationId: string }>>;
}

/** The cards of the operations; the list of contents is another of these elements. */
const cards = (page: Page) => page.locator('details.card');

test('the reference shows every operation to somebody who is not signed in', async ({ page }) => {
  const contract = (await (await page.request.get('/api/v1/openapi.json')).json()) as Contract;
  const ids = Object.values(contract.paths).flatMap((item) => Object.values(item).map((operation) => operation.operationId));
  expect(ids.length).toBeGreaterThan(30);
  await page.goto('/docs');
  await expect(page.getByRole('heading', { name: 'API reference' })).toBeVisible();
  await expect(cards(page)).toHaveCount(ids.length);
  const shown = await cards(page).evaluateAll((all) => all.map((card) => card.id));
  expect(shown.toSorted()).toEqual(ids.toSorted());
  await inBothThemes(page, (theme) => shot(page, `docs-${theme}`));
  await page.locator('a[href="/login"]').click();
  await expect(page).toHaveURL(/\/login$/);
});

test('a link to an operation opens it, with fields, failures and an example to copy', async ({ signedIn: page, context, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/docs#createIdea');
  const card = page.locator('#createIdea');
  await expect(card).toHaveAttribute('open', '');
  await expect(card).toBeInViewport();
  const title = card.getByRole('table', { name: /^Body NewIdea/ }).getByRole('row').filter({ hasText: 'title' });
  await expect(title).toContainText('required');
  await expect(title).toContainText('1 to 200 characters');
  await expect(card.getByText('Needs the scope ideas:write')).toBeVisible();
  await expect(card.getByText('Too many requests for now.')).toBeVisible();
  await inBothThemes(page, (theme) => shot(page, `docs-open-${theme}`));
  await card.getByRole('button', { name: 'Copy Example' }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  expect(command).toContain(`curl '${server.url}/api/v1/ideas'`);
  expect(command).toContain(`--json '{"title":`);
});

test('the contents lead to an operation, also on a phone', async ({ page, isMobile }) => {
  await page.goto('/docs');
  if (isMobile) await page.getByText('Contents').click();
  await page.getByRole('navigation', { name: 'Operations' }).getByRole('link', { name: 'Rename a tag everywhere' }).click();
  await expect(page).toHaveURL(/#updateTag$/);
  await expect(page.locator('#updateTag')).toHaveAttribute('open', '');
  await expect(page.locator('#updateTag')).toBeInViewport();
});

test('words find operations, and all can be opened at once', async ({ page }) => {
  await page.goto('/docs');
  await expect(page.getByRole('heading', { name: 'Credentials' })).toBeVisible();
  await page.keyboard.press('/');
  const search = page.getByRole('searchbox', { name: 'Find an operation' });
  await expect(search).toBeFocused();
  await search.fill('merge duplicate');
  await expect(cards(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Open all' }).click();
  await expect(page.locator('#mergeDuplicate')).toHaveAttribute('open', '');
  await page.getByRole('button', { name: 'Close all' }).click();
  await expect(page.locator('#mergeDuplicate')).not.toHaveAttribute('open');
  await search.fill('no such thing');
  await expect(page.getByText('No operation has these words')).toBeVisible();
  await page.getByRole('button', { name: 'Show all operations' }).click();
  await expect(cards(page).first()).toBeVisible();
});

test('the reference is accessible', async ({ page }) => {
  // Of each kind of thing one: axe takes long on the whole page.
  await page.route('**/openapi.json', async (route) => {
    const answer = await route.fetch();
    const contract = (await answer.json()) as Contract;
    for (const [path, item] of Object.entries(contract.paths)) {
      if (path !== '/ideas/{id}/links') delete contract.paths[path];
      else expect(Object.keys(item)).toContain('post');
    }
    await route.fulfill({ response: answer, json: contract });
  });
  await page.goto('/docs#createLink');
  await expect(page.locator('#createLink').getByRole('table')).toHaveCount(3);
  await expect(cards(page)).toHaveCount(2);
  await inBothThemes(page, () => expectAccessible(page));
});

test('a reference that cannot be read says so and offers another try', async ({ page, trouble }) => {
  trouble.expect(/status of 503/);
  await page.route('**/openapi.json', (route) => route.fulfill({ status: 503 }), { times: 1 });
  await page.goto('/docs');
  await expect(page.getByRole('alert')).toContainText('503');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(cards(page).first()).toBeVisible();
});
