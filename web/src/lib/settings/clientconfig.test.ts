import { expect, test } from 'vitest';
import { clientConfig, curlLine, scopeWords } from './clientconfig.ts';

test('the configuration has what a client reads', () => {
  const text = clientConfig('https://ideas.example.org', '6f1c', 'nrp_00');
  expect(JSON.parse(text)).toEqual({
    api_url: 'https://ideas.example.org/api/v1',
    api_key: 'nrp_00',
    user_id: '6f1c',
    auth_method: 'api-key',
  });
  expect(text.endsWith('}\n')).toBe(true);
});

test('the call asks for what the key may see', () => {
  expect(curlLine('http://x', 'nrp_0', ['ideas:read'])).toBe("curl -H 'X-API-Key: nrp_0' 'http://x/api/v1/ideas?limit=5'");
  expect(curlLine('http://x', 'nrp_0', ['ideas:write'])).toContain('/user/me');
});

test.each([
  [['ideas:read', 'ideas:write'], 'Read and write'],
  [['ideas:read'], 'Read only'],
  [['ideas:write'], 'Write only'],
])('%j', (scopes, want) => expect(scopeWords(scopes)).toBe(want));
