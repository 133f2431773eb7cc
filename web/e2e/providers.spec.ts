import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectNowhere, inBothThemes, makeKey, type Provider, shot, signIn, test, watchAnswers } from './models.ts';

const titles: Record<Provider, string> = { anthropic: 'Anthropic', openai: 'OpenAI', openrouter: 'OpenRouter' };

const card = (page: Page, provider: Provider) => page.getByRole('region', { name: titles[provider], exact: true });
const field = (page: Page, provider: Provider) => page.getByRole('textbox', { name: `${titles[provider]} key` });

async function store(page: Page, provider: Provider, key: string): Promise<void> {
  await card(page, provider)
    .getByRole('button', { name: /^(Add your|Replace the) / })
    .click();
  await field(page, provider).fill(key);
  await page.getByRole('button', { name: 'Save key' }).click();
  await expect(card(page, provider)).toContainText(`••••${key.slice(-4)}`);
}

async function look(page: Page, name: string): Promise<void> {
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `providers-${name}-${theme}`);
  });
}

test('a key is stored, tested, replaced, capped and removed, and is nowhere afterwards', async ({ signedIn: page, models, server }) => {
  const answers = watchAnswers(page);
  const first = makeKey('anthropic');
  const anthropic = card(page, 'anthropic');
  await page.goto('/settings');
  await page.getByRole('link', { name: 'AI providers' }).click();
  await expect(page.getByRole('heading', { name: 'AI providers' })).toBeFocused();
  await expect(anthropic).toContainText('No key');
  await expect(page.getByText('Nothing yet. It begins with the first key that you store.')).toBeVisible();
  await look(page, 'none');

  // An attempt with nothing in it, one that is given up, and one with a key that the provider does not know.
  await anthropic.getByRole('button', { name: 'Add your Anthropic key' }).click();
  await expect(field(page, 'anthropic')).toBeFocused();
  await page.getByRole('button', { name: 'Save key' }).click();
  await expect(page.getByText('Paste your Anthropic key')).toBeVisible();
  await field(page, 'anthropic').fill(first);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await anthropic.getByRole('button', { name: 'Add your Anthropic key' }).click();
  await expect(field(page, 'anthropic')).toHaveValue('');
  await field(page, 'anthropic').fill(first);
  await expect(page.getByText('Begins as a key of Anthropic does.')).toBeVisible();
  await look(page, 'typed');
  await page.getByRole('button', { name: 'Save key' }).click();
  await expect(anthropic).toContainText(`••••${first.slice(-4)}`);
  await expect(anthropic).toContainText('Not tested');
  await expect(anthropic.getByRole('button', { name: 'Test the connection to Anthropic' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(anthropic.getByRole('status')).toContainText('Anthropic does not know this key');
  await expect(anthropic).toContainText('Turned down');
  await look(page, 'wrong');

  await store(page, 'anthropic', models.keys.anthropic);
  await expect(anthropic).toContainText('Not tested');
  await anthropic.getByRole('button', { name: 'Test the connection to Anthropic' }).click();
  await expect(anthropic.getByRole('status')).toContainText('The connection works');
  await expect(anthropic).toContainText('Works');
  await expect(anthropic).toContainText('Answers next');

  const dialog = page.getByRole('dialog');
  await anthropic.getByRole('button', { name: 'Set the monthly cap of Anthropic' }).click();
  await dialog.getByLabel('US dollars a month').fill('lots');
  await dialog.getByRole('button', { name: 'Set cap' }).click();
  await expect(dialog.getByText('Enter an amount in US dollars')).toBeVisible();
  await look(page, 'cap');
  await dialog.getByLabel('US dollars a month').fill('2,50');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(anthropic.getByRole('meter')).toHaveAttribute('aria-valuemax', '2.5');
  await expect(anthropic).toContainText('$0.00 of $2.50 spent this month');

  const record = page.getByRole('region', { name: 'What was done with your keys' }).getByRole('listitem');
  await expect(record).toHaveText([
    /Monthly cap of the Anthropic key changed/,
    /Anthropic key tested: it works/,
    /Anthropic key used to test it/,
    /Anthropic key replaced/,
    /Anthropic key tested: turned down/,
    /Anthropic key used to test it/,
    /Anthropic key stored/,
  ]);
  await look(page, 'stored');

  await expectNowhere(first, page, answers, server);
  await expectNowhere(models.keys.anthropic, page, answers, server);

  await anthropic.getByRole('button', { name: 'Remove the Anthropic key' }).click();
  await look(page, 'remove');
  await dialog.getByRole('button', { name: 'Remove key' }).click();
  await expect(anthropic).toContainText('No key');
  await expect(anthropic).toBeFocused();
  await expect(record.first()).toContainText('Anthropic key removed');
  await expectNowhere(models.keys.anthropic, page, answers, server);
});

test('a key of another provider is noticed, and goes where it belongs', async ({ signedIn: page, models, trouble }) => {
  trouble.expect(/status of 400/);
  await page.goto('/settings/providers');
  await card(page, 'anthropic').getByRole('button', { name: 'Add your Anthropic key' }).click();
  await field(page, 'anthropic').fill(models.keys.openrouter);
  await expect(page.getByText('This looks like a key of OpenRouter, not of Anthropic.')).toBeVisible();
  // The server decides, whatever the page has noticed.
  await page.getByRole('button', { name: 'Save key' }).click();
  await expect(page.getByText('This is a key of OpenRouter (it begins with sk-or-)')).toBeVisible();
  await expect(field(page, 'anthropic')).toBeFocused();
  await field(page, 'anthropic').fill(models.keys.openrouter + ' ');
  await page.getByRole('button', { name: 'Store it for OpenRouter' }).click();
  await expect(field(page, 'openrouter')).toBeFocused();
  await expect(field(page, 'openrouter')).toHaveValue(models.keys.openrouter + ' ');
  await page.keyboard.press('Enter');
  await expect(card(page, 'openrouter')).toContainText(`••••${models.keys.openrouter.slice(-4)}`);
  await card(page, 'openrouter').getByRole('button', { name: 'Test the connection to OpenRouter' }).click();
  await expect(card(page, 'openrouter').getByRole('status')).toContainText('The connection works');

  await card(page, 'anthropic').getByRole('button', { name: 'Add your Anthropic key' }).click();
  for (const [pasted, noticed, refused] of [
    [`sk-ant-admin01-${'a'.repeat(90)}`, 'This looks like an Anthropic admin key', 'This is an Anthropic admin key'],
    ['sk-ant-…wxyz', 'This is a key with its middle left out', 'This is only the masked form of a key'],
    ['sk-ant-api03-short', '', 'This is too short, it was cut off'],
  ] as const) {
    await field(page, 'anthropic').fill(pasted);
    if (noticed) await expect(page.getByText(noticed)).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByText(refused)).toBeVisible();
  }
  await expect(card(page, 'anthropic')).toContainText('No key');
});

test('the browser is given nothing to keep', async ({ signedIn: page, models }) => {
  await page.goto('/settings/providers');
  await card(page, 'openai').getByRole('button', { name: 'Add your OpenAI key' }).click();
  const box = field(page, 'openai');
  await box.fill(models.keys.openai);
  // Not a password that a browser offers to keep, no name that an address
  // could have, nothing for it to complete or to send to a spelling checker.
  await expect(box).toHaveAttribute('type', 'text');
  await expect(box).toHaveAttribute('autocomplete', 'off');
  await expect(box).toHaveAttribute('spellcheck', 'false');
  expect(await box.getAttribute('name')).toBeNull();
  const masking = () => box.evaluate((e) => getComputedStyle(e).getPropertyValue('-webkit-text-security'));
  expect(await masking()).toBe('disc');
  await page.getByRole('button', { name: 'Show the key' }).click();
  expect(await masking()).toBe('none');
  await page.getByRole('button', { name: 'Hide the key' }).click();
  expect(await masking()).toBe('disc');
  await page.getByRole('link', { name: 'API keys' }).first().click();
  await page.goBack();
  await card(page, 'openai').getByRole('button', { name: 'Add your OpenAI key' }).click();
  await expect(box).toHaveValue('');
});

test('the preferred provider answers next, and other settings stay', async ({ signedIn: page, models, api }) => {
  await api.client.PATCH('/user/me', { body: { settings_json: '{"weekly_digest":false,"mine":[1]}' } });
  await page.goto('/settings/providers');
  await store(page, 'openrouter', models.keys.openrouter);
  await expect(card(page, 'openrouter')).toContainText('Answers next');
  await store(page, 'anthropic', models.keys.anthropic);
  await expect(card(page, 'anthropic')).toContainText('Answers next');
  await expect(card(page, 'openrouter')).not.toContainText('Answers next');

  const order = page.getByRole('radiogroup', { name: 'Preferred provider' });
  await expect(order.getByRole('radio', { name: 'No preference' })).toBeChecked();
  await order.getByRole('radio', { name: /^OpenRouter/ }).check();
  await expect(card(page, 'openrouter')).toContainText('Answers next');
  await expect(page.getByText('The next specification is written by OpenRouter')).toBeVisible();
  const settings = async () => JSON.parse((await api.client.GET('/user/me')).data!.settings_json) as unknown;
  expect(await settings()).toEqual({ weekly_digest: false, mine: [1], preferred_ai_provider: 'openrouter' });

  // One that is preferred and has no key is passed over, and the page says so.
  await order.getByRole('radio', { name: /^OpenAI/ }).check();
  await expect(page.getByText('written by Anthropic, because OpenAI has no key that can be used')).toBeVisible();
  await page.reload();
  await expect(order.getByRole('radio', { name: /^OpenAI/ })).toBeChecked();
  await order.getByRole('radio', { name: 'No preference' }).check();
  await expect(page.getByText('The next specification is written by Anthropic.')).toBeVisible();
  expect(await settings()).toEqual({ weekly_digest: false, mine: [1] });
});

test('everything can be done with the keyboard alone', async ({ signedIn: page, models }) => {
  await page.goto('/settings/providers');
  const openai = card(page, 'openai');
  await openai.getByRole('button', { name: 'Add your OpenAI key' }).focus();
  await page.keyboard.press('Enter');
  await expect(field(page, 'openai')).toBeFocused();
  await page.keyboard.type(models.keys.openai);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Show the key' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(openai.getByRole('button', { name: 'Add your OpenAI key' })).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.type(models.keys.openai);
  await page.keyboard.press('Enter');
  await expect(openai.getByRole('button', { name: 'Test the connection to OpenAI' })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(openai.getByRole('status')).toContainText('The connection works');
  await expect(openai.getByRole('button', { name: 'Test the connection to OpenAI' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(openai.getByRole('button', { name: 'Replace the OpenAI key' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(openai.getByRole('button', { name: 'Remove the OpenAI key' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(openai).toContainText('No key');
});

test('a key that was stored with another encryption key says so and can be pasted again', async ({ page, models, server, owner, api }) => {
  const put = await api.client.PUT('/user/byok/{provider}', {
    params: { path: { provider: 'anthropic' } },
    body: { api_key: models.keys.anthropic },
  });
  expect(put.response.status).toBe(200);
  await server.restart({ ENCRYPTION_KEY: randomBytes(32).toString('base64') });
  await signIn(page, owner);
  await page.goto('/settings/providers');
  const anthropic = card(page, 'anthropic');
  await expect(anthropic).toContainText('Cannot be opened');
  await expect(anthropic.getByRole('alert')).toContainText('This key was stored with another encryption key');
  await look(page, 'undecryptable');
  await anthropic.getByRole('button', { name: 'Test the connection to Anthropic' }).click();
  await expect(anthropic.getByRole('status')).toContainText('This server cannot open the key');
  await store(page, 'anthropic', models.keys.anthropic);
  await anthropic.getByRole('button', { name: 'Test the connection to Anthropic' }).click();
  await expect(anthropic.getByRole('status')).toContainText('The connection works');
});

test('other tools are told how to use the keys, and the record goes back to its beginning', async ({ signedIn: page, api, models, server }) => {
  for (let n = 0; n < 20; n++) {
    await api.client.PUT('/user/byok/{provider}', { params: { path: { provider: 'openai' } }, body: { api_key: models.keys.openai } });
  }
  await page.goto('/settings/providers');
  const tools = page.getByRole('region', { name: 'Use your keys in other tools' });
  await expect(tools.locator('code').first()).toHaveText(
    `export ANTHROPIC_BASE_URL=${server.url}/gateway/anthropic\nexport ANTHROPIC_API_KEY=nrp_…`,
  );
  await tools.getByRole('tab', { name: 'OpenAI' }).click();
  await expect(tools.locator('code').first()).toContainText(`OPENAI_BASE_URL=${server.url}/gateway/openai/v1`);

  const record = page.getByRole('region', { name: 'What was done with your keys' });
  await expect(record.getByRole('listitem')).toHaveCount(15);
  await record.getByRole('button', { name: 'Show older entries' }).click();
  await expect(record.getByRole('listitem')).toHaveCount(20);
  await expect(record.getByRole('listitem').last()).toContainText('OpenAI key stored');
  await expect(record.getByRole('button', { name: 'Show older entries' })).toHaveCount(0);
  await expect(record.getByRole('listitem').nth(15)).toBeFocused();
});

test('what the server cannot say is said, and can be asked again', async ({ signedIn: page, trouble }) => {
  trouble.expect(/status of 500/);
  let broken = true;
  await page.route('**/api/v1/user/byok/status', (route) =>
    broken ? route.fulfill({ status: 500, json: { error: 'Something went wrong on the server.' } }) : route.continue(),
  );
  await page.goto('/settings/providers');
  await expect(page.getByRole('alert')).toContainText('Something went wrong on the server.');
  await look(page, 'error');
  broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(card(page, 'openai')).toBeVisible();
});
