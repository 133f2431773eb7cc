// Fingers: Playwright itself only taps.
import type { CDPSession, Page } from '@playwright/test';

type Point = [x: number, y: number];

/** Fingers on a page of a Chromium that has a touch screen. */
export class Fingers {
  private constructor(private readonly session: CDPSession) {}

  static async on(page: Page): Promise<Fingers> {
    return new Fingers(await page.context().newCDPSession(page));
  }

  async down(...points: Point[]): Promise<void> {
    await this.#send('touchStart', points);
  }

  /** Moves all fingers from where they are, in several steps. */
  async move(from: Point[], to: Point[], steps = 10): Promise<void> {
    for (let step = 1; step <= steps; step++) {
      const between = from.map(([x, y], i): Point => {
        const [endX, endY] = to[i]!;
        return [x + ((endX - x) * step) / steps, y + ((endY - y) * step) / steps];
      });
      await this.#send('touchMove', between);
    }
  }

  async up(): Promise<void> {
    await this.#send('touchEnd', []);
  }

  async #send(type: 'touchStart' | 'touchMove' | 'touchEnd', points: Point[]): Promise<void> {
    const touchPoints = points.map(([x, y], id) => ({ x, y, id }));
    await this.session.send('Input.dispatchTouchEvent', { type, touchPoints });
  }
}
