import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Api } from './api.ts';
import { expect, expectAccessible, inBothThemes, type Models, type Provider, shot, test } from './models.ts';

const text = `# Rain barrel monitor

A small device that tells **how full** a rain barrel is.

## Goals

- Show the level at a glance
- Warn before it overflows

## Data

| Field | Meaning |
|---|---|
| level | 0 to 1 |

\`\`\`ts
interface Level { level: number }
\`\`\`

## First steps

1. Measure
2. Tell
`;

const section = (page: Page) => page.getByRole('region', { name: 'Specification' });

async function store(api: Api, models: Models, provider: Provider = 'anthropic'): Promise<void> {
  const { error } = await api.client.PUT('/user/byok/{provider}', {
    params: { path: { provider } },
    body: { api_key: models.keys[provider] },
  });
  expect(error).toBeUndefined();
}

async function begin(page: Page, instructions = ''): Promise<void> {
  await section(page)
    .getByRole('button', { name: /^(Develop into a specification|New version)$/ })
    .click();
  const dialog = page.getByRole('dialog');
  if (instructions) await dialog.getByLabel('Instructions').fill(instructions);
  await dialog.getByRole('button', { name: /^(Develop|Write it)$/ }).click();
}

async function look(page: Page, name: string): Promise<void> {
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `develop-${name}-${theme}`);
  });
}

test('without a key there is a quiet hint that leads to where one is added', async ({ signedIn: page, api }) => {
  const idea = await api.capture('Rain barrel monitor');
  await page.goto(`/ideas/${idea}`);
  await expect(section(page)).toContainText('with a key of your own');
  await look(page, 'nokey');
  await section(page).getByRole('link', { name: 'add one under Settings, AI providers' }).click();
  await expect(page.getByRole('heading', { name: 'AI providers' })).toBeFocused();
});

