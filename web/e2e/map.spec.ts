import type { Page } from '@playwright/test';
import { boundsOf, fit, toScreen } from '../src/lib/map/camera.ts';
import type { Api } from './api.ts';
import { expect, expectAccessible, inBothThemes, test } from './test.ts';
import { Fingers } from './touch.ts';

type Places = Record<number, [number, number]>;

const caption = (page: Page) => page.locator('[data-layout]');
const map = (page: Page) => page.getByRole('application');
const panel = (page: Page, number: number) => page.getByRole('region', { name: `Idea #${number}` });

/** Opens the map and waits until everything has its place. */
async function openMap(page: Page, address = '/map'): Promise<void> {
  await page.goto(address);
  await expect(page.locator('[data-layout="settled"]')).toBeVisible();
}

/** Stores where ideas are, so that a test knows where to find them. */
async function place(api: Api, places: Places): Promise<void> {
  const positions = Object.entries(places).map(([id, [x, y]]) => ({ id: Number(id), x, y }));
  const { error } = await api.client.PUT('/map/positions', { body: { positions } });
  expect(error).toBeUndefined();
}

async function stored(api: Api): Promise<Places> {
  const { data } = await api.client.GET('/map');
  return Object.fromEntries(data!.nodes.map((node) => [node.number, [node.x!, node.y!]]));
}

/** Where on the page an idea is while the whole map is shown, as the map itself reckons. */
async function spot(page: Page, places: Places, number: number): Promise<{ x: number; y: number; k: number }> {
  const box = (await map(page).boundingBox())!;
  const legend = page.getByRole('region', { name: 'Legend and filter' });
  const all = boundsOf(Float32Array.from(Object.values(places).flat()), () => true)!;
  // A phone opens without the legend.
  const left = (await legend.isVisible()) ? (await legend.boundingBox())!.width + 12 : 0;
  const camera = fit(all, box.width, box.height, { left, bottom: 0 });
  const [x, y] = toScreen(camera, ...places[number]!);
  return { x: box.x + x, y: box.y + y, k: camera.k };
}

async function relations(api: Api): Promise<string[]> {
  const { data } = await api.client.GET('/map');
  return data!.edges.map((edge) => `${edge.source} ${edge.relation_type} ${edge.target}`);
}

test('finds a place for every idea, stores it and comes back to it', async ({ signedIn: page, api }) => {
  const [a, b] = await api.captureMany(6, 'Idea');
  await api.relate(a!, b!, 'blocks');
  await openMap(page);
  await expect(caption(page)).toHaveText('6 ideas, 1 relation');
  await expect.poll(async () => Object.values(await stored(api)).every(([x]) => x !== null)).toBe(true);
  const before = await stored(api);
  let puts = 0;
  await page.route('**/api/v1/map/positions', (route) => {
    puts++;
    return route.continue();
  });
  await page.reload();
  await expect(page.locator('[data-layout="settled"]')).toBeVisible();
  // Leaving stores what is not stored yet: there is nothing.
  await page.goto('/board');
  expect(await stored(api)).toEqual(before);
  expect(puts).toBe(0);
});

test('is accessible with all that can be open', async ({ signedIn: page, api }) => {
  const [a, b] = await api.captureMany(3, 'Idea');
  await api.relate(a!, b!);
  await openMap(page);
  await inBothThemes(page, () => expectAccessible(page));
  await page.getByRole('button', { name: 'List' }).click();
  await page.getByRole('button', { name: 'Connect ideas' }).click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await openMap(page, `/map?idea=${a}&depth=1`);
  await expect(panel(page, a!).getByRole('heading', { name: 'Relations 1' })).toBeVisible();
  await inBothThemes(page, () => expectAccessible(page));
});

