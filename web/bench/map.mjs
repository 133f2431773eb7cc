// Measures how smoothly the map is drawn, in a real browser without a graphics
// card: how long frames take while it is moved, and while something moves on
// it, and on a page without ideas for comparison. "make bench" runs it:
//
//     node web/bench/map.mjs URL EMAIL-WITH-IDEAS EMAIL-WITHOUT PASSWORD SECONDS
//
// It prints one JSON object: for each of what is measured, the times of its
// frames in milliseconds.
import { chromium } from '@playwright/test';
import { asRoot, chromiumPath } from '../chromium.mjs';

const [url, full, empty, password, seconds] = process.argv.slice(2);

/** Turns the wheel over the page, a notch in each frame, and times the frames. */
async function frames(page, selector, milliseconds, notch) {
  return page.evaluate(
    async ([selector, milliseconds, notch]) => {
      const target = document.querySelector(selector);
      const { left, top, width, height } = target.getBoundingClientRect();
      const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
      const times = [];
      let before = await new Promise(requestAnimationFrame);
      const end = before + milliseconds;
      for (let n = 0; before < end; n++) {
        // In and out by turns, so that it stays where it is.
        if (notch) target.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: n % 2 ? notch : -notch }));
        const now = await new Promise(requestAnimationFrame);
        times.push(now - before);
        before = now;
      }
      return times;
    },
    [selector, milliseconds, notch],
  );
}

async function signedIn(browser, email) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: url });
  const page = await context.newPage();
  const answer = await page.request.post('/api/v1/auth/login', { data: { email, password }, headers: { Origin: url } });
  if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}: ${await answer.text()}`);
  return page;
}

const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--disable-gpu', ...asRoot] });
try {
  const long = Number(seconds) * 1000;
  const results = {};

  const bare = await signedIn(browser, empty);
  await bare.goto('/map');
  await bare.getByText('Nothing on the map yet').waitFor();
  results.empty = await frames(bare, 'main', long, 2);
  await bare.context().close();

  const page = await signedIn(browser, full);
  const begin = Date.now();
  await page.goto('/map');
  await page.locator('[data-layout="settled"]').waitFor({ timeout: 120_000 });
  results.open = [Date.now() - begin];
  const map = '[role="application"] canvas';
  results.whole = await frames(page, map, long, 2);
  // From near, where there are labels and shapes.
  await page.getByRole('application').focus();
  for (let n = 0; n < 12; n++) await page.keyboard.press('+');
  results.near = await frames(page, map, long, 2);
  await page.keyboard.press('0');
  // Dimmed but for what is found, as after an answer of the agent.
  await page.getByRole('searchbox', { name: 'Search on the map' }).fill('a');
  results.found = await frames(page, map, long, 2);
  process.stdout.write(JSON.stringify(results));
} finally {
  await browser.close();
}
