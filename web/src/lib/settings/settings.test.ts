import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { changeSetting, keepZone, parseSettings, withSetting } from './settings.ts';

test('one setting changes, the others stay', () => {
  const stored = '{"weekly_digest":false,"mine":{"a":[1]}}';
  expect(JSON.parse(withSetting(stored, 'preferred_ai_provider', 'openai'))).toEqual({
    weekly_digest: false,
    mine: { a: [1] },
    preferred_ai_provider: 'openai',
  });
  expect(withSetting('{"preferred_ai_provider":"openai","x":1}', 'preferred_ai_provider', undefined)).toBe('{"x":1}');
});

test.each(['', '{', 'null', '[]', '"text"', '7'])('%j counts as no settings', (json) => {
  expect(parseSettings(json)).toEqual({});
  expect(withSetting(json, 'a', true)).toBe('{"a":true}');
});

describe('on the server', () => {
  let stored = '';
  beforeEach(() => {
    stored = '{"mine":1}';
    vi.stubGlobal('fetch', async (request: Request) => {
      if (request.method === 'PATCH') stored = ((await request.json()) as { settings_json: string }).settings_json;
      return Response.json({ id: 'a', settings_json: stored });
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  test('changes that are made at once do not take each other back', async () => {
    await Promise.all([changeSetting('digest_day', 1), changeSetting('digest_hour', 7), changeSetting('digest_day', 2)]);
    expect(JSON.parse(stored)).toEqual({ mine: 1, digest_day: 2, digest_hour: 7 });
  });

  test('a change that fails does not hold up the next', async () => {
    const works = globalThis.fetch;
    vi.stubGlobal('fetch', async () => Response.json({ error: 'no' }, { status: 500 }));
    const failed = changeSetting('digest_day', 1);
    await expect(failed).rejects.toThrow('no');
    vi.stubGlobal('fetch', works);
    await changeSetting('digest_day', 2);
    expect(JSON.parse(stored)).toEqual({ mine: 1, digest_day: 2 });
  });

  test('the zone of the browser is kept once', async () => {
    await keepZone('Europe/Berlin');
    expect(JSON.parse(stored)).toEqual({ mine: 1, timezone: 'Europe/Berlin' });
    await keepZone('Asia/Tokyo');
    expect(JSON.parse(stored).timezone).toBe('Europe/Berlin');
  });
});
