import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, inBothThemes, shot, signIn, test } from './test.ts';

async function look(page: Page, name: string): Promise<void> {
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `settings-${name}-${theme}`);
  });
}

test('the profile keeps a new name, and refuses an empty one', async ({ signedIn: page, owner, isMobile }) => {
  await page.goto('/settings');
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue(owner.email);
  await look(page, 'profile');
  await page.getByLabel('Name', { exact: true }).fill('  ');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Enter the name to show for you')).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').getByText('Your profile is saved.')).toBeAttached();
  if (!isMobile) await expect(page.getByRole('button', { name: 'Account of Ada Lovelace' })).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ada Lovelace');
});

test('a new password ends the other sessions, not this one', async ({ signedIn: page, owner, browser, server, trouble }) => {
  trouble.expect(/status of 400/);
  const elsewhere = await browser.newContext({ baseURL: server.url });
  const other = await elsewhere.newPage();
  await signIn(other, owner);

  await page.goto('/settings/profile');
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('The new password must have at least 10 characters')).toBeVisible();
  await page.getByLabel('New password').fill('another horse battery');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('The current password is wrong')).toBeVisible();
  await expect(page.getByLabel('Current password')).toBeFocused();
  await page.getByLabel('Current password').fill(owner.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByRole('status').getByText('Your password is changed.')).toBeAttached();
  await expect(page.getByLabel('Current password')).toHaveValue('');

  const state = async (who: Page) => ((await (await who.request.get('/api/v1/auth/session')).json()) as { user: unknown }).user;
  expect(await state(page)).not.toBeNull();
  expect(await state(other)).toBeNull();
  await elsewhere.close();
});

test('a key is shown once, with what a client needs, and can be revoked', async ({ signedIn: page, context, server }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/settings/keys');
  await expect(page.getByText('e2e', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Label')).toBeFocused();
  await look(page, 'new-key');
  await dialog.getByRole('button', { name: 'Make key' }).click();
  await expect(dialog.getByText('Say what the key is for')).toBeVisible();
  await dialog.getByLabel('Label').fill('Laptop');
  await dialog.getByRole('checkbox', { name: /Write/ }).uncheck();
  await page.keyboard.press('Enter');

  await expect(dialog.getByRole('heading', { name: 'Your new key' })).toBeVisible();
  const key = (await dialog.getByRole('group', { name: 'The key Laptop' }).locator('code').textContent())!;
  expect(key).toMatch(/^nrp_[0-9a-f]{64}$/);
  await look(page, 'key-made');

  const me = await fetch(`${server.url}/api/v1/user/me`, { headers: { 'X-API-Key': key } });
  const config = JSON.parse((await dialog.locator('figure').last().locator('code').textContent())!) as unknown;
  expect(config).toEqual({
    api_url: `${server.url}/api/v1`,
    api_key: key,
    user_id: ((await me.json()) as { id: string }).id,
    auth_method: 'api-key',
  });

  // Nobody closes it by mistake before the key was taken along.
  await page.keyboard.press('Escape');
  await expect(dialog.getByText('Close without the key?')).toBeVisible();
  await dialog.getByRole('button', { name: 'Back to the key' }).click();

  const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download' }).click()]);
  expect(file.suggestedFilename()).toBe('config.json');
  expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toEqual(config);
  await dialog.getByRole('tab', { name: 'curl' }).click();
  await dialog.getByRole('button', { name: 'Copy Terminal' }).click();
  const line = await page.evaluate(() => navigator.clipboard.readText());
  expect(line).toBe(`curl -H 'X-API-Key: ${key}' '${server.url}/api/v1/ideas?limit=5'`);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(key)).toHaveCount(0);

  const row = page.getByRole('listitem').filter({ hasText: 'Laptop' });
  await expect(row).toContainText('Read only');
  await expect(row).toContainText(`nrp_…${key.slice(-4)}`);
  await look(page, 'keys');
  await row.getByRole('button', { name: /^Revoke Laptop/ }).click();
  await look(page, 'revoke');
  await dialog.getByRole('button', { name: 'Revoke key' }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByText('e2e', { exact: true })).toBeVisible();
  const after = await fetch(`${server.url}/api/v1/user/me`, { headers: { 'X-API-Key': key } });
  expect(after.status).toBe(401);
});

test('tags are made, renamed, coloured, merged and deleted', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/status of 409/);
  const tomatoes = await api.capture('Grow tomatoes on the roof', { tags: ['gardn', 'roof'] });
  await api.capture('Collect rain water', { tags: ['garden'] });
  const tagsOf = async (id: number) => (await api.client.GET('/ideas/{id}', { params: { path: { id } } })).data?.tags.toSorted();
  const row = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('link', { name, exact: true }) });
  const dialog = page.getByRole('dialog');

  await page.goto('/settings/tags');
  await expect(row('gardn')).toContainText('1 idea');
  await page.getByRole('button', { name: 'New tag' }).click();
  await dialog.getByLabel('Name').fill('Side Project');
  await expect(dialog.getByText('It will be spelled “side-project”.')).toBeVisible();
  await dialog.getByRole('radio', { name: 'Purple' }).check({ force: true });
  await look(page, 'tag');
  await dialog.getByRole('button', { name: 'Make tag' }).click();
  await expect(row('side-project')).toContainText('0 ideas');
  await look(page, 'tags');

  await page.getByRole('button', { name: 'Edit roof' }).click();
  await dialog.getByLabel('Name').fill('rooftop');
  await page.keyboard.press('Enter');
  await expect(row('rooftop')).toBeVisible();
  expect(await tagsOf(tomatoes)).toEqual(['gardn', 'rooftop']);

  await page.getByRole('button', { name: 'Edit gardn' }).click();
  await dialog.getByLabel('Name').fill('garden');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Merge into “garden”' }).click();
  await expect(dialog).toBeHidden();
  await expect(row('gardn')).toHaveCount(0);
  await expect(row('garden')).toContainText('2 ideas');
  expect(await tagsOf(tomatoes)).toEqual(['garden', 'rooftop']);

  await page.getByRole('button', { name: 'Delete rooftop' }).click();
  await expect(dialog.getByText('It comes off 1 idea.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Delete tag' }).click();
  await expect(row('rooftop')).toHaveCount(0);
  expect(await tagsOf(tomatoes)).toEqual(['garden']);

  // What happens elsewhere shows without a reload.
  await api.capture('Read about bees', { tags: ['bees'] });
  await expect(row('bees')).toContainText('1 idea');
});

