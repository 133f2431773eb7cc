import type { Page } from '@playwright/test';
import { type MailServer, test } from './mail.ts';
import { expect, expectAccessible, inBothThemes, shot, test as plain } from './test.ts';

async function ask(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Email me a link' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mailbox' })).toBeVisible();
  await expect(page.getByText(`If there is an account for ${email}, a link to sign in with is on its way.`)).toBeVisible();
}

/** Waits for the newest link that was sent to an address, other than one that is known. */
async function linkTo(mail: MailServer, email: string, other = ''): Promise<string> {
  let link = '';
  await expect
    .poll(async () => {
      const [newest] = await mail.letters(email);
      link = /http:\S+\/auth\/magic#[0-9a-f]{64}/.exec(newest?.text ?? '')?.[0] ?? '';
      return link !== '' && link !== other;
    })
    .toBe(true);
  return link;
}

test('a link in a letter signs in, once, and leads where the person was going', async ({ page, mail, server, owner, trouble }) => {
  trouble.expect(/status of 401/);
  const { email } = await server.addPerson('Magda Link');
  await page.goto('/settings/keys?x=1');
  await expect(page.getByRole('button', { name: 'Email me a link' })).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `login-with-link-${theme}`);
  });
  await page.getByRole('button', { name: 'Email me a link' }).click();
  await expect(page.getByText('Enter your e-mail address')).toBeVisible();
  await ask(page, email);
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `mailbox-${theme}`);
  });

  const link = await linkTo(mail, email);
  const opened = await page.context().newPage();
  const requests: string[] = [];
  opened.on('request', (request) => requests.push(request.url()));
  await opened.goto(link);
  // Loading the page, which is all that a scanner does, uses up nothing.
  await expect(opened.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(opened).toHaveURL(/\/auth\/magic$/);
  expect(requests.filter((url) => url.includes('/auth/magic/redeem') || url.includes(link.split('#')[1]!))).toEqual([]);
  await inBothThemes(opened, async (theme) => {
    await expectAccessible(opened);
    await shot(opened, `magic-link-${theme}`);
  });
  await opened.getByRole('button', { name: 'Sign in' }).click();
  await expect(opened).toHaveURL(/\/settings\/keys\?x=1$/);
  await expect(opened.getByRole('heading', { name: 'API keys' })).toBeVisible();

  const again = await page.context().newPage();
  await again.goto(link);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await expect(again.getByRole('heading', { name: 'This link opens nothing' })).toBeVisible();
  await inBothThemes(again, () => expectAccessible(again));
  expect(owner.email).not.toBe(email);
});

test('the page says the same to somebody without an account', async ({ page, mail }) => {
  await page.goto('/login');
  await ask(page, 'nobody@example.org');
  expect(await mail.letters('nobody@example.org')).toEqual([]);
  await page.getByRole('button', { name: 'Back to the sign-in' }).click();
  await expect(page.getByLabel('E-mail')).toHaveValue('nobody@example.org');
});

test('a link goes on with letting a command-line client in', async ({ page, mail, server }) => {
  const { email } = await server.addPerson('Cleo Line');
  await page.goto(`/auth/cli?callback=${encodeURIComponent('http://localhost:53123/callback')}&provider=magic`);
  const before = (await mail.letters(email))[0]?.text ?? '';
  await ask(page, email);
  await page.goto(await linkTo(mail, email, /http:\S+#[0-9a-f]{64}/.exec(before)?.[0]));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Let a command-line client in?' })).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
});

plain('without a mail server no link is offered', async ({ page }) => {
  await page.goto('/login');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Email me a link' })).toHaveCount(0);
});

test('a link without its token says so', async ({ page }) => {
  await page.goto('/auth/magic');
  await expect(page.getByRole('heading', { name: 'This link opens nothing' })).toBeVisible();
  await inBothThemes(page, () => expectAccessible(page));
  await page.getByRole('link', { name: 'Go to the sign-in' }).click();
  await expect(page).toHaveURL(/\/login$/);
});
