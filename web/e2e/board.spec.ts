import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, inBothThemes, test } from './test.ts';
import { Fingers } from './touch.ts';

const column = (page: Page, status: string): Locator => page.locator(`[data-column="${status}"]`);
const card = (place: Page | Locator, number: number): Locator => place.locator(`[data-card="${number}"]`);

async function moveByMenu(page: Page, number: number, to: string): Promise<void> {
  await card(page, number).getByRole('button', { name: `Move #${number} to` }).click();
  await page.getByRole('menuitemradio', { name: to }).click();
}

test('counts what each column has, and shows number, title, tags and age', async ({ signedIn: page, api }) => {
  const number = await api.capture('Grow tomatoes on the roof', { tags: ['garden', 'roof'], status: 'exploring' });
  await api.capture('Collect rain water');
  await page.goto('/board');
  const shown = card(column(page, 'exploring'), number);
  await expect(shown).toContainText(`#${number}`);
  await expect(shown.getByRole('link', { name: 'Grow tomatoes on the roof' })).toBeVisible();
  await expect(shown.getByRole('list', { name: 'Tags' }).getByRole('listitem')).toHaveText(['garden', 'roof']);
  await expect(shown.getByRole('time')).toHaveText('now');
  for (const [status, count] of [['captured', 1], ['exploring', 1], ['building', 0]] as const) {
    await expect(column(page, status).getByRole('img', { name: `${count} ideas` })).toBeVisible();
  }
  await inBothThemes(page, () => expectAccessible(page));
});

test('a card is dragged with the mouse, or moved by touch with its menu', async ({ signedIn: page, api, isMobile }) => {
  const [first, second] = await api.captureMany(2, 'Idea');
  await api.capture('There already', { status: 'exploring' });
  await page.goto('/board');
  if (isMobile) {
    await card(page, first!).getByRole('button', { name: `Move #${first} to` }).tap();
    await page.getByRole('menuitemradio', { name: 'Exploring' }).tap();
  } else {
    const from = (await card(page, first!).boundingBox())!;
    const to = (await column(page, 'exploring').boundingBox())!;
    await page.mouse.move(from.x + 80, from.y + 20);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + 200, { steps: 12 });
    await expect(column(page, 'exploring').locator('[data-is-dnd-shadow-item-internal]')).toHaveCount(1);
    await page.mouse.up();
  }
  await expect(card(column(page, 'exploring'), first!)).toHaveCount(1);
  // What moved last is on top, on the screen and after a reload.
  await expect(column(page, 'exploring').locator('[data-card]').first()).toHaveAttribute('data-card', String(first));
  await expect(column(page, 'exploring').getByRole('img', { name: '2 ideas' })).toBeVisible();
  await expect.poll(async () => (await api.client.GET('/ideas/{id}', { params: { path: { id: first! } } })).data?.status).toBe('exploring');
  await page.reload();
  await expect(card(column(page, 'exploring'), first!)).toHaveCount(1);
  await expect(card(column(page, 'captured'), second!)).toHaveCount(1);
});

test.describe('on a tablet', () => {
  test.use({ hasTouch: true, viewport: { width: 1024, height: 700 } });

  test('a card is dragged with a finger, and a short touch scrolls instead', async ({ signedIn: page, api }) => {
    await api.captureMany(12, 'Idea');
    await page.goto('/board');
    const fingers = await Fingers.on(page);
    const from = (await card(page, 12).boundingBox())!;
    const to = (await column(page, 'exploring').boundingBox())!;
    const held: [number, number] = [from.x + 60, from.y + 30];
    const there: [number, number] = [to.x + to.width / 2, to.y + 200];
    await fingers.down(held);
    await expect(page.locator('#dnd-action-dragged-el')).toHaveCount(1);
    await fingers.move([held], [there]);
    await expect(column(page, 'exploring').locator('[data-is-dnd-shadow-item-internal]')).toHaveCount(1);
    await fingers.up();
    await expect(card(column(page, 'exploring'), 12)).toHaveCount(1);
    await expect.poll(async () => (await api.client.GET('/ideas/{id}', { params: { path: { id: 12 } } })).data?.status).toBe('exploring');

    const list = card(page, 11);
    const top = (await list.boundingBox())!.y;
    await fingers.down([held[0], held[1] + 200]);
    await fingers.move([[held[0], held[1] + 200]], [held], 20);
    await fingers.up();
    await expect.poll(async () => (await list.boundingBox())!.y).toBeLessThan(top);
    await expect(column(page, 'captured').getByRole('img', { name: '11 ideas' })).toBeVisible();
  });
});

