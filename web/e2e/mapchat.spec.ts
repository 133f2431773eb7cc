// Talking with the agent beside the map: what it finds, makes and merges is
// shown there.
import type { Page } from '@playwright/test';
import type { Api } from './api.ts';
import { expect, expectAccessible, inBothThemes, type Models, shot, test } from './models.ts';

const chat = (page: Page) => page.getByRole('complementary', { name: 'Conversation beside the map' });
const banner = (page: Page) => page.getByText(/^\d+ ideas? from the answer/);
const caption = (page: Page) => page.locator('[data-layout="settled"]');
const canvas = (page: Page) => page.getByRole('application').locator('canvas');

type Call = readonly [name: string, input: object];

/** Lets the model call tools, all at once, and then say something. */
function script(models: Models, calls: readonly Call[], then = 'There you are.'): void {
  const toolCalls = calls.map(([name, input], i) => ({ id: `toolu_${name}_${i}`, name, arguments: JSON.stringify(input) }));
  models.mock.clearFixtures();
  models.mock.onToolResult(toolCalls.at(-1)!.id, { content: then });
  models.mock.onMessage(/[\s\S]/, { toolCalls });
}

async function store(api: Api, models: Models): Promise<void> {
  const { error } = await api.client.PUT('/user/byok/{provider}', { params: { path: { provider: 'anthropic' } }, body: { api_key: models.keys.anthropic } });
  expect(error).toBeUndefined();
}

async function seed(api: Api): Promise<void> {
  await api.capture('Rain barrel monitor', { body: 'A float switch tells when it runs over.', tags: ['garden'] });
  await api.capture('Watering plan from the forecast', { tags: ['garden'], status: 'exploring' });
  await api.capture('Kettle that remembers', { tags: ['kitchen'] });
  await api.capture('Kettle with a memory', { tags: ['kitchen'] });
  await api.relate(2, 1, 'inspires');
}

async function open(page: Page): Promise<void> {
  await page.goto('/map');
  await expect(caption(page)).toBeVisible();
  await page.getByRole('button', { name: 'Talk with the agent' }).click();
  await expect(chat(page)).toBeVisible();
}

async function ask(page: Page, text = 'Show me'): Promise<void> {
  await expect(chat(page).getByRole('button', { name: 'Stop' })).toHaveCount(0); // an answer before it has ended
  const field = chat(page).getByRole('textbox', { name: 'Message to the agent' });
  await field.fill(text);
  await field.press('Enter');
}

/** Waits until nothing moves on the map by itself. */
async function rest(page: Page): Promise<void> {
  await expect.poll(() => changes(page, 12), { timeout: 15_000 }).toBe(0);
}

/** How often the picture of the map changes in so many frames. */
function changes(page: Page, frames: number): Promise<number> {
  return canvas(page).evaluate(async (element, frames) => {
    const look = () => (element as HTMLCanvasElement).toDataURL();
    let [changed, before] = [0, look()];
    for (let frame = 0; frame < frames; frame++) {
      await new Promise(requestAnimationFrame);
      const now = look();
      if (now !== before) changed++;
      before = now;
    }
    return changed;
  }, frames);
}

async function places(api: Api): Promise<Record<number, string>> {
  const { data } = await api.client.GET('/map');
  return Object.fromEntries(data!.nodes.map(({ number, x, y }) => [number, `${x} ${y}`]));
}

test.beforeEach(async ({ api, models }) => {
  await store(api, models);
  await seed(api);
});

test('what the agent finds glows, until somebody looks at something else', async ({ signedIn: page, models, isMobile }) => {
  await open(page);
  await expect(chat(page).getByRole('heading', { name: 'Talk with your ideas' })).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `mapchat-begin-${theme}`);
  });
  script(models, [['search_ideas', { tag: 'garden' }]]);
  await ask(page);
  await expect(chat(page).getByText('There you are.', { exact: true })).toBeVisible();
  await expect(banner(page)).toHaveText(/^2 ideas from the answer/);
  await expect(page).toHaveURL(/[?&]chat=[\w-]{8,}/);
  await rest(page);
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `mapchat-found-${theme}`);
  });

  // An idea of the answer opens here, not on a page of its own.
  await chat(page).getByRole('link', { name: /Rain barrel monitor/ }).first().click();
  await expect(page.getByRole('region', { name: 'Idea #1' })).toBeVisible();
  await expect(page).toHaveURL(/\/map\?.*idea=1/);
  await page.keyboard.press('Escape');
  await expect(banner(page)).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Idea #1' })).toHaveCount(0);

  await page.reload();
  await expect(chat(page).getByText('There you are.', { exact: true })).toBeVisible();
  await expect(banner(page)).toHaveCount(0); // what was said before is not shown again
  await chat(page).getByRole('button', { name: 'Close the conversation' }).click();
  await expect(chat(page)).toHaveCount(0);
  if (isMobile) return;
  await page.getByRole('application').focus();
  await page.keyboard.press('a');
  await expect(chat(page).getByText('There you are.', { exact: true })).toBeVisible(); // the same one
});

test('what the agent makes comes onto the map, and nothing else moves', async ({ signedIn: page, api, models }) => {
  await open(page);
  await expect.poll(async () => Object.values(await places(api)).every((at) => !at.includes('null'))).toBe(true);
  const before = await places(api);
  script(models, [['create_idea', { title: 'Gutter camera', tags: ['garden'] }]]);
  await ask(page, 'Capture it');
  await expect(banner(page)).toHaveText(/^1 idea from the answer/);
  expect(await changes(page, 30)).toBeGreaterThan(3);
  await expect(chat(page).getByText('There you are.', { exact: true })).toBeVisible();
  await expect(caption(page)).toContainText('5 ideas');
  await rest(page);
  await expect.poll(async () => (await places(api))[5] ?? 'null').not.toContain('null');
  const { 5: _, ...after } = await places(api);
  expect(after).toEqual(before);

  script(models, [['link_ideas', { source_id: 5, target_id: 1, type: 'inspires' }]]);
  await ask(page, 'And relate it');
  await expect(banner(page)).toHaveText(/^2 ideas from the answer/);
  expect(await changes(page, 30)).toBeGreaterThan(3);
  await expect(caption(page)).toContainText('5 ideas, 2 relations');
  await rest(page);
  await shot(page, 'mapchat-related');
});

test('ideas that become one flow together, and Escape ends what moves', async ({ signedIn: page, models }) => {
  await open(page);
  script(models, [['merge_ideas', { keep_id: 3, merge_id: 4 }]]);
  await ask(page, 'They are the same');
  await chat(page).getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(banner(page)).toHaveText(/^1 idea from the answer/);
  await page.keyboard.press('Escape');
  await expect(banner(page)).toHaveCount(0);
  await expect(caption(page)).toContainText('3 ideas');
  await rest(page);
});

test('nothing moves for who does not want that', async ({ signedIn: page, models }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page);
  script(models, [['search_ideas', { tag: 'kitchen' }]]);
  await ask(page);
  await expect(banner(page)).toHaveText(/^2 ideas from the answer/);
  expect(await changes(page, 30)).toBeLessThanOrEqual(1);
});
