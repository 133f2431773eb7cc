// The test function of all browser tests. Every test has a server of its own,
// so that no test can see what another one did, and every test fails on a
// policy violation, a page error or a request to another origin.
import { test as base, expect, type Page } from '@playwright/test';
import { Api } from './api.ts';
import { type Person, Server } from './server.ts';
import { Trouble } from './trouble.ts';

export { expectAccessible, inBothThemes, shot } from './look.ts';
export { expect };

interface Fixtures {
  /** Settings with which the server starts, besides those that every test has. */
  environment: Record<string, string>;
  /** The account that the server starts with. */
  owner: Person;
  /** The running program, with the owner's account. */
  server: Server;
  /** Seeds the owner's ideas over HTTP. */
  api: Api;
  /** A page on which the owner is signed in; it shows nothing yet. */
  signedIn: Page;
  /** What went wrong in the pages so far. */
  trouble: Trouble;
}

export const test = base.extend<Fixtures & { prepared: { server: Server; owner: Person } }>({
  environment: async ({}, use) => use({}),

  prepared: async ({ environment }, use, info) => {
    const server = await Server.prepare(environment);
    try {
      const owner = await server.addPerson();
      await server.start();
      await use({ server, owner });
    } finally {
      await server.remove();
      if (info.status !== info.expectedStatus) await info.attach('server log', { body: server.log });
    }
  },
  server: async ({ prepared }, use) => use(prepared.server),
  owner: async ({ prepared }, use) => use(prepared.owner),
  baseURL: async ({ server }, use) => use(server.url),

  api: async ({ server, owner }, use) => use(new Api(server.url, owner.apiKey)),

  signedIn: async ({ page, owner }, use) => {
    await signIn(page, owner);
    await use(page);
  },

  trouble: [
    async ({ context, server }, use) => {
      const trouble = new Trouble();
      await trouble.watch(context, server.url);
      await use(trouble);
      expect(trouble.list, 'what went wrong in the pages').toEqual([]);
    },
    { auto: true },
  ],
});

/** Signs somebody in without the page for it, which has tests of its own. */
export async function signIn(page: Page, { email, password }: Person): Promise<void> {
  const answer = await page.request.post('/api/v1/auth/login', { data: { email, password } });
  expect(answer.status(), await answer.text()).toBe(200);
}
