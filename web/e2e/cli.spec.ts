import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, expectAccessible, inBothThemes, shot, test as base } from './test.ts';

interface Client {
  /** Where the client listens. */
  callback: string;
  /** What it was sent: the keys, in turn. */
  keys: (string | null)[];
  /** Stops listening, as a client does that has waited too long. */
  stop(): void;
}

const test = base.extend<{ client: Client }>({
  client: async ({ trouble }, use) => {
    const keys: (string | null)[] = [];
    const listener = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      if (url.pathname === '/callback') keys.push(url.searchParams.get('api_key'));
      response.setHeader('Content-Type', 'text/html');
      response.end('<title>Done</title><link rel="icon" href="data:,">You are signed in.');
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    // The one request to another origin that is wanted.
    trouble.expect(new RegExp(`^request to another origin: http://127\\.0\\.0\\.1:${port}/callback`));
    const stop = () => {
      listener.close();
      listener.closeAllConnections();
    };
    await use({ callback: `http://127.0.0.1:${port}/callback`, keys, stop });
    stop();
  },
});

const address = (callback: string) => `/auth/cli?callback=${encodeURIComponent(callback)}&provider=choose`;

test('the client gets a key that works, after signing in and saying yes', async ({ page, client, owner, server }) => {
  await page.goto(address(client.callback));
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect(page.getByRole('heading', { name: 'Let a command-line client in?' })).toBeVisible();
  await expect(page.getByText(owner.email)).toBeVisible();
  await expect(page.getByText(new URL(client.callback).host)).toBeVisible();
  expect(client.keys).toEqual([]);
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `cli-${theme}`);
  });

  await page.getByRole('button', { name: 'Authorize' }).click();
  await expect(page).toHaveTitle('Done');
  expect(client.keys).toEqual([expect.stringMatching(/^nrp_[0-9a-f]{64}$/)]);
  const me = await fetch(`${server.url}/api/v1/user/me`, { headers: { 'X-API-Key': client.keys[0]! } });
  expect(await me.json()).toMatchObject({ email: owner.email });
});

test('a callback to anywhere but this computer is refused and no key is made', async ({ signedIn: page, api }) => {
  for (const callback of ['http://evil.example:53123/callback', 'http://localhost.evil.example:80/', 'https://localhost:53123/', '']) {
    await page.goto(address(callback));
    await expect(page.getByRole('heading', { name: 'This link was refused' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Authorize' })).toHaveCount(0);
  }
  await page.goto(address('http://evil.example:53123/callback'));
  await expect(page.getByText('http://evil.example:53123/callback')).toBeVisible();
  await inBothThemes(page, () => expectAccessible(page));
  const { data } = await api.client.GET('/user/api-keys');
  expect(data?.api_keys.map((key) => key.label)).toEqual(['e2e']);
});

test('when the client is gone, the page says how to do it by hand', async ({ signedIn: page, client, api, trouble }) => {
  trouble.expect(/ERR_CONNECTION_REFUSED/);
  await page.goto(address(client.callback));
  await expect(page.getByRole('button', { name: 'Authorize' })).toBeVisible();
  client.stop();
  await page.getByRole('button', { name: 'Authorize' }).click();
  await expect.poll(() => page.url()).toContain('chrome-error:');
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Back to your terminal' })).toBeVisible();
  await expect(page.getByText('The client did not get it?')).toBeVisible();
  await inBothThemes(page, async (theme) => {
    await expectAccessible(page);
    await shot(page, `cli-gone-${theme}`);
  });
  await page.getByRole('link', { name: 'Open API keys' }).click();
  await expect(page.getByText('CLI (auto-generated)')).toBeVisible();
  const { data } = await api.client.GET('/user/api-keys');
  expect(data?.api_keys).toHaveLength(2);
});