test('choosing an idea opens it beside the map', async ({ signedIn: page, api }) => {
  const a = await api.capture('Grow tomatoes', { body: 'On the **roof**.', tags: ['garden'] });
  const b = await api.capture('Collect rain water');
  await api.relate(a, b, 'blocks');
  const places = { [a]: [-200, 0], [b]: [200, 60] } as Places;
  await place(api, places);
  await openMap(page);
  const at = await spot(page, places, a);
  await page.mouse.click(at.x, at.y);
  const open = panel(page, a);
  await expect(open.getByRole('heading', { name: 'Grow tomatoes' })).toBeVisible();
  await expect(open.locator('strong')).toHaveText('roof');
  await expect(open.getByRole('button', { name: /Blocks.*Collect rain water/ })).toBeVisible();
  await expect(page).toHaveURL(`/map?idea=${a}`);

  await open.getByRole('button', { name: `Status of #${a}: Captured` }).click();
  await page.getByRole('menuitemradio', { name: 'Building' }).click();
  await expect(open.getByRole('button', { name: `Status of #${a}: Building` })).toBeVisible();

  await open.getByRole('button', { name: 'Show neighbourhood, depth 1' }).click();
  await expect(caption(page)).toHaveText('2 of 2 ideas, 1 of 1 relation');
  await open.getByRole('button', { name: /Collect rain water/ }).click();
  await expect(panel(page, b)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel(page, b)).toBeHidden();
});

test('the map is moved and made larger, by mouse, by fingers and by keys', async ({ signedIn: page, api, isMobile }) => {
  const [a, b] = await api.captureMany(2, 'Idea');
  const places = { [a!]: [-150, 0], [b!]: [150, 60] } as Places;
  await place(api, places);
  await openMap(page);
  const at = await spot(page, places, a!);
  const other = await spot(page, places, b!);
  const opens = async (x: number, y: number, number: number) => {
    await page.mouse.click(x, y);
    await expect(panel(page, number)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(panel(page, number)).toBeHidden();
  };
  // What the pointer is on stays under it; all else goes away from it.
  if (isMobile) {
    const fingers = await Fingers.on(page);
    const ground: [number, number][] = [[at.x - 30, at.y + 60], [at.x + 30, at.y - 60]];
    await fingers.down(...ground);
    await fingers.move(ground, [[at.x - 45, at.y + 90], [at.x + 45, at.y - 90]]);
    await fingers.up();
  } else {
    await page.mouse.move(at.x, at.y);
    await page.mouse.wheel(0, -200);
  }
  await page.mouse.click(other.x, other.y);
  await expect(panel(page, b!)).toBeHidden();
  await opens(at.x, at.y, a!);
  await page.getByRole('button', { name: 'Show all' }).click();
  await opens(other.x, other.y, b!);

  await openMap(page);
  await page.mouse.move(at.x + 40, at.y + 120);
  await page.mouse.down();
  await page.mouse.move(at.x + 70, at.y + 40, { steps: 5 });
  await page.mouse.up();
  await map(page).focus();
  await page.keyboard.press('ArrowUp'); // 80 pixels
  await page.keyboard.press('ArrowLeft');
  await opens(at.x + 110, at.y, a!);
});

test('a search dims the rest, and Enter goes from hit to hit', async ({ signedIn: page, api }) => {
  const first = await api.capture('Grow tomatoes');
  const second = await api.capture('Water the tomatoes');
  await api.capture('Paint the fence');
  await openMap(page);
  await page.keyboard.press('/');
  const field = page.getByRole('searchbox', { name: 'Search on the map' });
  await expect(field).toBeFocused();
  await field.fill('tomato');
  await expect(page.getByText('2 found')).toBeVisible();
  await field.press('Enter');
  await expect(page.getByText(`1 of 2: #${second}`)).toHaveCount(1);
  await field.press('Enter');
  await expect(page.getByText(`2 of 2: #${first}`)).toHaveCount(1);
  await field.press('Control+Enter');
  await expect(panel(page, first).getByRole('heading', { name: 'Grow tomatoes' })).toBeFocused();
  await field.fill('xyz');
  await expect(page.getByText('Nothing found')).toBeVisible();
});

test('status, tag, type and loneliness choose what is shown, and the address keeps it', async ({ signedIn: page, api, isMobile }) => {
  const a = await api.capture('Grow tomatoes', { tags: ['garden'] });
  const b = await api.capture('Collect rain water', { tags: ['garden'], status: 'building' });
  await api.capture('Alone');
  await api.relate(a, b, 'inspires');
  await openMap(page);
  if (isMobile) await page.getByRole('button', { name: 'Legend and filter' }).click();
  const legend = page.getByRole('region', { name: 'Legend and filter' });
  await legend.getByLabel('Hide unrelated ideas').check();
  await expect(caption(page)).toHaveText('2 of 3 ideas, 1 of 1 relation');
  await legend.getByRole('button', { name: 'Inspires' }).click();
  await expect(caption(page)).toHaveText('0 of 3 ideas, 0 of 1 relation');
  await expect(page.getByText('Everything is hidden')).toBeVisible();
  await legend.getByRole('button', { name: 'Show all' }).click();
  await legend.getByRole('button', { name: 'Building' }).click();
  await legend.getByRole('combobox', { name: 'Tag' }).selectOption('garden');
  await expect(caption(page)).toHaveText('1 of 3 ideas, 0 of 1 relation');
  await page.reload();
  await expect(caption(page)).toHaveText('1 of 3 ideas, 0 of 1 relation');
});

test('dragging from one idea to another relates them; on a phone choosing both does', async ({ signedIn: page, api, isMobile }) => {
  const [a, b] = await api.captureMany(2, 'Idea');
  const places = { [a!]: [-200, 40], [b!]: [200, 40] } as Places;
  await place(api, places);
  await openMap(page);
  const from = await spot(page, places, a!);
  const to = await spot(page, places, b!);
  if (isMobile) {
    await page.getByRole('button', { name: 'Connect ideas' }).tap();
    await page.touchscreen.tap(from.x, from.y);
    await expect(page.getByText(`Choose the idea to connect #${a} to`).first()).toBeVisible();
    await page.touchscreen.tap(to.x, to.y);
  } else {
    await page.mouse.move(from.x, from.y);
    // The handle is at the upper right of the idea.
    const away = (6 * from.k + 7) * Math.SQRT1_2;
    await page.mouse.move(from.x + away, from.y - away);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 8 });
    await page.mouse.up();
  }
  const dialog = page.getByRole('dialog', { name: 'Relate two ideas' });
  await expect(dialog).toContainText(`#${a} Idea 1`);
  await dialog.getByRole('combobox', { name: 'Type' }).selectOption('blocks');
  await dialog.getByRole('textbox', { name: 'Note' }).fill('needs water first');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Relate', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(caption(page)).toHaveText('2 ideas, 1 relation');
  expect(await relations(api)).toEqual([`${a} blocks ${b}`]);
});

