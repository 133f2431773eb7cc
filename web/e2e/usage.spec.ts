import { expect, expectAccessible, inBothThemes, type Models, type Provider, shot, test } from './models.ts';
import type { Api } from './api.ts';
import type { Page } from '@playwright/test';
import type { Person, Server } from './server.ts';

async function look(page: Page, name: string): Promise<void> {
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `usage-${name}-${theme}`);
  });
}

async function store(api: Api, models: Models, ...providers: Provider[]): Promise<void> {
  for (const provider of providers) {
    const { error } = await api.client.PUT('/user/byok/{provider}', {
      params: { path: { provider } },
      body: { api_key: models.keys[provider] },
    });
    expect(error).toBeUndefined();
  }
}

/** Asks a model as another tool would, through the gateway. */
async function ask(server: Server, owner: Person, provider: Provider, model: string, words = 'Say something'): Promise<number> {
  const anthropic = provider === 'anthropic';
  const path = { anthropic: 'anthropic/v1/messages', openai: 'openai/v1/chat/completions', openrouter: 'openrouter/api/v1/chat/completions' };
  const answer = await fetch(`${server.url}/gateway/${path[provider]}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(anthropic
        ? { 'x-api-key': owner.apiKey, 'anthropic-version': '2023-06-01' }
        : { Authorization: `Bearer ${owner.apiKey}` }),
    },
    body: JSON.stringify({ model, max_tokens: 50, messages: [{ role: 'user', content: words }] }),
  });
  await answer.text();
  return answer.status;
}

/** Waits until so many requests are in the record, which is written a moment later. */
async function recorded(api: Api, count: number): Promise<void> {
  await expect
    .poll(async () => (await api.client.GET('/user/ai/usage')).data?.total.requests, { timeout: 20_000 })
    .toBe(count);
}

test('before anything was asked the page says where the first request comes from', async ({ signedIn: page, isMobile }) => {
  await page.goto('/settings/providers');
  await page.getByRole('link', { name: 'AI usage' }).click();
  await expect(page.getByRole('heading', { name: 'AI usage' })).toBeFocused();
  await expect(page.getByText('No model was asked in this time')).toBeVisible();
  await expect(page.getByText('The first request comes from an idea')).toBeVisible();
  await look(page, 'empty');
  await page.getByRole('radio', { name: '7 days' }).press('Space');
  await page.getByRole('button', { name: 'Show 90 days' }).click();
  await expect(page.getByRole('radio', { name: '90 days' })).toBeChecked();
  await page.getByRole('link', { name: 'AI providers' }).first().click();
  await expect(page.getByRole('heading', { name: 'AI providers' })).toBeFocused();
  if (isMobile) return;
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await expect(page.getByRole('heading', { name: 'AI usage' })).toBeFocused();
});

test('what was asked is counted, priced, drawn and told in a table', async ({ signedIn: page, server, owner, api, models }) => {
  await store(api, models, 'anthropic', 'openai', 'openrouter');
  models.mock.onMessage(/[\s\S]/, { content: 'A few words.', usage: { input_tokens: 1_000, output_tokens: 500, prompt_tokens: 1_000, completion_tokens: 500 } });
  expect(await ask(server, owner, 'anthropic', 'claude-sonnet-4-20250514')).toBe(200);
  expect(await ask(server, owner, 'openai', 'gpt-4o')).toBe(200);
  expect(await ask(server, owner, 'openai', 'a-model-without-a-price')).toBe(200);
  models.mock.clearFixtures();
  models.mock.onMessage(/[\s\S]/, { error: { message: 'no such thing', type: 'invalid_request_error' }, status: 400 });
  expect(await ask(server, owner, 'anthropic', 'claude-sonnet-4-20250514')).toBe(400);
  await recorded(api, 4);

  await page.goto('/usage');
  const totals = page.getByRole('main').locator('dl').first();
  await expect(totals).toContainText(/Requests\s*4\b/);
  await expect(totals).toContainText('1 did not end well');
  // 1000 tokens in and 500 out: 0.0105 of Sonnet, 0.0075 of GPT-4o.
  await expect(totals).toContainText(/Cost\s*\$0\.018\b/);
  await expect(totals).toContainText(/[12] requests? without a known price/);
  await expect(page.getByRole('img', { name: /^Cost by day.*The most is \$0\.018/ })).toBeVisible();
  await look(page, 'full');

  await page.getByText('Requests', { exact: true }).nth(1).click();
  await expect(page.getByRole('img', { name: /^Requests by day.*The most is 4/ })).toBeVisible();
  await page.getByText('Tokens', { exact: true }).nth(1).click();
  await expect(page.getByRole('img', { name: /^Tokens by day.*The most is 4,500/ })).toBeVisible();
  const models_ = page.getByRole('region', { name: 'By model' }).getByRole('listitem');
  await expect(models_).toHaveCount(3);
  await page.getByText('Show as a table').click();
  const total = page.getByRole('region', { name: 'Usage by day' }).getByRole('row').last();
  await expect(total).toContainText('Together');
  await expect(total.getByRole('cell').first()).toHaveText('4');
  await look(page, 'table');

  const log = page.getByRole('table', { name: 'Requests to models' });
  await expect(log.getByRole('row')).toHaveCount(5);
  const unpriced = log.getByRole('row').filter({ hasText: 'a-model-without-a-price' });
  await expect(unpriced).toContainText('unknown');
  await expect(log.getByRole('row').nth(1)).toContainText('Failed');
  await expect(log.getByRole('row').nth(1)).toContainText('HTTP 400');

  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('Failed');
  await expect(log.getByRole('row')).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Provider' }).selectOption('OpenAI');
  await expect(page.getByText('No such request')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Provider' })).toHaveValue('openai');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect(log.getByRole('row')).toHaveCount(5);
  await page.getByRole('combobox', { name: 'Model' }).selectOption('gpt-4o');
  await expect(log.getByRole('row')).toHaveCount(2);
});

test('a long record is read page by page', async ({ signedIn: page, server, owner, api, models }) => {
  await store(api, models, 'openai');
  models.say('Yes.');
  for (let n = 0; n < 55; n += 11) {
    await Promise.all(Array.from({ length: 11 }, (_, i) => ask(server, owner, 'openai', 'gpt-4o-mini', `Question ${n + i}`)));
  }
  await recorded(api, 55);
  await page.goto('/usage');
  const rows = page.getByRole('table', { name: 'Requests to models' }).getByRole('row');
  await expect(rows).toHaveCount(51);
  await page.getByRole('button', { name: 'Show older requests' }).click();
  await expect(rows).toHaveCount(56);
  await expect(page.getByRole('button', { name: 'Show older requests' })).toHaveCount(0);
});

test('a provider that stumbles is asked again, and the record says how often', async ({ signedIn: page, server, owner, api, models }) => {
  await store(api, models, 'openai');
  models.say('Yes.');
  models.mock.nextRequestError(500, { message: 'overloaded' });
  expect(await ask(server, owner, 'openai', 'gpt-4o')).toBe(200);
  await recorded(api, 1);
  await page.goto('/usage');
  const row = page.getByRole('table', { name: 'Requests to models' }).getByRole('row').nth(1);
  await expect(row).toContainText('Complete');
  await expect(row).toContainText('1 retry');
});

test('days are chosen by dates, in the address too', async ({ signedIn: page, trouble }) => {
  await page.goto('/usage?from=2026-01-01&to=2026-01-31');
  await expect(page.getByLabel('From')).toHaveValue('2026-01-01');
  await page.getByLabel('To').fill('2026-02-10');
  await expect(page).toHaveURL(/from=2026-01-01&to=2026-02-10/);
  await page.getByLabel('From').fill('2026-03-01');
  await expect(page.getByLabel('To')).toHaveValue('2026-03-01');

  trouble.expect(/status of 500/);
  let broken = true;
  await page.route('**/api/v1/user/ai/usage*', (route) =>
    broken ? route.fulfill({ status: 500, json: { error: 'Something went wrong on the server.' } }) : route.continue(),
  );
  await page.getByRole('button', { name: 'Refresh' }).click();
  await expect(page.getByRole('alert')).toContainText('Something went wrong on the server.');
  await inBothThemes(page, () => expectAccessible(page));
  broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No model was asked in this time')).toBeVisible();
});
