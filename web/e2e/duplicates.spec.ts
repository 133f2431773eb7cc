// Pairs that the built-in model proposes: looking at them, deciding, and
// taking the decision back.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, inBothThemes, shot, test } from './test.ts';

const badge = (page: Page) => page.getByRole('link', { name: /^Duplicates/ }).filter({ visible: true });

test.use({ environment: { NEURALREPO_EMBEDDER: 'built-in' } });

test('a pair is merged or kept apart, and both can be undone', async ({ signedIn: page, api, isMobile }) => {
  test.slow();
  const first = await api.capture('Insulated curtains keep the warmth in', { body: 'Heavy cloth in front of the windows at night.', tags: ['home'] });
  const second = await api.capture('Curtains with insulation keep rooms warm', { body: 'Heavy cloth in front of the windows at night saves on heating.' });
  await page.goto('/duplicates');
  const pair = page.getByRole('button', { name: /% alike/ });
  await expect(pair).toHaveCount(1, { timeout: 30_000 });
  if (!isMobile) await expect(badge(page)).toContainText('1');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `duplicates-${theme}`);
  });

  const read = async (id: number) => (await api.client.GET('/ideas/{id}', { params: { path: { id } } })).data;

  await page.keyboard.press('d');
  await expect(page.getByText('No duplicates')).toBeVisible();
  await expect(page.getByLabel('Messages').getByText(`#${second} and #${first} are two ideas`)).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(pair).toHaveCount(1);
  await page.keyboard.press('d');
  await expect(page.getByText('No duplicates')).toBeVisible();
  await page.keyboard.press('u');
  await expect(pair).toHaveCount(1);
  await page.keyboard.press('u'); // nothing is left to take back
  await expect(pair).toHaveCount(1);

  await page.getByRole('button', { name: /^Merge/ }).last().click();
  await expect(page.getByLabel('Messages').getByText(`Merged #${second} into #${first}`)).toBeVisible();
  await expect.poll(async () => (await read(second))?.is_archived).toBe(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(pair).toHaveCount(1);
  expect(await read(second)).toMatchObject({ is_archived: 0, status: 'captured' });
  expect((await read(first))?.body).toBe('Heavy cloth in front of the windows at night.');
  expect((await read(first))?.relations.filter(({ relation_type }) => relation_type === 'supersedes')).toEqual([]);
});
