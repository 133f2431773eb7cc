// The settings that the server keeps for a person: a JSON object in which
// other programs of the same person may have entries of their own.
import { api, ask } from '../client.ts';
import { session } from '../session.svelte.ts';

export type Settings = Record<string, unknown>;

/** Reads settings; what is no object counts as empty. */
export function parseSettings(json: string): Settings {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Settings;
  } catch {
    // Not JSON at all.
  }
  return {};
}

/** The same settings with one of them changed; undefined removes it. */
export function withSetting(json: string, name: string, value: unknown): string {
  const settings = parseSettings(json);
  if (value === undefined) delete settings[name];
  else settings[name] = value;
  return JSON.stringify(settings);
}

/** The change that is under way; the next one waits for it, so that none takes back another. */
let last: Promise<unknown> = Promise.resolve();

/** Changes one setting and leaves the others as the server has them now. */
export function changeSetting(name: string, value: unknown): Promise<void> {
  const next = last.then(async () => {
    const { settings_json } = await ask(api.GET('/user/me'));
    session.update(await ask(api.PATCH('/user/me', { body: { settings_json: withSetting(settings_json, name, value) } })));
  });
  last = next.catch(() => {});
  return next;
}

/** Keeps the zone of this browser as the person's, if they have none: letters are to come when it is nine there. */
export async function keepZone(zone: string): Promise<void> {
  if (parseSettings(session.user?.settings_json ?? '{}').timezone === undefined) await changeSetting('timezone', zone);
}