test('a circle is refused, and made only where the server lets it be forced', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/409/);
  const [a, b] = await api.captureMany(2, 'Idea');
  await api.relate(a!, b!, 'parent');
  await api.relate(a!, b!, 'blocks');
  await openMap(page);
  await page.getByRole('button', { name: 'List' }).click();
  await page.getByRole('button', { name: 'Connect ideas' }).click();
  await page.locator(`[data-idea="${b}"]`).click();
  await page.locator(`[data-idea="${a}"]`).click();
  const dialog = page.getByRole('dialog', { name: 'Relate two ideas' });
  await dialog.getByRole('combobox', { name: 'Type' }).selectOption('blocks');
  await dialog.getByRole('button', { name: 'Relate', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('would create a cycle, a circular blocking chain');
  await expect(dialog.getByRole('button', { name: 'Make it anyway' })).toBeHidden();

  await dialog.getByRole('combobox', { name: 'Type' }).selectOption('parent');
  await expect(dialog.getByRole('alert')).toBeHidden();
  await dialog.getByRole('button', { name: 'Relate', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('would create a cycle of type parent');
  await dialog.getByRole('button', { name: 'Make it anyway' }).click();
  await expect(caption(page)).toHaveText('2 ideas, 3 relations');
  expect(await relations(api)).toContain(`${b} parent ${a}`);
});

test('the keyboard alone opens, connects and comes back', async ({ signedIn: page, api }) => {
  const [a, b] = await api.captureMany(3, 'Idea');
  await openMap(page);
  await page.keyboard.press('l');
  await expect(page.locator(`[data-idea="${b! + 1}"]`)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(panel(page, b!).getByRole('heading', { name: 'Idea 2' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator(`[data-idea="${b}"]`)).toBeFocused();
  await page.keyboard.press('Enter');
  await panel(page, b!).getByRole('button', { name: 'Connect', exact: true }).press('Enter');
  await page.locator(`[data-idea="${a}"]`).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Relate two ideas' });
  await dialog.getByRole('textbox', { name: 'Note' }).press('Enter');
  await expect(caption(page)).toHaveText('3 ideas, 1 relation');
  await map(page).focus();
  for (const key of ['+', '-', 'ArrowLeft', 'ArrowDown', '0']) await page.keyboard.press(key);
  await expect(map(page)).toBeFocused();
});

test('an idea that is dragged stays where it was put', async ({ signedIn: page, api, isMobile }) => {
  const [a, b] = await api.captureMany(2, 'Idea');
  const places = { [a!]: [-100, 0], [b!]: [100, 0] } as Places;
  await place(api, places);
  await openMap(page);
  const at = await spot(page, places, a!);
  // A finger does the same as a mouse: both are pointers.
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 30, at.y + 60, { steps: 4 });
  await page.mouse.move(at.x, at.y + 100, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await stored(api))[a!]![1]).toBeGreaterThan(50);
  expect((await stored(api))[b!]).toEqual([100, 0]);
  if (!isMobile) await expect(panel(page, a!)).toBeHidden();
  const moved = await stored(api);
  await openMap(page);
  const there = await spot(page, moved, a!);
  await page.mouse.click(there.x, there.y);
  await expect(panel(page, a!)).toBeVisible();
});

test('a relation is chosen, deleted and brought back', async ({ signedIn: page, api }) => {
  const [a, b] = await api.captureMany(2, 'Idea');
  await api.relate(a!, b!, 'inspires');
  const places = { [a!]: [-200, 0], [b!]: [200, 0] } as Places;
  await place(api, places);
  await openMap(page);
  const [from, to] = [await spot(page, places, a!), await spot(page, places, b!)];
  await page.mouse.click((from.x + to.x) / 2, (from.y + to.y) / 2);
  await expect(page.getByRole('region', { name: 'Selected relation' })).toContainText('Inspires');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Delete relation' }).click();
  await expect(caption(page)).toHaveText('2 ideas, 0 relations');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(caption(page)).toHaveText('2 ideas, 1 relation');
  expect(await relations(api)).toEqual([`${a} inspires ${b}`]);
});

test('a relation that the server will not delete comes back', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/500/);
  const [a, b] = await api.captureMany(2, 'Idea');
  await api.relate(a!, b!, 'inspires');
  await openMap(page, `/map?idea=${a}`);
  await page.route('**/api/v1/map/relations/*', (route) => route.fulfill({ status: 500, json: { error: 'The database is away' } }));
  await page.getByRole('button', { name: `Delete relation with #${b}` }).click();
  await expect(page.getByRole('region', { name: 'Messages' })).toContainText('The database is away');
  await expect(caption(page)).toHaveText('2 ideas, 1 relation');
});

test('what happens elsewhere comes and goes without moving the rest', async ({ signedIn: page, api }) => {
  const [a, b] = await api.captureMany(3, 'Idea');
  const places = { [a!]: [-200, 0], [b!]: [200, 0], [b! + 1]: [0, 200] } as Places;
  await place(api, places);
  const connected = page.waitForResponse('**/api/v1/events');
  await openMap(page);
  await connected;
  const fresh = await api.capture('Just now');
  await expect(caption(page)).toHaveText('4 ideas, 0 relations');
  await api.relate(fresh, a!);
  await expect(caption(page)).toHaveText('4 ideas, 1 relation');
  await expect.poll(async () => (await stored(api))[fresh]![0]).not.toBeNull();
  expect(await stored(api)).toMatchObject(places);
  await api.client.DELETE('/ideas/{id}', { params: { path: { id: fresh } } });
  await expect(caption(page)).toHaveText('3 ideas, 0 relations');
});

test('an empty map says what will be there; a broken one why it is not', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/500/);
  await page.goto('/map');
  await expect(page.getByText('Nothing on the map yet')).toBeVisible();
  await page.route('**/api/v1/map', (route) => route.fulfill({ status: 500, json: { error: 'The database is away' } }));
  await page.reload();
  await expect(page.getByRole('alert')).toContainText('The database is away');
  await page.unroute('**/api/v1/map');
  await api.capture('There now');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(caption(page)).toHaveText('1 idea, 0 relations');
});
