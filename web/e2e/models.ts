// Tests in which models answer: a third party's mock stands in for Anthropic,
// OpenAI and OpenRouter, so the wire formats are not ours. It knows one key of
// each provider; with any other it answers as they do, with 401.
import { randomBytes } from 'node:crypto';
import { LLMock } from '@copilotkit/aimock';
import type { Page } from '@playwright/test';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base } from './test.ts';
import type { Server } from './server.ts';

export * from './test.ts';

export type Provider = 'anthropic' | 'openai' | 'openrouter';

const word = (length: number) => randomBytes(length).toString('hex').slice(0, length);

/** A key of the shape that a provider's keys have. No two are the same, and none is real. */
export function makeKey(provider: Provider): string {
  switch (provider) {
    case 'anthropic':
      return `sk-ant-api03-${word(93)}AA`;
    case 'openai':
      return `sk-proj-${word(120)}`;
    case 'openrouter':
      return `sk-or-v1-${word(64)}`;
  }
}

/** The providers as the server under test sees them. */
export class Models {
  readonly keys: Record<Provider, string> = {
    anthropic: makeKey('anthropic'),
    openai: makeKey('openai'),
    openrouter: makeKey('openrouter'),
  };
  readonly mock = new LLMock({ port: 0, auth: { apiKeys: Object.values(this.keys) } });

  /** Where the server finds them. */
  get environment(): Record<string, string> {
    return {
      ANTHROPIC_BASE_URL: this.mock.url,
      OPENAI_BASE_URL: `${this.mock.url}/v1`,
      OPENROUTER_BASE_URL: `${this.mock.url}/api/v1`,
    };
  }

  /** Lets them answer everything with a text, in pieces. */
  say(content: string, options: Parameters<LLMock['onMessage']>[2] = {}): void {
    this.mock.clearFixtures();
    this.mock.onMessage(/[\s\S]/, { content }, options);
  }

  /** How many times a model was asked. */
  get asked(): number {
    return this.mock.getRequests().filter(({ method }) => method === 'POST').length;
  }
}

export const test = base.extend<{ models: Models }>({
  models: async ({}, use) => {
    const models = new Models();
    await models.mock.start();
    try {
      await use(models);
    } finally {
      await models.mock.stop();
    }
  },
  environment: async ({ models }, use) => use(models.environment),
});

/** Collects whatever a page is sent, to be searched. */
export function watchAnswers(page: Page): Promise<string>[] {
  const bodies: Promise<string>[] = [];
  page.on('response', (response) => {
    // A redirect has none, and a page that is left takes its own along.
    // And the stream of changes has no end to wait for; there are only numbers in it.
    const ends = !response.url().endsWith('/events');
    if (response.url().includes('/api/') && ends) bodies.push(response.text().catch(() => ''));
  });
  return bodies;
}

/** Expects that a secret is nowhere: in the page, the browser, what the page was sent, the log, the data. */
export async function expectNowhere(secret: string, page: Page, answers: Promise<string>[], server: Server): Promise<void> {
  const inPage = await page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')];
    const resources = performance.getEntries().map((entry) => entry.name);
    return {
      page: document.documentElement.outerHTML,
      fields: fields.map((field) => field.value).join('\n'),
      local: JSON.stringify({ ...localStorage }),
      session: JSON.stringify({ ...sessionStorage }),
      history: JSON.stringify(history.state),
      addresses: [location.href, ...resources].join('\n'),
    };
  });
  const cookies = JSON.stringify(await page.context().cookies());
  const sent = (await Promise.all(answers)).join('\n');
  const where = { ...inPage, cookies, sent, log: server.log };
  for (const [place, text] of Object.entries(where)) expect(text.includes(secret), `the secret is in: ${place}`).toBe(false);

  const forms = [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')];
  for (const file of await readdir(server.data, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const content = await readFile(join(file.parentPath, file.name), 'latin1');
    for (const form of forms) expect(content.includes(form), `the secret is in the file ${file.name}`).toBe(false);
  }
}
