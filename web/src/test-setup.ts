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
if (!('ResizeObserver' in window)) {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
}
