// Light, dark, or what the system prefers. theme.js applies the choice before
// the first paint; this changes it while the app runs.
import { MediaQuery } from 'svelte/reactivity';
import { lasting } from './storage.ts';

export type Theme = 'system' | 'light' | 'dark';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];

const systemDark = new MediaQuery('prefers-color-scheme: dark');

class ThemeChoice {
  #choice = $state<Theme>(applied());

  get choice(): Theme {
    return this.#choice;
  }

  set choice(choice: Theme) {
    this.#choice = choice;
    if (choice === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    lasting.set('theme', choice === 'system' ? null : choice);
  }

  /** Whether the page is dark now, whoever decided it. For what CSS does not draw. */
  get dark(): boolean {
    return this.#choice === 'system' ? systemDark.current : this.#choice === 'dark';
  }
}

function applied(): Theme {
  const value = document.documentElement.dataset.theme;
  return value === 'light' || value === 'dark' ? value : 'system';
}

export const theme = new ThemeChoice();
