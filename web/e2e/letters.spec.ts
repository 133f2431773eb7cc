// Weekly letters: the page of them, what can be done in one, when they come,
// and what a model adds.
import type { Page } from '@playwright/test';
import { expect, expectAccessible, inBothThemes, shot, test } from './models.ts';
import { test as withMail } from './mail.ts';

const messages = (page: Page) => page.getByLabel('Messages');

test('a letter is written on request, and what it proposes can be done and taken back', async ({ signedIn: page, api, trouble }) => {
  await page.goto('/digests');
  await expect(page.getByText('No letter yet')).toBeVisible();
  await expect(page.getByText(/^The next letter comes on Sunday .* here; this server sends no mail\./)).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `letters-none-${theme}`);
  });

  const roof = await api.capture('Solar roof', { tags: ['energy', 'home'] });
  const tiles = await api.capture('Solar roof tiles', { tags: ['energy', 'home'] });
  const moved = await api.capture('A tool library for the street', { body: 'Ladders and drills.', tags: ['community'] });
  await api.client.PATCH('/ideas/{id}', { params: { path: { id: moved }, header: {} }, body: { status: 'building' } });

  await page.getByRole('button', { name: 'Send me one now' }).click();
  await expect(page).toHaveURL(/\/digests\/1$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Your week in ideas: 3 new ideas, 1 moved' })).toBeVisible();
  await expect(page.getByText('You asked for it')).toBeVisible();
  const fresh = page.getByRole('region', { name: 'New ideas' });
  await expect(fresh.getByRole('link', { name: `#${roof} Solar roof`, exact: true })).toHaveAttribute('href', `/ideas/${roof}`);
  await expect(page.getByRole('region', { name: 'What moved' })).toContainText('Captured to Building');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `letter-${theme}`);
  });

  const relations = async () => (await api.client.GET('/ideas/{id}', { params: { path: { id: roof } } })).data!.relations.length;
  const pair = page.getByRole('region', { name: 'Maybe connected' }).getByRole('listitem');
  await expect(pair).toHaveCount(1);
  await pair.getByRole('button', { name: /^Relate #/ }).click();
  await expect(pair.getByText('Related', { exact: true })).toBeVisible();
  expect(await relations()).toBe(1);
  await messages(page).getByRole('button', { name: 'Undo' }).click();
  await expect(pair.getByRole('button', { name: `Relate #${tiles} and #${roof}` }).or(pair.getByRole('button', { name: `Relate #${roof} and #${tiles}` }))).toBeVisible();
  expect(await relations()).toBe(0);

  await page.getByRole('link', { name: 'All letters' }).click();
  await page.getByRole('link', { name: /^Your week in ideas: 3 new ideas, 1 moved/ }).click();
  await expect(page).toHaveURL(/\/digests\/1$/);
  trouble.expect(/status of 404/);
  await page.goto('/digests/99');
  await expect(page.getByText('There is no such letter')).toBeVisible();
});

test('an idea that waits is kept, put off or shelved', async ({ signedIn: page, api, trouble }) => {
  const number = await api.capture('Letters to my future self');
  await api.client.POST('/digests');
  // The server knows no idea that is old enough, so the letter is told of one.
  await page.route('**/api/v1/digests/1', async (route) => {
    const answer = await route.fetch();
    const stale = [{ number, title: 'Letters to my future self', days: 40, nudge: 'Write one by hand first.' }];
    await route.fulfill({ response: answer, json: { ...(await answer.json()), stale, stale_total: 3 } });
  });
  const status = async () => (await api.client.GET('/ideas/{id}', { params: { path: { id: number } } })).data!.status;
  await page.goto('/digests/1');
  const waiting = page.getByRole('region', { name: 'Still worth keeping?' });
  await expect(waiting.getByText('Write one by hand first.')).toBeVisible();
  await expect(waiting.getByText('2 more ideas wait as long.')).toBeVisible();
  const press = (name: string) => waiting.getByRole('button', { name }).click();

  await press('Keep it');
  await expect(waiting.getByText('It stays, and you will not be asked about it again.')).toBeVisible();
  await expect(waiting.getByRole('button', { name: 'Keep it' })).toHaveAttribute('aria-pressed', 'true');
  await press('Shelve it');
  await expect(waiting.getByText('It is shelved.')).toBeVisible();
  expect(await status()).toBe('shelved');
  await press('Ask later');
  await expect(waiting.getByText('You will be asked about it again later.')).toBeVisible();
  expect(await status()).toBe('captured');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `letter-waiting-${theme}`);
  });

  // It moved on in another tab.
  await api.client.PATCH('/ideas/{id}', { params: { path: { id: number }, header: {} }, body: { status: 'building' } });
  trouble.expect(/status of 409/);
  await press('Keep it');
  await expect(messages(page).getByText(`Idea #${number} has moved on since the letter was written`)).toBeVisible();
  expect(await status()).toBe('building');
});

