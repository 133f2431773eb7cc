import { expect, expectAccessible, inBothThemes, test } from './test.ts';

test('the reference shows every operation to somebody who is not signed in', async ({ page, server }) => {
  const contract = await (await page.request.get(`${server.url}/api/v1/openapi.json`)).json();
  const ids = Object.values<Record<string, { operationId: string }>>(contract.paths).flatMap((item) =>
    Object.values(item).map((operation) => operation.operationId),
  );
  expect(ids.length).toBeGreaterThan(30);
  await page.goto(`${server.url}/docs`);
  await expect(page.getByRole('heading', { name: 'API reference' })).toBeVisible();
  await expect(page.locator('details')).toHaveCount(ids.length);
  for (const id of ids) await expect(page.locator(`details[id="${id}"]`)).toHaveCount(1);
});

test('a link to an operation opens it, with fields, failures and an example', async ({ page, server }) => {
  await page.goto(`${server.url}/docs#createIdea`);
  const card = page.locator('#createIdea');
  await expect(card).toHaveAttribute('open', '');
  await expect(card.getByRole('region', { name: /Body NewIdea/ }).getByText('title', { exact: true })).toBeVisible();
  await expect(card.getByText('curl')).toContainText('/api/v1/ideas');
  await expect(card.getByText('ideas:write').first()).toBeVisible();
});

test('words find operations', async ({ page, server }) => {
  await page.goto(`${server.url}/docs`);
  await page.getByRole('searchbox', { name: 'Find an operation' }).fill('merge duplicate');
  await expect(page.locator('details')).toHaveCount(1);
  await page.getByRole('searchbox', { name: 'Find an operation' }).fill('no such thing');
  await expect(page.getByText('No operation has these words')).toBeVisible();
});

test('the reference is accessible in both themes', async ({ page, server }) => {
  await page.goto(`${server.url}/docs#updateIdea`);
  await expect(page.locator('#updateIdea')).toHaveAttribute('open', '');
  await inBothThemes(page, () => expectAccessible(page));
});
