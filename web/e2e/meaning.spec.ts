import { createServer, type Server as Http } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, expectAccessible, inBothThemes, shot, test as base } from './test.ts';

/** An embeddings server with OpenAI's API, which answers only while it is let. */
class Embeddings {
  /** How many texts it was asked for. */
  texts = 0;
  #waiting: (() => void)[] = [];
  #open = false;

  readonly #http: Http = createServer((request, answer) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      this.texts += input.length;
      const data = input.map((text, index) => ({ index, embedding: [text.length, 1, 0] }));
      const send = () => answer.setHeader('Content-Type', 'application/json').end(JSON.stringify({ data }));
      if (this.#open) send();
      else this.#waiting.push(send);
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/v1`;
  }

  /** Answers what waits and what comes. */
  open(): void {
    this.#open = true;
    for (const send of this.#waiting.splice(0)) send();
  }

  close(): void {
    this.#http.closeAllConnections();
    this.#http.close();
  }
}

const test = base.extend<{ embeddings: Embeddings }>({
  environment: async ({}, use) => use({ NEURALREPO_EMBEDDER: 'none' }),
  embeddings: async ({}, use) => {
    const embeddings = new Embeddings();
    await use(embeddings);
    embeddings.close();
  },
});

test('a model that costs money waits, says its price, begins and ends', async ({ signedIn: page, server, api, embeddings, isMobile }) => {
  await api.captureMany(3, 'Kettle');
  await page.goto('/settings/meaning');
  await expect(page.getByRole('heading', { name: 'Meaning', exact: true })).toBeVisible();
  const panel = page.getByRole('region', { name: 'How ideas are understood' });
  await expect(panel).toBeHidden();
  await server.restart({
    NEURALREPO_EMBEDDER: 'openai-compatible',
    NEURALREPO_EMBEDDINGS_BASE_URL: await embeddings.listen(),
    NEURALREPO_EMBEDDINGS_MODEL: 'text-embedding-3-small',
    NEURALREPO_EMBEDDINGS_DIMENSIONS: '3',
  });
  await page.goto('/settings/meaning');
  await expect(panel.getByText(/^0 of 3 ideas understood\. The others wait\. The 3 that are left take about \d+ tokens, for less than \$0\.01\./)).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `settings-meaning-${theme}`);
  });
  expect(embeddings.texts).toBe(0);
  await panel.getByRole('button', { name: 'Start' }).click();
  await expect(panel.getByRole('button', { name: 'Pause' })).toBeVisible();
  await panel.getByRole('button', { name: 'Pause' }).click();
  await expect(panel.getByRole('button', { name: 'Start' })).toBeVisible();
  await panel.getByRole('button', { name: 'Start' }).click();
  await expect(panel.getByRole('button', { name: 'Pause' })).toBeVisible();
  if (!isMobile) await shot(page, 'settings-meaning-running');
  embeddings.open();
  await expect(panel).toBeHidden();
});
