import type { Locator, Page } from '@playwright/test';
import type { Api } from './api.ts';
import { expect, expectAccessible, inBothThemes, shot, test } from './test.ts';

/** Opens an idea and waits until all of it is there and the page hears of changes. */
async function open(page: Page, number: number): Promise<void> {
  const stream = page.waitForResponse(/\/api\/v1\/events$/);
  await page.goto(`/ideas/${number}`);
  await stream;
  await expect(part(page, 'History')).toBeVisible();
}

const part = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const title = (page: Page): Locator => page.getByRole('textbox', { name: 'Title' });
const text = (page: Page): Locator => page.getByRole('textbox', { name: 'Text' });
const shown = (page: Page): Locator => page.locator('.text .prose').first();
const tags = (page: Page): Locator => page.getByRole('complementary', { name: 'Properties' }).getByRole('combobox', { name: 'Tags' });
const message = (page: Page): Locator => page.getByRole('region', { name: 'Messages' });
const dialog = (page: Page, name: string): Locator => page.getByRole('dialog', { name });
const said = (page: Page): Locator => page.getByRole('status').filter({ hasText: /./ });

async function stored(api: Api, number: number) {
  const { data } = await api.client.GET('/ideas/{id}', { params: { path: { id: number } } });
  return data!;
}

/** Changes an idea as somebody else would. */
async function change(api: Api, number: number, body: { title?: string; body?: string; tags?: string[]; status?: 'building' }): Promise<void> {
  const { error } = await api.client.PATCH('/ideas/{id}', { params: { path: { id: number } }, body });
  expect(error).toBeUndefined();
}

async function write(page: Page, words: string): Promise<void> {
  await page.getByRole('button', { name: 'Edit text' }).click();
  await expect(text(page)).toBeFocused();
  await text(page).fill(words);
}

const save = (page: Page): Promise<void> => page.getByRole('button', { name: 'Save' }).click();

/** Chooses an entry of the menu with everything that can be done to an idea. */
async function choose(page: Page, entry: string): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

test('an idea shows all that belongs to it, and its text harms nobody', async ({ signedIn: page, api, isMobile, trouble }) => {
  // The browser reports what it will not run already where the text is taken apart, outside the page.
  trouble.expect(/script-src-attr|style-src-attr|inline event handler|Applying inline style/);
  const body = [
    'They need **sun**. See #2.',
    '<script>document.title = "harmed"</script><img src="x:" onerror="document.title = \'harmed\'">',
    '[click](javascript:document.title="harmed") ![elsewhere](https://example.org/spy.png)',
    '<p style="position:fixed">styled</p><iframe src="https://example.org"></iframe><form action="/x"><button>go</button></form>',
    '- [x] pots',
    `\n| a | b |\n| --- | --- |\n| ${'wide '.repeat(40)} | ${'wider'.repeat(40)} |`,
    `\n\`\`\`\n${'code '.repeat(60)}\n\`\`\``,
  ].join('\n\n');
  await api.capture('Grow tomatoes', { body, tags: ['garden', 't'.repeat(50), 'u'.repeat(50)], status: 'exploring' });
  await api.capture('Collect rain');
  await api.relate(2, 1, 'blocks');
  const path = { params: { path: { id: 1 } } };
  await api.client.POST('/ideas/{id}/links', { ...path, body: { url: `https://example.org/${'long/'.repeat(60)}`, title: 'Growing in pots' } });
  await change(api, 1, { status: 'building' });
  await open(page, 1);

  await expect(page).toHaveTitle(/^#1 Grow tomatoes/);
  await expect(title(page)).toHaveValue('Grow tomatoes');
  await expect(shown(page).locator('strong')).toHaveText('sun');
  await expect(shown(page).getByRole('link', { name: '#2' })).toHaveAttribute('href', '/ideas/2');
  await expect(shown(page).getByRole('checkbox', { name: 'Done' })).toBeChecked();
  await expect(shown(page).locator('script, iframe, form, button, [onerror], [style], img[src^="http"]')).toHaveCount(0);
  await expect(shown(page).getByRole('link', { name: 'elsewhere' })).toHaveAttribute('rel', 'noopener noreferrer');
  await expect(shown(page).locator('a[href^="javascript"]')).toHaveCount(0);

  await expect(part(page, 'Relations').getByRole('list', { name: 'Blocked by' })).toContainText('#2 Collect rain');
  await expect(part(page, 'Links').getByRole('link', { name: 'Growing in pots' })).toHaveAttribute('target', '_blank');
  await expect(part(page, 'History').getByRole('listitem')).toContainText(['Moved to Building', 'Captured as Exploring']);
  await expect(page.getByRole('button', { name: 'Status: Building' })).toBeVisible();
  // Whatever is wide scrolls by itself.
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);

  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `idea-${theme}`);
  });
  if (!isMobile) return;
  await page.getByRole('button', { name: 'Relation to #2' }).click();
  await expect(page.getByRole('menuitem', { name: 'Remove' })).toBeInViewport();
});

