// Talking with the agent: the conversation and what comes of it.
import type { Page } from '@playwright/test';
import type { Api } from './api.ts';
import { expect, expectAccessible, inBothThemes, type Models, shot, test } from './models.ts';

const long = `Your ideas circle around **water**.

## What they share

- Rain is caught
- It is *measured*
- See [the report](https://example.com/report?id=7) and #1

| Idea | Water | Effort | Reach | Novelty | Risk | When it could be done at the earliest |
|---|---|---|---|---|---|---|
| Barrel | much | little | one house | low | low | this summer, before the first rain |

\`\`\`ts
export function level(reading: number, least: number, most: number, smoothing = 0.2): number { return reading * smoothing; }
\`\`\`

![chart](https://example.com/pixel.png)

So begin with the barrel.`;

const field = (page: Page) => page.getByRole('textbox', { name: 'Message to the agent' });
const log = (page: Page) => page.getByRole('log');
const answers = (page: Page) => log(page).getByRole('article', { name: /^Answer/ });
const send = async (page: Page, text: string) => {
  // The last word of an answer is there before its end is.
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
  await field(page).fill(text);
  await field(page).press('Enter');
};

async function store(api: Api, models: Models): Promise<void> {
  const { error } = await api.client.PUT('/user/byok/{provider}', {
    params: { path: { provider: 'anthropic' } },
    body: { api_key: models.keys.anthropic },
  });
  expect(error).toBeUndefined();
}

async function open(page: Page, api: Api, models: Models): Promise<void> {
  await store(api, models);
  await page.goto('/canvas');
  await expect(page.getByRole('button', { name: 'Model: Sonnet' })).toBeVisible();
}

async function look(page: Page, name: string): Promise<void> {
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `canvas-${name}-${theme}`);
  });
}

test('without a model the page says what to do', async ({ signedIn: page }) => {
  await page.goto('/canvas');
  await expect(page.getByRole('heading', { name: 'No model can answer yet' })).toBeVisible();
  await look(page, 'none');
  await page.getByRole('button', { name: /^Model/ }).click();
  await expect(page.getByRole('dialog', { name: /^Model/ })).toContainText(/key/);
  await look(page, 'models');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Add a key in Settings' }).click();
  await expect(page.getByRole('heading', { name: 'AI providers' })).toBeFocused();
});

test('an answer is written as it arrives, and is there after a reload', async ({ signedIn: page, api, models }) => {
  await api.capture('Rain barrel monitor');
  await open(page, api, models);
  await look(page, 'welcome');
  models.say(long, { chunkSize: 12, streamingProfile: { ttft: 50, tps: 40 } });
  await send(page, 'What do my ideas share?');
  await expect(field(page)).toHaveValue('');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await expect(answers(page).getByText('Your ideas circle around')).toBeVisible();
  await expect(page).toHaveURL(/\/canvas\/[\w-]+$/);
  await expect(answers(page).getByText('So begin with the barrel.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeVisible();
  await expect(answers(page).getByRole('table')).toBeVisible();
  await expect(answers(page).getByText('(example.com/report?id=7)')).toBeVisible();
  await expect(answers(page).getByRole('img')).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Context .* full/ })).toBeVisible();
  await look(page, 'answer');

  await page.reload();
  await expect(answers(page).getByText('So begin with the barrel.')).toBeVisible();
  await expect(log(page).getByRole('article', { name: 'You' })).toContainText('What do my ideas share?');
  await expect(answers(page)).toHaveCount(1);
});

test('stopping keeps what arrived, and the answer can be written again', async ({ signedIn: page, api, models }) => {
  await open(page, api, models);
  models.say('word '.repeat(400), { chunkSize: 5, streamingProfile: { ttft: 20, tps: 15 } });
  await send(page, 'Talk');
  await expect(answers(page).getByText(/word word/)).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(answers(page).getByText('You stopped this answer.')).toBeVisible();
  await expect(answers(page).getByText(/word word/)).toBeVisible();
  models.say('A short one.');
  await answers(page).getByRole('button', { name: 'Write again' }).click();
  await expect(answers(page).getByText('A short one.')).toBeVisible();
  await expect(answers(page)).toHaveCount(1);
});

