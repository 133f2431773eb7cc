// What tools show beside a conversation: each kind of card, and what can be
// done with it.
import type { Page } from '@playwright/test';
import type { Api } from './api.ts';
import { expect, expectAccessible, inBothThemes, type Models, shot, test } from './models.ts';

type Call = readonly [name: string, input: object];

/** Lets the model call tools, all at once, and then say something. */
async function show(page: Page, api: Api, models: Models, calls: readonly Call[]): Promise<void> {
  const { error } = await api.client.PUT('/user/byok/{provider}', {
    params: { path: { provider: 'anthropic' } },
    body: { api_key: models.keys.anthropic },
  });
  expect(error).toBeUndefined();
  const toolCalls = calls.map(([name, input], i) => ({ id: `toolu_${i}`, name, arguments: JSON.stringify(input) }));
  models.mock.clearFixtures();
  models.mock.onToolResult(toolCalls.at(-1)!.id, { content: 'There you are.' });
  models.mock.onMessage(/[\s\S]/, { toolCalls });
  await page.goto('/canvas');
  const field = page.getByRole('textbox', { name: 'Message to the agent' });
  await field.fill('Show me');
  await field.press('Enter');
  await expect(page.getByRole('log').getByText('There you are.')).toBeVisible();
  await openCards(page);
}

/** On a phone the cards have a tab of their own. */
async function openCards(page: Page): Promise<void> {
  if (test.info().project.name === 'phone') await page.getByRole('tab', { name: /^Cards/ }).click();
}

const card = (page: Page, name: string | RegExp) => page.getByRole('region', { name, exact: typeof name === 'string' });

async function seed(api: Api): Promise<void> {
  await api.capture('Rain barrel monitor', { body: 'A **float switch** tells when it runs over.', tags: ['garden', 'hardware'] });
  await api.capture('Watering plan from the forecast', { tags: ['garden', 'software'], status: 'exploring' });
  await api.capture('حديقة السطح: أعشاب وزهور', { tags: ['garden'], status: 'building' });
  await api.relate(2, 1, 'inspires');
}

const scores = (...all: number[]) =>
  ['feasibility', 'impact', 'effort', 'novelty', 'fit'].map((criterion, i) => ({ criterion, score: all[i], reason: `Because of ${criterion}.` }));

/** As many as a model may call at a time. */
const halves: Record<string, Call[]> = {
  'what is there': [
    ['search_ideas', { tag: 'garden' }],
    ['get_idea', { id: 1 }],
    ['get_map', { around: 1 }],
    ['list_tags', {}],
    ['suggest_tags', { id: 1, tags: ['water', 'sensors'] }],
  ],
  'what was thought': [
    ['summarize', { idea_ids: [1, 2], text: 'Two ideas look after **water**.', themes: [{ name: 'Water', text: 'Not too much of it.', idea_ids: [1, 2] }] }],
    ['compare_ideas', { a: 1, b: 2, rows: [{ aspect: 'Cost', a: 'Little', b: 'Nothing' }, { aspect: 'Season', a: 'Summer', b: 'Summer' }], verdict: 'Begin with **#1**.' }],
    ['score_idea', { ideas: [{ id: 1, scores: scores(8, 5, 7, 3, 6) }, { id: 2, scores: scores(4, 9, 5, 8, 7) }] }],
    ['show_insights', { items: [{ title: 'Summer comes first', text: 'Both wait for it.', idea_ids: [1, 2] }] }],
    ['draw_diagram', { title: 'How it decides', code: 'flowchart LR\n  A[Forecast] --> B{Rain?}\n  B -->|yes| C[Skip]\n  B -->|no| D[Water]' }],
  ],
};

for (const [half, calls] of Object.entries(halves)) {
  test(`cards of ${half} can be read in both themes`, async ({ signedIn: page, api, models }) => {
    test.slow();
    await seed(api);
    await show(page, api, models, calls);
    const cards = page.getByRole('group', { name: 'All cards' });
    await expect(cards.getByRole('heading', { level: 3 })).toHaveCount(calls.length);
    await expect(page.getByText('This card cannot be shown.')).toHaveCount(0);
    if (calls.some(([name]) => name === 'draw_diagram')) {
      await expect(page.frameLocator('iframe').getByText('Rain?')).toBeVisible();
      await expect(cards.locator('iframe')).toHaveAttribute('data-drawn');
    }
    await inBothThemes(page, async (theme) => {
      await expectAccessible(page);
      for (const [i, section] of (await cards.locator('section.card').all()).entries()) {
        await section.screenshot({ path: `test-results/shots/${test.info().project.name}-card-${half.replaceAll(' ', '-')}-${i}-${theme}.png` });
      }
      await shot(page, `cards-${half.replaceAll(' ', '-')}-${theme}`);
    });
  });
}