test('title and text are written and saved, and the editor helps', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatos');
  await open(page, 1);
  await title(page).fill('Grow tomatoes');
  await expect(page.getByText('Unsaved changes')).toBeVisible();
  await title(page).press('Enter');
  await expect(page.getByText('Unsaved changes')).toHaveCount(0);
  expect((await stored(api, 1)).title).toBe('Grow tomatoes');

  await page.getByRole('button', { name: 'Add a text in Markdown' }).click();
  await text(page).pressSequentially('- sun');
  await text(page).press('Enter');
  await text(page).pressSequentially('water');
  await text(page).press('Shift+Home');
  await page.getByRole('button', { name: 'Bold' }).click();
  await expect(text(page)).toHaveValue(/^- sun\n(- \*\*water\*\*|\*\*- water\*\*)$/);
  await text(page).fill('- sun\n- **water**');
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('region', { name: 'Preview' }).locator('strong')).toHaveText('water');
  await page.getByRole('button', { name: 'Write', exact: true }).click();
  await text(page).press('Control+Enter');
  await expect(shown(page).getByRole('listitem')).toHaveText(['sun', 'water']);
  await expect(page.getByRole('button', { name: 'Edit text' })).toBeFocused();
  expect((await stored(api, 1)).body).toBe('- sun\n- **water**');

  await write(page, 'never mind');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(shown(page)).toContainText('water');
  await message(page).getByRole('button', { name: 'Undo' }).click();
  await expect(text(page)).toHaveValue('never mind');
  await text(page).fill('x'.repeat(50_001));
  await save(page);
  await expect(page.getByText('Not saved: The text has more than 50,000 characters.').first()).toBeVisible();
  expect((await stored(api, 1)).body).toBe('- sun\n- **water**');
});

test('status and tags change at once, and tags are completed', async ({ signedIn: page, api }) => {
  await api.capture('Other', { tags: ['garden', 'gardening-tools'] });
  const number = await api.capture('Grow tomatoes', { tags: ['food'] });
  await open(page, number);
  await page.getByRole('button', { name: 'Status: Captured' }).click();
  await page.getByRole('menuitemradio', { name: 'Building' }).click();
  await expect(page.getByRole('button', { name: 'Status: Building' })).toBeVisible();
  await expect(part(page, 'History').getByRole('listitem').first()).toContainText('Moved to Building');
  await message(page).getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: 'Status: Captured' })).toBeVisible();
  await expect(part(page, 'History').getByRole('listitem')).toContainText(['Moved to Captured', 'Moved to Building', /^\s*Captured\s(?!as)/]);

  await tags(page).fill('gard');
  await expect(page.getByRole('option')).toHaveText([/^garden\b/, /^gardening-tools\b/, /^gard\b.*new tag$/]);
  await tags(page).press('ArrowDown');
  await tags(page).press('Enter');
  await tags(page).fill('Summer Days');
  await tags(page).press('Enter');
  await expect.poll(async () => (await stored(api, number)).tags.toSorted()).toEqual(['food', 'garden', 'summer-days']);
  await page.getByRole('button', { name: /food/ }).click();
  await expect.poll(async () => (await stored(api, number)).tags.toSorted()).toEqual(['garden', 'summer-days']);
});

