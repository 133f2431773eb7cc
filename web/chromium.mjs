// The browser of the browser tests and of what is measured in one.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where it is: CHROMIUM, or the first of the usual names on the path. */
export function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not there.
      }
    }
  }
  throw new Error('No Chromium was found. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.');
}

/** Chromium refuses its own sandbox to root. */
export const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
