// With the built-in model: ideas are found by what they mean, every result says
// why it is there, and what is close can be related.
import { expect, expectAccessible, inBothThemes, shot, test } from './test.ts';

test.use({ environment: { NEURALREPO_EMBEDDER: 'built-in' } });

test('ideas are found by meaning and by words, in the list and in the palette', async ({ signedIn: page, api, isMobile }) => {
  test.slow();
  const curtains = await api.capture('Insulated curtains for the bedroom', { body: 'Heavy cloth in front of the windows at night keeps the warmth in.' });
  const heating = await api.capture('Radiator thermostat on a schedule', { body: 'Turn it down at night to save on heating.' });
  await api.capture('Sourdough diary', { body: 'Which flour, how long, how warm.' });
  const done = async () => (await api.client.GET('/ideas', { params: { query: {} } })).data!.ideas.every(({ processing }) => !processing);
  await expect.poll(done, { timeout: 30_000 }).toBe(true);

  await page.goto('/ideas?q=save on heating');
  const row = (number: number) => page.getByRole('listitem').filter({ has: page.locator(`a[href="/ideas/${number}"]`) });
  await expect(row(heating).locator('mark').first()).toBeVisible();
  await expect(row(curtains).getByText('Close in meaning')).toBeVisible();
  await expect(page.locator('a[href="/ideas/3"]')).toHaveCount(0);
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `found-list-${theme}`);
  });

  await page.goto('/board');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('save on heating');
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  await expect(palette.getByRole('option', { name: /Insulated curtains/ })).toContainText('Close in meaning');
  await expect(palette.getByRole('option', { name: /Radiator thermostat/ }).locator('mark').first()).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `found-palette-${theme}`);
  });
  await page.keyboard.press('Escape');

  await page.goto(`/ideas/${curtains}`);
  const close = page.getByRole('region', { name: 'Close in meaning' });
  const near = close.getByRole('list', { name: 'Similar ideas' }).getByRole('listitem');
  await expect(near.filter({ hasText: 'Radiator thermostat' })).toBeVisible();
  const relations = async () => (await api.client.GET('/ideas/{id}', { params: { path: { id: curtains } } })).data!.relations.length;
  await close.getByRole('button', { name: `Relate to #${heating}` }).click();
  await expect.poll(relations).toBe(1);
  await expect(near.filter({ hasText: 'Radiator thermostat' })).toHaveCount(0);
  await page.getByLabel('Messages').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(relations).toBe(0);
  await expect(near.filter({ hasText: 'Radiator thermostat' })).toBeVisible();
  if (isMobile) await expectAccessible(page);
});