test('links are added, checked, removed and put back', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes');
  await open(page, 1);
  const links = part(page, 'Links');
  await expect(links).toContainText('No links yet.');
  await links.getByRole('button', { name: 'Add link' }).click();
  const form = page.getByRole('form', { name: 'Add a link' });
  await form.getByRole('textbox', { name: 'Address' }).fill('javascript:alert(1)');
  await form.getByRole('button', { name: 'Add link' }).click();
  await expect(form.getByRole('textbox', { name: 'Address' })).toHaveAttribute('aria-invalid', 'true');
  await inBothThemes(page, () => expectAccessible(page));
  await form.getByRole('textbox', { name: 'Address' }).fill('github.com/example/watering');
  await expect(form.getByRole('combobox', { name: 'Kind' })).toHaveValue('github-repo');
  await form.getByRole('textbox', { name: 'Title' }).fill('Watering');
  await form.getByRole('textbox', { name: 'Title' }).press('Enter');
  await expect(links.getByRole('link', { name: 'Watering' })).toHaveAttribute('href', 'https://github.com/example/watering');
  await expect(links.getByRole('button', { name: 'Add link' })).toBeFocused();

  await links.getByRole('button', { name: 'Remove the link Watering' }).click();
  await expect(links).toContainText('No links yet.');
  await message(page).getByRole('button', { name: 'Undo' }).click();
  await expect(links.getByRole('link', { name: 'Watering' })).toBeVisible();
  expect((await stored(api, 1)).links).toMatchObject([{ url: 'https://github.com/example/watering', title: 'Watering', link_type: 'github-repo' }]);
});