test('a specification is written as it arrives, kept with its receipt, copied and downloaded', async ({
  signedIn: page,
  context,
  api,
  models,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await store(api, models);
  const idea = await api.capture('Rain barrel monitor', { body: 'With a sensor.' });
  // Slow enough that a person, and a test, sees it grow.
  models.say(text, { chunkSize: 8, streamingProfile: { ttft: 50, tps: 10 } });
  await page.goto(`/ideas/${idea}`);
  await section(page).getByRole('button', { name: 'Develop into a specification' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Instructions')).toBeFocused();
  await expect(dialog.getByLabel('Provider')).toHaveValue('anthropic');
  await look(page, 'dialog');
  await dialog.getByLabel('Instructions').fill('For one developer');
  await dialog.getByRole('button', { name: 'Develop' }).click();

  await expect(section(page).getByRole('heading', { name: 'Rain barrel monitor' })).toBeVisible();
  await expect(section(page).getByRole('button', { name: 'Stop' })).toBeFocused();
  await expect(section(page)).toContainText('Writing version 1');
  await expect(section(page).getByRole('heading', { name: 'First steps' })).toBeVisible();
  await expect(section(page).getByRole('button', { name: 'Show less' })).toBeVisible();
  await expect(section(page).getByRole('status').last()).toHaveText('The specification is complete');
  await expect(section(page).getByRole('table')).toBeVisible();
  await expect(section(page).getByText('Incomplete')).toHaveCount(0);

  await section(page).getByText(/^claude/).first().click();
  await expect(section(page)).toContainText(`••••${models.keys.anthropic.slice(-4)}`);
  await expect(section(page)).toContainText('For one developer');
  await look(page, 'written');

  await section(page).getByRole('button', { name: 'Copy' }).click();
  expect((await page.evaluate(() => navigator.clipboard.readText())).trim()).toBe(text.trim());
  const [file] = await Promise.all([page.waitForEvent('download'), section(page).getByRole('link', { name: 'Download' }).click()]);
  expect(file.suggestedFilename()).toMatch(/\.md$/);
  expect(await readFile(await file.path(), 'utf8')).toContain('## First steps');

  // It is there after a reload, folded until somebody wants to read it.
  await page.reload();
  await expect(section(page).getByRole('button', { name: 'Read the whole specification' })).toBeVisible();
  await section(page).getByRole('button', { name: 'Read the whole specification' }).click();
  await expect(section(page).getByRole('heading', { name: 'First steps' })).toBeVisible();
});

test('stopping keeps what arrived, and it can be gone on with', async ({ signedIn: page, api, models }) => {
  await store(api, models);
  const idea = await api.capture('Rain barrel monitor');
  models.say(text, { chunkSize: 6, streamingProfile: { ttft: 20, tps: 12 } });
  await page.goto(`/ideas/${idea}`);
  await begin(page);
  // More than the last words, which are asked for again.
  await expect(section(page).getByText('Show the level')).toBeVisible();
  await section(page).getByRole('button', { name: 'Stop' }).click();
  await expect(section(page).getByText('Incomplete')).toBeVisible();
  await expect(section(page).getByText('A small device')).toBeVisible();
  await expect(section(page).getByRole('heading', { name: 'First steps' })).toHaveCount(0);
  await look(page, 'stopped');

  // The server has it too, whatever it had when the page hung up.
  await page.reload();
  await expect(section(page).getByText('Incomplete')).toBeVisible();
  const arrived = await section(page).locator('.prose').textContent();
  models.say('\n\n## The rest\n\nAnd so on to the end.', { chunkSize: 6 });
  await section(page).getByRole('button', { name: 'Resume' }).click();
  await expect(section(page).getByRole('heading', { name: 'The rest' })).toBeVisible();
  await expect(section(page).getByText('Incomplete')).toHaveCount(0);
  expect(await section(page).locator('.prose').textContent()).toContain(arrived!.trim().slice(0, 60));
  await expect(section(page)).toContainText('Version 1');
});

test('versions are chosen, compared and restored', async ({ signedIn: page, api, models }) => {
  await store(api, models);
  const idea = await api.capture('Rain barrel monitor');
  models.say(text);
  await page.goto(`/ideas/${idea}`);
  await begin(page);
  await expect(section(page)).toContainText('Version 1');
  models.say(text.replace('at a glance', 'from afar'));
  await begin(page);
  const versions = section(page).getByRole('combobox', { name: 'Version' });
  await expect(versions).toHaveValue('2');
  await expect(section(page).getByText('Show the level from afar')).toBeVisible();

  await section(page).getByRole('button', { name: 'More for the specification' }).click();
  await page.getByRole('menuitem', { name: 'Compare versions…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('1 line put in, 1 line taken out.')).toBeVisible();
  await expect(dialog.getByText('- Show the level at a glance')).toBeVisible();
  await expect(dialog.getByText('- Show the level from afar')).toBeVisible();
  await look(page, 'compare');
  await dialog.getByLabel('From').selectOption('2');
  await expect(dialog.getByText('Both say the same.')).toBeVisible();
  await page.keyboard.press('Escape');

  await versions.selectOption('1');
  await expect(section(page).getByText('Show the level at a glance')).toBeVisible();
  await expect(section(page).getByText('Not the newest')).toBeVisible();
  await section(page).getByRole('button', { name: 'Restore' }).click();
  await expect(versions).toHaveValue('3');
  await expect(section(page).getByText('Show the level at a glance')).toBeVisible();
  await expect(versions.locator('option').first()).toHaveText(/repeats 1/);
});

test('another provider and another model are asked if a person wants that', async ({ signedIn: page, api, models, trouble }) => {
  await store(api, models, 'anthropic');
  await store(api, models, 'openai');
  const idea = await api.capture('Rain barrel monitor');
  models.say(text);
  await page.goto(`/ideas/${idea}`);
  await section(page).getByRole('button', { name: 'Develop into a specification' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Provider').selectOption({ label: 'OpenAI' });
  await dialog.getByLabel('Model').fill('gpt-4o-mini');
  await dialog.getByRole('button', { name: 'Develop' }).click();
  await expect(section(page).getByText(/^gpt-4o-mini/).first()).toBeVisible();

  trouble.expect(/status of 400/);
  await section(page).getByRole('button', { name: 'New version' }).click();
  await dialog.getByLabel('Model').fill('no-such-model');
  await dialog.getByRole('button', { name: 'Write it' }).click();
  await expect(section(page).getByRole('alert')).toContainText('must be one of: sonnet');
  await expect(section(page)).toContainText('Version 1');
});

test('what goes wrong at the provider is said in words, and nothing that arrived is lost', async ({ signedIn: page, api, models, trouble }) => {
  trouble.expect(/status of (4|5)\d\d/);
  await store(api, models);
  const idea = await api.capture('Rain barrel monitor');
  await page.goto(`/ideas/${idea}`);

  // It fails whenever it is asked.
  models.say(text);
  models.mock.setChaos({ dropRate: 1 });
  await begin(page);
  await expect(section(page).getByRole('alert')).toContainText('Anthropic');
  await expect(section(page).getByRole('button', { name: 'Develop into a specification' })).toBeVisible();
  await look(page, 'failed');

  // It says something that is no answer.
  models.mock.setChaos({ malformedRate: 1 });
  await begin(page);
  await expect(section(page).getByRole('alert')).toContainText('Anthropic sent an answer that cannot be read');

  // It breaks off. It is asked again: what cannot be read is not kept. And it
  // pauses: else the mock closes before anything has left.
  models.mock.clearChaos();
  models.say(text, { chunkSize: 10, latency: 20, truncateAfterChunks: 12 });
  await begin(page);
  await expect(section(page).getByText('Incomplete')).toBeVisible();
  await expect(section(page).getByText('A small device')).toBeVisible();
  await expect(section(page).getByRole('alert')).toBeVisible();

  // It wants a pause first.
  models.say(text);
  models.mock.prependFixture({
    match: { sequenceIndex: 0 },
    response: { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429, retryAfter: 1 },
  });
  await begin(page);
  await expect(section(page).getByRole('heading', { name: 'First steps' })).toBeVisible();
  await section(page).getByText(/^claude/).first().click();
  await expect(section(page).getByRole('definition').filter({ hasText: /^1$/ })).toBeVisible();
});

test('a text goes on arriving while the person is elsewhere', async ({ signedIn: page, api, models }) => {
  await store(api, models);
  const idea = await api.capture('Rain barrel monitor');
  models.say(text, { chunkSize: 6, streamingProfile: { ttft: 20, tps: 25 } });
  await page.goto(`/ideas/${idea}`);
  await begin(page);
  await expect(section(page).getByText('A small device')).toBeVisible();
  await page.getByRole('link', { name: 'Board' }).filter({ visible: true }).click();
  await expect(page.getByRole('region', { name: 'Messages' }).getByText(`The specification of #${idea} is complete.`)).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(section(page)).toContainText('Version 1');
  await expect(section(page).getByText('Incomplete')).toHaveCount(0);
});
