// What must not happen on any page, whatever the test is about.
import type { BrowserContext } from '@playwright/test';

/** Collects what went wrong in all pages of a context. */
export class Trouble {
  #seen: string[] = [];
  #expected: RegExp[] = [];

  /** Says that a complaint is what the test is about, such as a refused sign-in. */
  expect(complaint: RegExp): void {
    this.#expected.push(complaint);
  }

  /** What was seen and not expected. */
  get list(): string[] {
    return this.#seen.filter((complaint) => !this.#expected.some((expected) => expected.test(complaint)));
  }

  /** Watches a context. Only the origin of url may be asked for anything. */
  async watch(context: BrowserContext, url: string): Promise<void> {
    const origin = new URL(url).origin;
    context.on('request', (request) => {
      const asked = new URL(request.url());
      if (asked.protocol !== 'data:' && asked.protocol !== 'blob:' && asked.origin !== origin) {
        this.#seen.push(`request to another origin: ${request.url()}`);
      }
    });
    context.on('weberror', (e) => this.#seen.push(`page error: ${e.error().stack ?? e.error().message}`));
    context.on('console', (message) => {
      if (message.type() === 'error') this.#seen.push(`console error: ${message.text()} (${message.location().url})`);
    });
    await context.exposeBinding('reportViolation', ({ page }, what: string) => {
      this.#seen.push(`policy violation on ${page.url()}: ${what}`);
    });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) => {
        const what = `${e.effectiveDirective} blocked ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber} ${e.sample}`;
        (window as unknown as { reportViolation(what: string): void }).reportViolation(what);
      });
    });
  }
}