test('relations are added, edited, removed and put back', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes');
  await api.capture('Collect rain water');
  await open(page, 1);
  const relations = part(page, 'Relations');
  await expect(relations).toContainText('Not related to another idea yet.');
  await relations.getByRole('button', { name: 'Add relation' }).click();
  const box = dialog(page, 'Add relation');
  await box.getByRole('button', { name: 'Add relation' }).click();
  await expect(box.getByRole('alert')).toHaveText('Choose the other idea first.');
  await box.getByRole('combobox', { name: 'Other idea' }).fill('rain');
  await expect(box.getByRole('listbox').getByRole('option')).toHaveText([/#2\s*Collect rain water/]);
  await inBothThemes(page, () => expectAccessible(page));
  await box.getByRole('combobox', { name: 'Other idea' }).press('Enter');
  await box.getByRole('combobox', { name: 'Relation' }).selectOption('Blocked by');
  await box.getByRole('textbox', { name: 'Note' }).fill('no water, no tomatoes');
  await box.getByRole('textbox', { name: 'Note' }).press('Enter');
  await expect(box).toHaveCount(0);
  await expect(relations.getByRole('list', { name: 'Blocked by' })).toContainText('no water, no tomatoes');
  expect((await stored(api, 1)).relations).toMatchObject([{ source_idea_id: 2, target_idea_id: 1, relation_type: 'blocks' }]);

  const menu = relations.getByRole('button', { name: 'Relation to #2' });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  const edit = dialog(page, 'Edit relation');
  // What is turned round would be another relation.
  await expect(edit.getByRole('combobox', { name: 'Relation' }).getByRole('option')).toHaveText(['Related', 'Child of', 'Blocked by', 'Inspired by', 'Superseded by']);
  await edit.getByRole('combobox', { name: 'Relation' }).selectOption('Inspired by');
  await edit.getByRole('textbox', { name: 'Note' }).fill('');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(relations.getByRole('list', { name: 'Inspired by' })).toContainText('Collect rain water');
  await expect(relations).not.toContainText('no water');

  await menu.click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect(relations).toContainText('Not related to another idea yet.');
  await message(page).getByRole('button', { name: 'Undo' }).click();
  await expect(relations.getByRole('list', { name: 'Inspired by' })).toContainText('Collect rain water');
  await relations.getByRole('link', { name: '#2 Collect rain water' }).click();
  await expect(part(page, 'Relations').getByRole('list', { name: 'Inspires' })).toContainText('Grow tomatoes');
});

test('a circle is made only where it may be, and only by insisting', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/status of 409/);
  await api.capture('One');
  await api.capture('Two');
  await api.relate(2, 1, 'parent');
  await api.relate(2, 1, 'blocks');
  await open(page, 1);
  await part(page, 'Relations').getByRole('button', { name: 'Add relation' }).click();
  const box = dialog(page, 'Add relation');
  await box.getByRole('combobox', { name: 'Other idea' }).fill('2');
  await box.getByRole('option', { name: '#2' }).click();
  await box.getByRole('combobox', { name: 'Relation' }).selectOption('Blocks');
  await box.getByRole('button', { name: 'Add relation' }).click();
  await expect(box.getByRole('alert')).toContainText('already waits');
  await expect(box.getByRole('button', { name: 'Make it anyway' })).toHaveCount(0);

  await box.getByRole('combobox', { name: 'Relation' }).selectOption('Parent of');
  await expect(box.getByRole('alert')).toHaveCount(0);
  await box.getByRole('button', { name: 'Add relation' }).click();
  await expect(box.getByRole('alert')).toContainText('would create a cycle');
  await expect(box.getByRole('alert')).not.toContainText('force');
  await box.getByRole('button', { name: 'Make it anyway' }).click();
  await expect(part(page, 'Relations').getByRole('list', { name: 'Parent of' })).toContainText('Two');
});

test('an idea is archived and restored, and both can be undone', async ({ signedIn: page, api }) => {
  await api.capture('Old plan', { body: 'Old.' });
  await open(page, 1);
  await page.getByRole('button', { name: 'Archive', exact: true }).click();
  await expect(page.getByText('It is out of the lists, the board and the map.')).toBeVisible();
  await expect(part(page, 'History').getByRole('listitem').first()).toContainText('Archived');
  await message(page).filter({ hasText: 'Archived #1' }).getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('It is out of the lists')).toHaveCount(0);

  await page.keyboard.press('e');
  await expect(page.getByText('It is out of the lists')).toBeVisible();
  await page.reload();
  await expect(page.getByText('It is out of the lists')).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `idea-archived-${theme}`);
  });
  // Archived is not locked.
  await write(page, 'Old, but true.');
  await save(page);
  await expect(shown(page)).toHaveText('Old, but true.');
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await expect(page.getByText('It is out of the lists')).toHaveCount(0);
  await message(page).filter({ hasText: 'Restored #1' }).getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('It is out of the lists')).toBeVisible();
  // The page shows it before the server has it.
  await expect.poll(async () => (await stored(api, 1)).is_archived).toBe(1);
});

test('an idea branches, and the branch knows where it came from', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes', { body: 'On the roof.', tags: ['garden'] });
  await open(page, 1);
  await choose(page, 'Branch this idea');
  const box = dialog(page, 'Branch #1');
  await expect(box.getByRole('textbox')).toBeFocused();
  await inBothThemes(page, () => expectAccessible(page));
  await box.getByRole('textbox').fill('Grow peppers');
  await box.getByRole('checkbox', { name: 'Copy the text too' }).check();
  await box.getByRole('button', { name: 'Branch' }).click();
  await expect(page).toHaveURL('/ideas/2');
  await expect(shown(page)).toHaveText('On the roof.');
  await expect(page.getByRole('complementary', { name: 'Properties' }).getByRole('link', { name: '#1 Grow tomatoes' })).toBeVisible();
  expect(await stored(api, 2)).toMatchObject({ title: 'Grow peppers', parent_id: 1, tags: ['garden'] });

  await page.getByRole('button', { name: 'Change what it branched from' }).click();
  await page.getByRole('button', { name: 'From none' }).click();
  await expect.poll(async () => (await stored(api, 2)).parent_id).toBeNull();
});

