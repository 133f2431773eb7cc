// A person's settings as the forms show them, with what holds where nothing
// was chosen.
import { messageOf } from '../client.ts';
import { toast } from '../ui/toast.svelte.ts';
import { changeSetting, type Settings } from './settings.ts';

/** Keeps a choice at once, and says so if that failed. */
export async function keep(name: string, value: unknown): Promise<void> {
  try {
    await changeSetting(name, value);
  } catch (e) {
    toast.show(`That was not saved: ${messageOf(e)}`, { kind: 'error' });
  }
}

/** A number that was chosen, or else another one. */
export function numberOf(settings: Settings, name: string, otherwise: number): number {
  const value = settings[name];
  return typeof value === 'number' ? value : otherwise;
}