test('the theme that was chosen is there after a reload, and keys can be switched off', async ({ signedIn: page }) => {
  await page.goto('/settings/appearance');
  await look(page, 'appearance');
  await page.emulateMedia({ colorScheme: 'light' });
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  const dark = page.getByRole('radio', { name: 'Dark Bright' });
  await page.getByText('Bright on dark').click();
  expect(await scheme()).toBe('dark');
  await page.reload();
  await expect(dark).toBeChecked();
  expect(await scheme()).toBe('dark');
  await dark.press('ArrowRight');
  expect(await scheme()).toBe('light dark');

  await page.getByRole('checkbox', { name: /Single-key shortcuts/ }).uncheck();
  await page.getByRole('heading', { name: 'Keyboard' }).click();
  await page.keyboard.press('c');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('checkbox', { name: /Single-key shortcuts/ }).check();
  await page.keyboard.press('c');
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('a section that cannot be read says so and offers another try', async ({ signedIn: page, trouble }) => {
  trouble.expect(/status of 500/);
  let broken = true;
  await page.route(/api\/v1\/(user\/api-keys|tags)$/, (route) =>
    broken ? route.fulfill({ status: 500, json: { error: 'Something went wrong on the server.' } }) : route.continue(),
  );
  await page.goto('/settings/keys');
  await expect(page.getByRole('alert')).toContainText('Something went wrong on the server.');
  await inBothThemes(page, () => expectAccessible(page));
  await page.getByRole('link', { name: 'Tags' }).click();
  await expect(page.getByRole('heading', { name: 'Tags' })).toBeFocused();
  await expect(page.getByRole('alert')).toContainText('Something went wrong on the server.');
  broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No tags yet')).toBeVisible();
  await inBothThemes(page, () => expectAccessible(page));
  await page.goto('/settings/nothing');
  await expect(page.getByText('There is no such section')).toBeVisible();
});

test('how close ideas have to be, and when the agent asks, is chosen and kept', async ({ signedIn: page, api }) => {
  const settings = async () => JSON.parse((await api.client.GET('/user/me')).data!.settings_json) as Record<string, unknown>;
  await page.goto('/settings/meaning');
  const search = page.getByRole('slider', { name: 'Found by a search' });
  await expect(search).toHaveValue('30');
  await look(page, 'close');
  await search.focus();
  await search.press('ArrowRight');
  await expect(page.getByText('35 %', { exact: true })).toBeVisible();
  await page.getByRole('slider', { name: 'Proposed as duplicates' }).fill('85');
  await page.getByLabel('Put tags that fit well on new ideas').check();
  await expect.poll(settings).toEqual({ search_threshold: 0.35, dedup_threshold: 0.85, auto_tag: true });
  await page.reload();
  await expect(page.getByRole('slider', { name: 'Proposed as duplicates' })).toHaveValue('85');
  await page.getByRole('button', { name: 'As usual' }).click();
  await expect.poll(settings).toEqual({ auto_tag: true });
  await expect(search).toHaveValue('30');

  await page.goto('/settings/agent');
  await expect(page.getByLabel('Before it takes something away')).toBeChecked();
  await look(page, 'agent');
  await page.getByLabel('Before every change').check();
  await expect.poll(settings).toEqual({ auto_tag: true, agent_approval: 'every' });
});