test('two ideas are merged after a look at what comes out', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes', { body: 'On the roof.', tags: ['garden'] });
  await api.capture('Tomatoes', { body: 'In pots.', tags: ['food'] });
  await open(page, 1);
  await choose(page, 'Merge');
  const box = dialog(page, 'Merge #1 with another idea');
  await box.getByRole('combobox').fill('2');
  await box.getByRole('combobox').press('Enter');
  const preview = box.getByRole('region', { name: 'Preview' });
  await expect(preview).toContainText('On the roof.');
  await expect(preview).toContainText('In pots.');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `idea-merge-${theme}`);
  });
  await box.getByRole('button', { name: 'Swap' }).click();
  await box.getByRole('button', { name: 'Merge #1 into #2' }).click();
  await expect(page).toHaveURL('/ideas/2');
  await expect(shown(page)).toContainText('In pots.');
  await expect(shown(page)).toContainText('On the roof.');
  await message(page).getByRole('button', { name: 'Open #1' }).click();
  await expect(page).toHaveURL('/ideas/1');
  await expect(said(page).filter({ hasText: 'Merged into #2 and archived' })).toBeVisible();
  expect((await stored(api, 2)).tags.toSorted()).toEqual(['food', 'garden']);
});

test('what changes elsewhere appears, and never over a text that is being written', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes', { body: 'On the roof.' });
  await api.capture('Collect rain');
  await open(page, 1);
  await change(api, 1, { title: 'Grow peppers', body: 'On the balcony.', tags: ['garden'], status: 'building' });
  await expect(title(page)).toHaveValue('Grow peppers');
  await expect(shown(page)).toHaveText('On the balcony.');
  await expect(page.getByRole('button', { name: 'Status: Building' })).toBeVisible();
  await api.relate(1, 2);
  await expect(part(page, 'Relations')).toContainText('Collect rain');
  await change(api, 2, { title: 'Collect snow' });
  await expect(part(page, 'Relations')).toContainText('Collect snow');

  await write(page, 'Mine.');
  await change(api, 1, { body: 'Theirs.' });
  await expect(page.getByText('This idea was changed elsewhere while you were writing.')).toBeVisible();
  await expect(text(page)).toHaveValue('Mine.');
  await text(page).fill('On the balcony.');
  await page.getByRole('button', { name: 'Show the new text' }).click();
  await expect(shown(page)).toHaveText('Theirs.');
});

test('two tabs that change other lines lose nothing', async ({ signedIn: page, api }) => {
  await api.capture('Plan', { body: 'one\n\ntwo\n\nthree' });
  await open(page, 1);
  const other = await page.context().newPage();
  await open(other, 1);
  await write(page, 'ONE\n\ntwo\n\nthree');
  await write(other, 'one\n\ntwo\n\nthree\n\nfour');
  await save(other);
  await expect(shown(other)).toContainText('four');
  await expect(page.getByText('was changed elsewhere')).toBeVisible();
  await text(page).press('Control+Enter');
  await expect(message(page)).toContainText('Saved together with what was changed elsewhere');
  await expect(shown(page)).toContainText('ONE');
  await expect(shown(page)).toContainText('four');
  await expect(shown(other)).toContainText('ONE');
  expect((await stored(api, 1)).body).toBe('ONE\n\ntwo\n\nthree\n\nfour');
});

