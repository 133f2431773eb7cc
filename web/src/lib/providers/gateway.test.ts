import { expect, test } from 'vitest';
import { gatewayEnvironment } from './gateway.ts';

test('each library is told the address that it expects', () => {
  expect(gatewayEnvironment('https://ideas.example.org', 'anthropic')).toBe(
    'export ANTHROPIC_BASE_URL=https://ideas.example.org/gateway/anthropic\nexport ANTHROPIC_API_KEY=nrp_…',
  );
  expect(gatewayEnvironment('http://127.0.0.1:8484', 'openai')).toBe(
    'export OPENAI_BASE_URL=http://127.0.0.1:8484/gateway/openai/v1\nexport OPENAI_API_KEY=nrp_…',
  );
  expect(gatewayEnvironment('http://127.0.0.1:8484', 'openrouter')).toBe(
    'export OPENAI_BASE_URL=http://127.0.0.1:8484/gateway/openrouter/api/v1\nexport OPENAI_API_KEY=nrp_…',
  );
});