test('when letters come is chosen, and kept', async ({ signedIn: page, api }) => {
  const settings = async () => JSON.parse((await api.client.GET('/user/me')).data!.settings_json) as Record<string, unknown>;
  await page.goto('/settings/letters');
  await expect(page.getByText(/^The next letter comes on Sunday/)).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `settings-letters-${theme}`);
  });
  await page.getByLabel('Day', { exact: true }).selectOption('Friday');
  await page.getByLabel('Time', { exact: true }).selectOption('17:00');
  await page.getByRole('button', { name: 'Use Europe/Berlin' }).click();
  await expect(page.getByText(/^The next letter comes on Friday .* 17:00 \(Europe\/Berlin\)/)).toBeVisible();
  await page.getByLabel('Also after a quiet week').uncheck();
  await page.getByLabel('Remind me between letters').uncheck();
  const days = page.getByLabel('Days until an idea counts as waiting');
  await days.fill('3');
  await days.blur();
  await expect(page.getByText('Enter a number from 7 to 180')).toBeVisible();
  await days.fill('14');
  await days.blur();
  const chosen = { timezone: 'Europe/Berlin', digest_day: 5, digest_hour: 17, digest_empty: 'none', stale_nudges: false, stale_threshold_days: 14 };
  await expect.poll(settings).toEqual(chosen);

  await page.reload();
  await expect(page.getByLabel('Day', { exact: true })).toHaveValue('5');
  await expect(page.getByLabel('Also after a quiet week')).not.toBeChecked();
  await page.getByLabel('Write me a letter every week').uncheck();
  await expect(page.getByText('The weekly letter is switched off.')).toBeVisible();
  await expect(page.getByLabel('Day', { exact: true })).toBeDisabled();
  expect(await settings()).toEqual({ ...chosen, weekly_digest: false });
});

test('who signs in gets letters in the zone of their browser', async ({ page, owner, api }) => {
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page).toHaveURL(/\/ideas$/);
  await expect.poll(async () => (await api.client.GET('/user/me')).data!.settings_json).toBe('{"timezone":"Europe/Berlin"}');
});

test('with a key, a model adds a few sentences, and the letter says what they cost', async ({ signedIn: page, api, models }) => {
  await api.capture('Kettle that remembers');
  await api.client.PUT('/user/byok/{provider}', { params: { path: { provider: 'openai' } }, body: { api_key: models.keys.openai } });
  models.say(JSON.stringify({ summary: 'One idea came in, and it is about what a household forgets.', connections: [], nudges: [] }));
  await page.goto('/digests');
  await page.getByRole('button', { name: 'Send me one now' }).click();
  await expect(page.getByRole('region', { name: 'Summary' })).toContainText('One idea came in, and it is about what a household forgets.');
  await expect(page.getByText('A model wrote a part of this letter, with your key.')).toBeVisible();
  await page.locator('summary').click();
  await expect(page.getByText('Every request is in your')).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `letter-model-${theme}`);
  });

  models.say('That is a great question! As an AI language model, I love ideas.');
  await api.capture('Another one');
  await page.goto('/digests');
  await page.getByRole('button', { name: 'Send me one now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your week in ideas: 2 new ideas' })).toBeVisible();
  await expect(page.getByText('A model was asked with your key, and nothing of its answer could be used.')).toBeVisible();
  await expect(page.getByText('great question')).toHaveCount(0);
});

withMail('a letter arrives, and its links ask before they do something, signed out', async ({ page, api, owner, mail, trouble }) => {
  await api.capture('Kettle that remembers');
  await api.client.POST('/digests');
  let text = '';
  await expect.poll(async () => (text = (await mail.letters(owner.email))[0]?.text ?? '')).toContain('Kettle that remembers');
  const link = /No more weekly letters: (http:\S+)/.exec(text)![1]!;
  const wanted = async () => (JSON.parse((await api.client.GET('/user/me')).data!.settings_json) as { weekly_digest?: boolean }).weekly_digest;

  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'No more weekly letters?' })).toBeVisible();
  expect(await wanted()).toBeUndefined();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `letter-link-${theme}`);
  });
  await page.getByRole('button', { name: 'End the weekly letter' }).click();
  await expect(page.getByRole('heading', { name: 'Done' })).toBeVisible();
  expect(await wanted()).toBe(false);
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `letter-link-done-${theme}`);
  });
  await page.reload(); // sends it again, which changes nothing
  await expect(page.getByRole('heading', { name: 'Done' })).toBeVisible();

  trouble.expect(/status of 404/);
  await page.goto(link.slice(0, -1));
  await expect(page.getByRole('heading', { name: 'Nothing was changed' })).toBeVisible();
  await expectAccessible(page);
});