test('the keyboard reaches every card, picks one up and puts it down', async ({ signedIn: page, api }) => {
  const [first, second] = await api.captureMany(2, 'Idea');
  await api.capture('Built', { status: 'building' });
  await page.goto('/board');
  await card(page, second!).getByRole('link').focus();
  await page.keyboard.press('ArrowDown');
  await expect(card(page, first!).getByRole('link')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('link', { name: 'Built' })).toBeFocused();
  await page.keyboard.press('ArrowLeft');

  await page.keyboard.press('Space');
  await expect(page.getByRole('status').filter({ hasText: `Picked up #${second}` })).toHaveCount(1);
  await page.keyboard.press('ArrowRight');
  await expect(column(page, 'exploring')).toContainText('Put down here');
  await page.keyboard.press('Escape');
  await expect(card(column(page, 'captured'), second!)).toHaveCount(1);

  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(card(column(page, 'building'), second!).getByRole('link')).toBeFocused();
  await expect(page.getByRole('status').filter({ hasText: `#${second} moved to Building` })).toHaveCount(1);

  await page.keyboard.press('m');
  await page.getByRole('menuitemradio', { name: 'Shipped' }).focus();
  await page.keyboard.press('Enter');
  await expect(card(column(page, 'shipped'), second!).getByRole('link')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/ideas/${second}`);
});

test('a move that the server refuses is taken back, with its reason', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/409/);
  const number = await api.capture('Stays where it is');
  await page.goto('/board');
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/api/v1/ideas/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue();
    await asked;
    await route.fulfill({ status: 409, json: { error: 'Idea is archived: restore it first' } });
  });
  await moveByMenu(page, number, 'Building');
  await expect(card(column(page, 'building'), number)).toHaveCount(1);
  answer();
  await expect(card(column(page, 'captured'), number)).toHaveCount(1);
  await expect(page.getByRole('region', { name: 'Messages' })).toContainText(`#${number} was not moved: Idea is archived: restore it first`);
  await expect(column(page, 'building').getByRole('img', { name: '0 ideas' })).toBeVisible();
});

test('a move without a connection is taken back, and can be tried again', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/ERR_FAILED/);
  const number = await api.capture('Moves later');
  await page.goto('/board');
  await page.route('**/api/v1/ideas/*', (route) => route.abort());
  await moveByMenu(page, number, 'Shipped');
  await expect(page.getByRole('region', { name: 'Messages' })).toContainText('The server does not answer');
  await expect(card(column(page, 'captured'), number)).toHaveCount(1);
  await page.unroute('**/api/v1/ideas/*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(card(column(page, 'shipped'), number)).toHaveCount(1);
});

test('a move made elsewhere shows by itself', async ({ signedIn: page, api }) => {
  const number = await api.capture('Moved by somebody else');
  const connected = page.waitForResponse('**/api/v1/events');
  await page.goto('/board');
  await connected;
  await expect(card(column(page, 'captured'), number)).toHaveCount(1);
  await api.client.PATCH('/ideas/{id}', { params: { path: { id: number } }, body: { status: 'building' } });
  await expect(card(column(page, 'building'), number)).toHaveCount(1);
  await expect(card(page, number)).toHaveCount(1);
});