test('what goes wrong at the provider is said in words', async ({ signedIn: page, api, models, trouble }) => {
  trouble.expect(/status of (4|5)\d\d/);
  await open(page, api, models);
  models.say(long, { chunkSize: 10, latency: 20, truncateAfterChunks: 8 });
  await send(page, 'Talk');
  await expect(answers(page).getByText('Your ideas circle around')).toBeVisible();
  await expect(answers(page).getByRole('alert')).toContainText('Anthropic');
  await look(page, 'cut');
  models.say('All is well.');
  await answers(page).getByRole('button', { name: 'Write the answer again' }).click();
  await expect(answers(page).getByText('All is well.')).toBeVisible();

  // It wants a pause first, which the server makes.
  models.say('After a pause.');
  models.mock.prependFixture({
    match: { sequenceIndex: 0 },
    response: { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429, retryAfter: 1 },
  });
  await send(page, 'And now?');
  await expect(answers(page).getByText('After a pause.')).toBeVisible();
});

test('a reload goes on with an answer that is under way, and another tab sees it too', async ({ signedIn: page, context, api, models }) => {
  await open(page, api, models);
  models.say(`Begin. ${'word '.repeat(60)} End.`, { chunkSize: 5, streamingProfile: { ttft: 20, tps: 12 } });
  await send(page, 'Talk');
  await expect(answers(page).getByText(/Begin\. word/)).toBeVisible();
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole('button', { name: 'Stop' })).toBeVisible();
  await page.reload();
  await expect(answers(page).getByText(/Begin\. word/)).toBeVisible();
  for (const tab of [page, other]) {
    await expect(answers(tab).getByText(/End\.$/)).toBeVisible({ timeout: 20_000 });
    await expect(answers(tab)).toHaveCount(1);
  }
  // What is said in one is heard in the other.
  models.say('Second.');
  await send(other, 'More');
  await expect(answers(page).getByText('Second.')).toBeVisible();
});

test('a message is edited and sent again, and a copy goes on from an answer', async ({ signedIn: page, api, models }) => {
  await open(page, api, models);
  models.say('First answer.');
  await send(page, 'One');
  await expect(answers(page).getByText('First answer.')).toBeVisible();
  models.say('Second answer.');
  await send(page, 'Two');
  await expect(answers(page).getByText('Second answer.')).toBeVisible();

  await answers(page).first().hover();
  await answers(page).first().getByRole('button', { name: 'Go on from here in a copy' }).click();
  await expect(answers(page)).toHaveCount(1);
  await expect(answers(page)).toContainText('First answer.');
  await page.goBack();
  await expect(answers(page)).toHaveCount(2);

  const first = log(page).getByRole('article', { name: 'You' }).first();
  await first.hover();
  await first.getByRole('button', { name: 'Edit and send again' }).click();
  const edit = page.getByRole('textbox', { name: 'Edit the message' });
  await expect(edit).toBeFocused();
  await expect(edit).toHaveValue('One');
  models.say('Third answer.');
  await edit.fill('One, but better');
  await edit.press('Enter');
  await expect(answers(page).getByText('Third answer.')).toBeVisible();
  await expect(answers(page)).toHaveCount(1);
  await page.reload();
  await expect(answers(page)).toHaveCount(1);
  await expect(log(page).getByRole('article', { name: 'You' })).toContainText('One, but better');
});

