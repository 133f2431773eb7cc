// What jsdom lacks and the app uses.
import { vi } from 'vitest';

if (!('matchMedia' in window)) {
  vi.stubGlobal('matchMedia', (media: string) => ({
    media,
    matches: false,
    addEventListener() {},
    removeEventListener() {},
  }));
}
vi.stubGlobal('scrollTo', () => {});