test('two tabs that change the same line are shown to each other', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/status of 412/);
  await api.capture('Plan', { body: 'one\ntwo' });
  await open(page, 1);
  await write(page, 'one\nmine');
  // The other change comes in while this page does not hear of it.
  await page.route('**/api/v1/ideas/1', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()), { times: 1 });
  trouble.expect(/ERR_FAILED/);
  const unheard = page.waitForRequest((request) => request.method() === 'GET' && request.url().endsWith('/api/v1/ideas/1'));
  await change(api, 1, { body: 'one\ntheirs' });
  await unheard;
  const refused = page.waitForResponse((response) => response.status() === 412);
  await save(page);
  expect((await refused).request().headers()['if-match']).toBe('"1"');

  const box = dialog(page, 'Two versions of one idea');
  await expect(box.getByRole('region', { name: 'Yours: text' }).locator('mark')).toHaveText('mine');
  await expect(box.getByRole('region', { name: 'Theirs: text' }).locator('mark')).toHaveText('theirs');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `idea-conflict-${theme}`);
  });
  await box.getByRole('button', { name: 'Take theirs' }).click();
  await expect(shown(page)).toContainText('theirs');
  await message(page).getByRole('button', { name: 'Undo' }).click();
  await expect(text(page)).toHaveValue('one\nmine');
  await change(api, 1, { body: 'one\ntheirs again' });
  await page.getByRole('button', { name: 'Compare' }).click();
  await box.getByRole('button', { name: 'Merge by hand' }).click();
  const both = box.getByRole('textbox', { name: 'Text of both' });
  await expect(both).toHaveValue('one\nmine\ntheirs again');
  await inBothThemes(page, () => expectAccessible(page));
  await both.fill('one\nours');
  await box.getByRole('button', { name: 'Save this text' }).click();
  await expect(shown(page)).toContainText('ours');

  await write(page, 'one\nmine after all');
  await change(api, 1, { body: 'one\ntheirs after all' });
  await page.getByRole('button', { name: 'Compare' }).click();
  await box.getByRole('button', { name: 'Keep yours' }).click();
  await expect(shown(page)).toContainText('mine after all');
  expect((await stored(api, 1)).body).toBe('one\nmine after all');
});

test('a text that is not saved outlives a reload, a walk and a closed tab', async ({ signedIn: page, api }) => {
  await api.capture('Plan', { body: 'one' });
  await open(page, 1);
  await write(page, 'one and two');
  await page.reload();
  await expect(text(page)).toHaveValue('one and two');
  await expect(page.getByText('Your unsaved changes from before are back.')).toBeVisible();
  await page.getByRole('link', { name: 'Board' }).first().click();
  await expect(message(page)).toContainText('Your text of #1 is not saved.');
  await message(page).getByRole('button', { name: 'Go back' }).click();
  await expect(text(page)).toHaveValue('one and two');

  // Another tab is offered the text and does not take it unasked.
  const other = await page.context().newPage();
  await page.close();
  await open(other, 1);
  await expect(shown(other)).toHaveText('one');
  const offer = other.getByText('Unsaved text of yours from another tab');
  await expect(offer).toBeVisible();
  await inBothThemes(other, () => expectAccessible(other));
  await other.getByRole('button', { name: 'Throw it away' }).click();
  await expect(offer).toHaveCount(0);
  await message(other).getByRole('button', { name: 'Undo' }).click();
  await other.getByRole('button', { name: 'Go on with it' }).click();
  await expect(text(other)).toHaveValue('one and two');
  await save(other);
  await expect(shown(other)).toHaveText('one and two');
  await other.reload();
  await expect(shown(other)).toHaveText('one and two');
  await expect(offer).toHaveCount(0);
});

