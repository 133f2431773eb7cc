import { expect, test } from './test.ts';

test('the first page comes with its policy and runs under it', async ({ page }) => {
  const answer = await page.goto('/');
  expect(answer?.status()).toBe(200);
  const policy = answer?.headers()['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  await expect(page).toHaveTitle(/NeuralRepo/);
  await expect(page.getByRole('heading').first()).toBeVisible();
});

test('the policy is enforced and the watch sees it', async ({ page, trouble }) => {
  await page.goto('/');
  expect(trouble.list).toEqual([]);
  await page.evaluate(() => {
    const image = document.createElement('img');
    image.src = 'https://example.org/pixel.png';
    document.body.append(image);
  });
  await expect.poll(() => trouble.list.join('\n')).toContain('policy violation');
  trouble.expect(/example\.org/);
});

test('the owner has a session and a key', async ({ signedIn, api, owner }) => {
  const number = await api.capture('Grow tomatoes on the roof');
  const answer = await signedIn.request.get(`/api/v1/ideas/${number}`);
  expect(await answer.json()).toMatchObject({ title: 'Grow tomatoes on the roof' });
  const session = await signedIn.request.get('/api/v1/auth/session');
  expect(await session.json()).toMatchObject({ user: { email: owner.email } });
});