test('variants are captured, and documents kept', async ({ signedIn: page, api, models }) => {
  await seed(api);
  await show(page, api, models, [
    ['brainstorm', { topic: 'Barrels', idea_id: 1, clusters: [{ name: 'Small', variants: [{ title: 'Barrel for a balcony', body: 'Half the *size*.', tags: ['balcony'] }] }, { name: 'Large', variants: [{ title: 'Cistern' }] }] }],
    ['draft_document', { kind: 'one-pager', title: 'Barrel in short', idea_ids: [1], sections: ['Problem', 'Solution', 'Audience', 'Next steps'].map((heading) => ({ heading, text: `About the ${heading.toLowerCase()}.` })) }],
  ]);
  await page.getByRole('button', { name: 'Capture Barrel for a balcony' }).click();
  await expect(page.getByRole('link', { name: '#4', exact: true })).toBeVisible();
  const read = async (id: number) => (await api.client.GET('/ideas/{id}', { params: { path: { id } } })).data;
  expect(await read(4)).toMatchObject({ title: 'Barrel for a balcony', tags: ['balcony'], parent_id: 1 });

  await page.getByRole('button', { name: 'Save to #1' }).click();
  await expect(page.getByText('Saved to #1')).toBeVisible();
  expect((await read(1))?.body).toContain('float switch');
  expect((await read(1))?.body).toContain('## Next steps');
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).press('Enter'); // a toast may lie above it
  expect((await file).suggestedFilename()).toBe('barrel-in-short.md');
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `cards-made-${theme}`);
  });
});

test('tags are put on, relations accepted, taken away and undone', async ({ signedIn: page, api, models }) => {
  await seed(api);
  await show(page, api, models, [
    ['suggest_tags', { id: 1, tags: ['water'] }],
    ['link_ideas', { source_id: 1, target_id: 3, type: 'blocks', note: 'first this' }],
  ]);
  const tag = page.getByRole('button', { name: /^water/ });
  await tag.click();
  await expect(tag).toHaveAttribute('aria-pressed', 'true');
  const read = async (id: number) => (await api.client.GET('/ideas/{id}', { params: { path: { id } } })).data;
  expect((await read(1))?.tags).toContain('water');
  expect((await read(3))?.relations).toMatchObject([{ source_idea_id: 1, relation_type: 'blocks', note: 'first this' }]);

  const made = card(page, /^Rain barrel monitor –/);
  await made.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(made.getByText('Undone')).toBeVisible();
  await expect(made.getByText('The relation was taken away.')).toBeVisible();
  expect((await read(3))?.relations).toEqual([]);
});

test('a card is pinned, collapsed and dismissed, also after a reload', async ({ signedIn: page, api, models }) => {
  await seed(api);
  await show(page, api, models, [['search_ideas', { query: 'barrel' }], ['list_tags', {}]]);
  const names = () => page.getByRole('group', { name: 'All cards' }).getByRole('heading', { level: 3 }).allTextContents();
  const [first, second] = await names();
  await card(page, second!).getByRole('button', { name: 'Pin', exact: true }).click();
  await expect.poll(names).toEqual([second, first]);
  await card(page, second!).getByRole('button', { name: 'Collapse' }).click();
  await card(page, first!).getByRole('button', { name: 'Dismiss' }).click();
  await expect.poll(names).toEqual([second]);
  await page.reload();
  await openCards(page);
  await expect.poll(names).toEqual([second]);
  await expect(card(page, second!).getByRole('button', { name: 'Expand' })).toBeVisible();
});

test('a diagram is still there after its card has moved and was folded', async ({ signedIn: page, api, models }) => {
  await seed(api);
  await show(page, api, models, [
    ['draw_diagram', { title: 'First', code: 'flowchart LR\n  A[Forecast] --> B[Water]' }],
    ['draw_diagram', { title: 'Second', code: 'flowchart LR\n  C[Barrel] --> D[Pump]' }],
  ]);
  // The two are drawn at once, so either may be above.
  const names = () => page.getByRole('group', { name: 'All cards' }).getByRole('heading', { level: 3 }).allTextContents();
  await expect.poll(async () => (await names()).toSorted()).toEqual(['First', 'Second']);
  const [above, below] = await names();
  const inside = { First: 'Forecast', Second: 'Barrel' };
  const picture = (name: string) => card(page, name).frameLocator('iframe').getByText(inside[name as keyof typeof inside]);
  for (const name of [above!, below!]) await expect(picture(name)).toBeVisible();

  await card(page, below!).getByRole('button', { name: 'Pin', exact: true }).click();
  await expect.poll(names).toEqual([below, above]);
  for (const name of [above!, below!]) await expect(picture(name)).toBeVisible();

  await card(page, below!).getByRole('button', { name: 'Collapse' }).click();
  await expect(picture(below!)).toBeHidden();
  await card(page, below!).getByRole('button', { name: 'Expand' }).click();
  await expect(picture(below!)).toBeVisible();
});
