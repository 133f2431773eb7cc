// How a page looks: accessible, in both themes, and in pictures.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Checks the page as it is now, with its dialogs open, against WCAG 2.2 AA. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze();
  const found = violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help}\n  ${node.html}\n  ${node.failureSummary}`),
  );
  expect(found, `axe on ${page.url()}`).toEqual([]);
}

/** Runs a check once in light and once in dark, as the system prefers them. */
export async function inBothThemes(page: Page, check: (theme: 'light' | 'dark') => Promise<void>): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    // Colours fade from one theme to the other; axe must see where they end.
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
    await test.step(theme, () => check(theme));
  }
}

/** Saves a picture as test-results/shots/PROJECT-NAME.png. Somebody has to look at it. */
export async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `test-results/shots/${test.info().project.name}-${name}.png` });
}
