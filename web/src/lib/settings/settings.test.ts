import { expect, test } from 'vitest';
import { parseSettings, withSetting } from './settings.ts';

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