test('an idea is captured into a column, and its text is kept while the server is away', async ({ signedIn: page, trouble }) => {
  trouble.expect(/ERR_FAILED/);
  await page.goto('/board');
  await page.getByRole('button', { name: 'Add to Captured' }).click();
  const field = page.getByRole('textbox', { name: 'New idea in Captured' });
  await expect(field).toBeFocused();
  await page.route('**/api/v1/ideas', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await field.fill('Build a bird house #garden');
  await field.press('Enter');
  await expect(column(page, 'captured').getByRole('alert')).toContainText('The server does not answer');
  await expect(field).toHaveValue('Build a bird house #garden');
  await page.unroute('**/api/v1/ideas');
  await field.press('Enter');
  await expect(column(page, 'captured').getByRole('link', { name: 'Build a bird house' })).toBeVisible();
  await expect(column(page, 'captured').getByRole('list', { name: 'Tags' })).toHaveText('garden');
  await expect(field).toHaveValue('');
  await field.press('Escape');
  await expect(field).toBeHidden();
});

test('tag and words choose what is shown, and the address keeps them', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes', { tags: ['garden'] });
  await api.capture('Grow potatoes', { tags: ['garden'], status: 'building' });
  await api.capture('Paint the fence', { tags: ['house'] });
  await page.goto('/board');
  const cards = page.locator('[data-card]');
  await expect(cards).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Tag' }).selectOption('garden');
  await expect(cards).toHaveCount(2);
  await page.getByRole('searchbox', { name: 'Words to find' }).fill('potato');
  await expect(cards).toHaveCount(1);
  await expect(page).toHaveURL('/board?tag=garden&q=potato');
  await page.reload();
  await expect(cards).toHaveCount(1);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(cards).toHaveCount(3);
});

test('a long column counts all, reads on as it is scrolled, and draws no more than it must', async ({ signedIn: page, api }) => {
  const numbers: number[] = [];
  for (let batch = 0; batch < 8; batch++) {
    numbers.push(...(await Promise.all(Array.from({ length: 20 }, (_, i) => api.capture(`Idea ${batch}.${i}`)))));
  }
  await page.goto('/board');
  const captured = column(page, 'captured');
  await expect(captured.getByRole('img', { name: '160 ideas' })).toBeVisible();
  await expect(captured.locator('[data-card]')).toHaveCount(50);
  const scroller = captured.locator('.scroll');
  const oldest = card(captured, Math.min(...numbers));
  await expect(async () => {
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    expect(await captured.locator('[data-card]').count()).toBeLessThanOrEqual(100);
    await expect(oldest).toBeVisible({ timeout: 200 });
  }).toPass();
  await expect(async () => {
    await scroller.evaluate((element) => element.scrollTo(0, 0));
    await expect(card(captured, Math.max(...numbers))).toBeVisible({ timeout: 200 });
  }).toPass();
  expect(await captured.locator('[data-card]').count()).toBeLessThanOrEqual(100);
});

test('Shelved collapses and stays so; a phone goes from column to column instead', async ({ signedIn: page, api, isMobile }) => {
  await api.capture('Parked', { status: 'shelved' });
  await page.goto('/board');
  if (isMobile) {
    const shelved = page.getByRole('navigation', { name: 'Columns' }).getByRole('button', { name: 'Shelved' });
    await shelved.tap();
    await expect(shelved).toHaveAttribute('aria-current', 'true');
    await expect(page.getByRole('link', { name: 'Parked' })).toBeInViewport();
    return;
  }
  await page.getByRole('button', { name: 'Collapse Shelved' }).click();
  await expect(page.getByRole('link', { name: 'Parked' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Expand Shelved' })).toBeVisible();
  await page.getByRole('button', { name: 'Expand Shelved' }).click();
  await expect(page.getByRole('link', { name: 'Parked' })).toBeVisible();
});

test('says why the board is not there, and tries again', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/500/);
  await api.capture('There after all');
  await page.route('**/api/v1/ideas?*', (route) => route.fulfill({ status: 500, json: { error: 'The database is away' } }));
  await page.goto('/board');
  await expect(page.getByRole('alert')).toContainText('The database is away');
  await page.unroute('**/api/v1/ideas?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('link', { name: 'There after all' })).toBeVisible();
});