test('a text is not lost when the server is away, and is saved when it is back', async ({ signedIn: page, api, server, trouble }) => {
  trouble.expect(/Failed to load resource|ERR_/);
  await api.capture('Plan', { body: 'one' });
  await open(page, 1);
  await write(page, 'one and two');
  await server.stop();
  await save(page);
  await expect(page.getByText('Not saved: The server does not answer.', { exact: false }).first()).toBeVisible();
  await expect(text(page)).toHaveValue('one and two');
  await page.getByRole('button', { name: 'Status: Captured' }).click();
  await page.getByRole('menuitemradio', { name: 'Building' }).click();
  await expect(message(page)).toContainText('#1 was not moved');
  await expect(page.getByRole('button', { name: 'Status: Captured' })).toBeVisible();

  await server.start();
  await page.reload();
  await expect(text(page)).toHaveValue('one and two');
  await save(page);
  await expect(shown(page)).toHaveText('one and two');
  expect((await stored(api, 1)).body).toBe('one and two');
});

test('the keyboard alone is enough', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes', { body: 'On the roof.' });
  await api.capture('Collect rain');
  await open(page, 1);
  await page.keyboard.press('s');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Status: Exploring' })).toBeFocused();
  await page.keyboard.press('t');
  await expect(tags(page)).toBeFocused();
  await page.keyboard.type('garden');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await stored(api, 1)).tags).toEqual(['garden']);
  await tags(page).blur();

  await page.keyboard.press('i');
  await expect(text(page)).toBeFocused();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' In pots.');
  // Tab indents in the text; Esc and Tab leave it.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Discard' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(shown(page)).toHaveText('On the roof. In pots.');
  await expect(page.getByRole('button', { name: 'Edit text' })).toBeFocused();

  await page.keyboard.press('r');
  await expect(dialog(page, 'Add relation').getByRole('combobox', { name: 'Other idea' })).toBeFocused();
  await page.keyboard.type('rain');
  await page.keyboard.press('Enter');
  await expect(dialog(page, 'Add relation').getByRole('combobox', { name: 'Relation' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('for water');
  await page.keyboard.press('Enter');
  await expect(part(page, 'Relations').getByRole('list', { name: 'Related' })).toContainText('for water');
  // The list may show it a moment before the dialog is gone, and a dialog takes every key.
  await expect(dialog(page, 'Add relation')).toBeHidden();
  await page.keyboard.press('l');
  await page.keyboard.type('example.org/pots');
  await page.keyboard.press('Enter');
  await expect(part(page, 'Links').getByRole('link', { name: 'example.org/pots' })).toBeVisible();
  await page.keyboard.press('l');
  await page.keyboard.press('Escape');
  await expect(part(page, 'Links').getByRole('button', { name: 'Add link' })).toBeFocused();
  await page.keyboard.press('m');
  await expect(dialog(page, 'Merge #1 with another idea')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('u');
  await expect(page).toHaveURL('/ideas');
});

test('an idea that is not there says so, also when its number is none', async ({ signedIn: page, trouble }) => {
  trouble.expect(/status of 404/);
  await page.goto('/ideas/999');
  await expect(page.getByText('There is no idea #999')).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `idea-none-${theme}`);
  });
  await page.getByRole('link', { name: 'Go to the ideas' }).click();
  await expect(page).toHaveURL('/ideas');
  await page.goto('/ideas/twelve');
  await expect(page.getByText('There is no such page')).toBeVisible();
});

test('an idea that cannot be read is asked for again', async ({ signedIn: page, api, trouble }) => {
  trouble.expect(/Failed to load resource/);
  await api.capture('Plan', { body: 'one' });
  await page.route('**/api/v1/ideas/1', (route) => route.abort());
  await page.goto('/ideas/1');
  await expect(page.getByRole('alert')).toContainText('The server does not answer');
  await page.unroute('**/api/v1/ideas/1');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(shown(page)).toHaveText('one');
});

test('what is being written can be used by everybody', async ({ signedIn: page, api }) => {
  await api.capture('Grow tomatoes', { body: 'On the roof.', tags: ['garden'] });
  await open(page, 1);
  await write(page, 'On the *roof*, in pots.');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `idea-editing-${theme}`);
  });
  await page.getByRole('button', { name: 'Preview' }).click();
  await inBothThemes(page, () => expectAccessible(page));
});
