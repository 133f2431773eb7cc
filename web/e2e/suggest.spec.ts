import { expect, expectAccessible, inBothThemes, shot, test } from './models.ts';

test('a model suggests tags when it is asked, and only then', async ({ signedIn: page, api, models }) => {
  await api.capture('Bake rye bread', { tags: ['kitchen'] });
  const number = await api.capture('A solar kettle for camping');
  await page.goto(`/ideas/${number}`);
  const close = page.getByRole('region', { name: 'Close in meaning' });
  await expect(page.getByRole('heading', { name: 'A solar kettle for camping' })).toBeVisible();
  const button = page.getByRole('button', { name: 'Suggest with AI' });
  await expect(button).toBeHidden();

  models.say('{"tags":[{"name":"Solar Power","fit":90},{"name":"kitchen","fit":60}]}');
  const { error } = await api.client.PUT('/user/byok/{provider}', {
    params: { path: { provider: 'openai' } },
    body: { api_key: models.keys.openai },
  });
  expect(error).toBeUndefined();
  await page.reload();
  await expect(button).toBeVisible();
  await expect(close.getByText('No tag or idea yet.')).toBeVisible();
  expect(models.asked, 'before anybody asked').toBe(0);
  await button.click();
  const tags = close.getByRole('list', { name: 'Suggested tags' }).getByRole('listitem');
  await expect(tags).toHaveText([/kitchen/, /solar-power.*new/]);
  await expect(button).toBeFocused();
  expect(models.asked).toBe(1);
  await close.scrollIntoViewIfNeeded();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `idea-suggested-${theme}`);
  });
  await tags.filter({ hasText: 'solar-power' }).getByRole('button').first().click();
  await expect(tags).toHaveText([/kitchen/]);
  const { data } = await api.client.GET('/ideas/{id}', { params: { path: { id: number } } });
  expect(data?.tags).toEqual(['solar-power']);
});
