import type { Page } from '@playwright/test';
import { Api } from './api.ts';
import { Server } from './server.ts';
import { expect, expectAccessible, inBothThemes, shot, signIn, test } from './test.ts';

/** A server on which nobody has an account yet. */
const fresh = test.extend<{ setupLink: string }>({
  prepared: async ({}, use) => {
    const server = await Server.prepare();
    try {
      await server.start();
      await use({ server, owner: { email: '', name: '', password: '', apiKey: '' } });
    } finally {
      await server.remove();
    }
  },
  setupLink: async ({ server }, use) => {
    const printed = () => /http:\S+\/setup#[0-9a-f]{64}/.exec(server.log)?.[0] ?? '';
    await expect.poll(printed).not.toBe('');
    await use(printed());
  },
});

async function fillSetup(page: Page, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByLabel('Name').fill('Ada');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Make my account' }).click();
}

async function fillLogin(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

fresh('the printed link makes the first account and signs it in', async ({ page, setupLink }) => {
  await page.goto(setupLink);
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible();
  // The token stays neither in the address bar nor in the history.
  await expect(page).toHaveURL(/\/setup$/);
  await expect(page.getByLabel('Setup link')).toHaveCount(0);
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `setup-${theme}`);
  });

  await fillSetup(page, 'too short');
  await expect(page.getByText('The password must have at least 10 characters')).toBeVisible();
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();

  await fillSetup(page, 'correct horse battery');
  await expect(page).toHaveURL(/\/ideas$/);
  await expect(page.getByText('Welcome, Ada.').first()).toBeVisible();
  await page.getByRole('button', { name: 'Capture one' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL(/\/ideas$/);
});

fresh('without its link the setup page asks for it, and a wrong one is refused', async ({ page, setupLink, trouble }) => {
  trouble.expect(/status of 401/);
  await page.goto('/');
  await expect(page).toHaveURL(/\/setup$/);
  await page.getByLabel('Setup link').fill(setupLink.slice(0, -4) + '0000');
  await fillSetup(page, 'correct horse battery');
  await expect(page.getByText('This setup link is not valid.')).toBeVisible();
  await expect(page.getByLabel('Setup link')).toBeFocused();
  await inBothThemes(page, () => expectAccessible(page));

  await page.getByLabel('Setup link').fill(setupLink);
  await page.getByRole('button', { name: 'Make my account' }).click();
  await expect(page).toHaveURL(/\/ideas$/);
});

test('a setup link that was used leads to the sign-in', async ({ page }) => {
  await page.goto(`/setup#${'0'.repeat(64)}`);
  await expect(page.getByRole('heading', { name: 'This server is set up already' })).toBeVisible();
  await inBothThemes(page, () => expectAccessible(page));
  await page.getByRole('link', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/login$/);
});

test('a wrong password is said in place; the right one leads where the person was going', async ({ page, owner, trouble }) => {
  trouble.expect(/status of 401/);
  await page.goto('/settings/keys?x=1');
  await expect(page).toHaveURL(/\/login\?next=/);
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `login-${theme}`);
  });
  const button = page.getByRole('button', { name: 'Sign in' });
  const before = await button.boundingBox();

  await fillLogin(page, owner.email, 'not the password');
  await expect(page.getByRole('alert')).toHaveText('E-mail or password is wrong.');
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  expect(await button.boundingBox(), 'nothing moves').toEqual(before);
  await inBothThemes(page, () => expectAccessible(page));

  await page.getByRole('button', { name: 'Show password' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'text');
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/settings\/keys\?x=1$/);
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible();
});

test('after too many attempts the page says when to try again', async ({ page, owner, trouble }) => {
  trouble.expect(/status of 4(01|29)/);
  await page.goto('/login');
  for (let i = 0; i < 10; i++) {
    await page.request.post('/api/v1/auth/login', { data: { email: owner.email, password: `wrong ${i}` } });
  }
  await fillLogin(page, owner.email, owner.password);
  await expect(page.getByRole('alert')).toContainText('Too many attempts');
  await expect(page.getByRole('button', { name: /^Try again in \d+ s$/ })).toBeDisabled();
  await inBothThemes(page, () => expectAccessible(page));
});

test('nobody is led to another site after signing in', async ({ page, owner }) => {
  await page.goto('/login?next=https%3A%2F%2Fevil.example%2F');
  await fillLogin(page, owner.email, owner.password);
  await expect(page).toHaveURL(/127\.0\.0\.1:\d+\/ideas$/);
});

test('signing out ends the session, from the menu and from the settings', async ({ signedIn: page, owner, isMobile }) => {
  const state = async () => (await (await page.request.get('/api/v1/auth/session')).json()) as { user: unknown };
  if (!isMobile) {
    await page.goto('/ideas');
    await page.getByRole('button', { name: `Account of ${owner.name}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/login$/);
    expect((await state()).user).toBeNull();
    await signIn(page, owner);
  }
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out' }).last().click();
  await expect(page).toHaveURL(/\/login$/);
  expect((await state()).user).toBeNull();
  await page.goBack();
  await expect(page).toHaveURL(/\/login/);
});

test('a session that ends leads to the sign-in and back', async ({ signedIn: page, browser, server, owner, trouble }) => {
  trouble.expect(/status of 401/);
  await page.goto('/settings/tags');
  await page.getByRole('button', { name: 'New tag' }).first().click();
  await page.getByLabel('Name').fill('garden');

  const elsewhere = await browser.newContext({ baseURL: server.url });
  const other = await elsewhere.newPage();
  await signIn(other, owner);
  const changed = await other.request.patch('/api/v1/auth/password', {
    data: { current_password: owner.password, new_password: 'another horse battery' },
  });
  expect(changed.status()).toBe(200);
  await elsewhere.close();

  await page.getByRole('button', { name: 'Make tag' }).click();
  await expect(page.getByText('Sign in to go on where you were.')).toBeVisible();
  await fillLogin(page, owner.email, 'another horse battery');
  await expect(page).toHaveURL(/\/settings\/tags$/);
});

test('nothing of one person is shown to the next one in the same browser', async ({ signedIn: page, server, api, owner, trouble }) => {
  trouble.expect(/status of 401|ERR_ABORTED/);
  await api.capture('A thought of Ada', { body: 'one' });
  const bob = await server.addPerson('Bob');
  await new Api(server.url, bob.apiKey).capture('A thought of Bob');
  await page.goto('/ideas/1');
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('A thought of Ada');

  // Another tab changes hands, and so does this one by itself.
  const other = await page.context().newPage();
  await other.goto('/settings');
  await other.getByRole('button', { name: 'Sign out' }).last().click();
  await expect(other).toHaveURL(/\/login$/);
  await expect(page).toHaveURL(/\/login\?next=%2Fideas%2F1$/);
  await fillLogin(other, bob.email, bob.password);
  await expect(other.getByText('A thought of Bob')).toBeVisible();
  await expect(page).toHaveURL('/ideas/1');
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('A thought of Bob');

  // A session ends, and somebody else goes on in the same page.
  await other.close();
  const ended = await page.request.post('/api/v1/auth/logout');
  expect(ended.ok()).toBe(true);
  await page.getByRole('link', { name: 'Board' }).first().click();
  await expect(page.getByText('Sign in to go on where you were.')).toBeVisible();
  await fillLogin(page, owner.email, owner.password);
  await expect(page.getByText('A thought of Ada')).toBeVisible();
  await expect(page.getByText('A thought of Bob')).toHaveCount(0);
  await page.getByText('A thought of Ada').click();
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('A thought of Ada');
});