test('conversations are found, renamed and deleted', async ({ signedIn: page, api, models }) => {
  await open(page, api, models);
  models.say('About bees.');
  await send(page, 'Tell me of bees');
  await expect(answers(page).getByText('About bees.')).toBeVisible();
  await page.getByRole('button', { name: 'New conversation' }).click();
  models.say('About rain.');
  await send(page, 'Tell me of rain');
  await expect(answers(page).getByText('About rain.')).toBeVisible();

  await page.getByRole('button', { name: 'Conversations' }).click();
  const dialog = page.getByRole('dialog', { name: 'Conversations' });
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await expect(dialog.getByRole('heading', { name: 'Today' })).toBeVisible();
  await look(page, 'history');
  await dialog.getByRole('searchbox').fill('bees');
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  await dialog.getByRole('button', { name: /^More for/ }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Honey and bees');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Honey and bees', exact: false }).first().click();
  await expect(page.getByRole('heading', { name: 'Honey and bees', exact: true })).toBeVisible();
  await expect(answers(page).getByText('About bees.')).toBeVisible();

  await page.getByRole('button', { name: 'Conversations' }).click();
  await dialog.getByRole('button', { name: 'More for Honey and bees' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('dialog', { name: 'Delete this conversation?' }).getByRole('button', { name: 'Delete' }).click();
  await expect(page).toHaveURL('/canvas');
  await page.getByRole('button', { name: 'Conversations' }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
});

test('an idea is attached by a number sign, and a slash offers requests', async ({ signedIn: page, api, models }) => {
  await api.capture('Rain barrel monitor');
  await open(page, api, models);
  await field(page).pressSequentially('See #rain');
  await expect(page.getByRole('option', { name: /Rain barrel monitor/ })).toBeVisible();
  await look(page, 'attach');
  await field(page).press('Enter');
  await expect(field(page)).toHaveValue('See #1 ');
  await expect(page.getByRole('list', { name: 'Attached ideas' })).toContainText('Rain barrel monitor');
  // A draft outlives a reload.
  await page.reload();
  await expect(field(page)).toHaveValue('See #1 ');
  await field(page).fill('/sco');
  await expect(page.getByRole('option', { name: /score/ })).toBeVisible();
  await look(page, 'commands');
  await field(page).press('Enter');
  await expect(field(page)).toHaveValue(/^Score idea # for feasibility/);
});

test('the panes are resized by keys, and on a phone they are tabs', async ({ signedIn: page, api, models, isMobile }) => {
  await open(page, api, models);
  if (isMobile) {
    await page.getByRole('tab', { name: 'Cards' }).click();
    await expect(page.getByText('Cards appear here')).toBeVisible();
    await look(page, 'cards');
    return;
  }
  const bar = page.getByRole('separator', { name: 'Width of the conversation' });
  const before = Number(await bar.getAttribute('aria-valuenow'));
  await bar.press('ArrowRight');
  await expect(bar).toHaveAttribute('aria-valuenow', String(before + 2));
  await page.reload();
  await expect(bar).toHaveAttribute('aria-valuenow', String(before + 2));
});

/** Lets the model call a tool once, and say something when it has its result. */
function call(models: Models, name: string, args: object, then: string): void {
  models.mock.clearFixtures();
  models.mock.prependFixture({ match: { hasToolResult: true }, response: { content: then } });
  models.mock.addFixture({ match: { hasToolResult: false }, response: { toolCalls: [{ name, arguments: JSON.stringify(args) }] } });
}

test('what tools do is shown as it happens, and their cards beside it', async ({ signedIn: page, api, models, isMobile }) => {
  await api.capture('Rain barrel monitor');
  await api.capture('Rain gauge');
  await open(page, api, models);
  call(models, 'search_ideas', { query: 'rain' }, 'You have two ideas about rain.');
  await send(page, 'What about rain?');
  await expect(answers(page).getByText('You have two ideas about rain.')).toBeVisible();
  const line = answers(page).getByRole('button', { name: /Searched ideas “rain”/ });
  await expect(line).toBeVisible();
  await line.click();
  await expect(answers(page).getByLabel('What it gave')).toContainText('Rain gauge');
  await look(page, 'tools');

  // The card is pinned, folded and dismissed, and the server knows.
  if (isMobile) await page.getByRole('tab', { name: /Cards/ }).click();
  const cards = page.getByRole('region', { name: 'Cards', exact: true });
  await expect(cards).toContainText('Rain gauge');
  await cards.getByRole('button', { name: 'Pin' }).click();
  await expect(cards.getByRole('button', { name: 'Unpin' })).toBeVisible();
  await look(page, 'card');
  await page.reload();
  if (isMobile) await page.getByRole('tab', { name: /Cards/ }).click();
  await expect(cards.getByRole('button', { name: 'Unpin' })).toBeVisible();
  await cards.getByRole('button', { name: 'Dismiss' }).click();
  await expect(cards).toContainText('All cards are dismissed');
  await page.getByRole('region', { name: 'Messages', exact: true }).getByRole('button', { name: 'Undo' }).click();
  await expect(cards.getByRole('button', { name: 'Unpin' })).toBeVisible();
});

test('what takes something away is asked for first', async ({ signedIn: page, api, models }) => {
  const idea = await api.capture('Rain barrel monitor');
  await open(page, api, models);
  call(models, 'archive_idea', { id: idea }, 'It stays, then.');
  await send(page, 'Archive the barrel');
  const question = page.getByRole('region', { name: 'The agent wants to archive an idea' });
  await expect(question).toContainText('Rain barrel monitor');
  await look(page, 'approval');
  await page.reload();
  await question.getByRole('button', { name: 'Deny' }).click();
  await expect(answers(page).getByText('It stays, then.')).toBeVisible();
  await expect(answers(page).getByText('not allowed')).toBeVisible();
  expect((await api.client.GET('/ideas/{id}', { params: { path: { id: idea } } })).data!.is_archived).toBe(0);

  await page.getByRole('button', { name: 'New conversation' }).click();
  call(models, 'archive_idea', { id: idea }, 'It is in the archive.');
  await send(page, 'Archive the barrel');
  await question.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(answers(page).getByText('It is in the archive.')).toBeVisible();
  await expect(field(page)).toBeFocused();
  expect((await api.client.GET('/ideas/{id}', { params: { path: { id: idea } } })).data!.is_archived).toBe(1);
});

test('several things that need a yes are asked for one by one, each with its own answer', async ({ signedIn: page, api, models }) => {
  const [barrel, gauge, hose] = await api.captureMany(3, 'Garden thing');
  await open(page, api, models);
  models.mock.clearFixtures();
  models.mock.prependFixture({ match: { hasToolResult: true }, response: { content: 'Two are gone, one stays.' } });
  models.mock.addFixture({
    match: { hasToolResult: false },
    response: { toolCalls: [barrel, gauge, hose].map((id) => ({ name: 'archive_idea', arguments: JSON.stringify({ id }) })) },
  });
  await send(page, 'Archive all of them');
  const questions = page.getByRole('region', { name: 'The agent wants to archive an idea' });
  await expect(questions).toHaveCount(3);
  await look(page, 'approvals');
  await questions.filter({ hasText: `#${barrel}` }).getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(questions).toHaveCount(2);
  await questions.filter({ hasText: `#${gauge}` }).getByRole('button', { name: 'Deny' }).click();
  await expect(questions).toHaveCount(1);
  await page.reload(); // what was answered stays answered
  await expect(questions).toHaveCount(1);
  await questions.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(answers(page).getByText('Two are gone, one stays.')).toBeVisible();
  const archived = async (id: number) => (await api.client.GET('/ideas/{id}', { params: { path: { id } } })).data!.is_archived;
  expect([await archived(barrel!), await archived(gauge!), await archived(hose!)]).toEqual([1, 0, 1]);
});

test('another model goes on where one does not answer, and says so', async ({ signedIn: page, api, models }) => {
  test.slow();
  await open(page, api, models);
  models.mock.clearFixtures();
  models.mock.addFixture({ match: { model: /sonnet/ }, response: { error: { message: 'Overloaded', type: 'overloaded_error' }, status: 529 } });
  models.mock.onMessage(/[\s\S]/, { content: 'I am here instead.' });
  await send(page, 'Hello');
  await expect(answers(page).getByText('I am here instead.')).toBeVisible({ timeout: 30_000 });
  await expect(answers(page).getByText(/^Sonnet does not answer just now: .+ goes on\.$/)).toBeVisible();
  await look(page, 'fallback');
});
