// Browser tests drive the real program in a real Chromium: "make test" runs
// them, or here "npx playwright test" after "make build".
import { defineConfig, devices } from '@playwright/test';
import { asRoot, chromiumPath } from './chromium.mjs';

const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 1,
  // axe takes its time where cores are few.
  timeout: 60_000,
  reporter: 'list',
  use: {
    launchOptions: { executablePath: chromiumPath(), args: [...quiet, ...asRoot] },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'desktop', use: devices['Desktop Chrome'] },
    { name: 'phone', use: devices['Pixel 7'] },
  ],
});
