// What another program needs to ask models through this server.
import type { Provider } from '../ai/wire.ts';

/** Stands for an API key of this server, which the person has to fill in. */
const ownKey = 'nrp_…';

/** What stands in for each provider's address. Anthropic's library adds /v1 by itself. */
const paths: Record<Provider, string> = {
  anthropic: 'anthropic',
  openai: 'openai/v1',
  openrouter: 'openrouter/api/v1',
};

/**
 * The environment of a program that asks a provider through the gateway: the
 * two variables that its library reads.
 */
export function gatewayEnvironment(origin: string, provider: Provider): string {
  // OpenRouter is asked with OpenAI's library too.
  const library = provider === 'anthropic' ? 'ANTHROPIC' : 'OPENAI';
  return `export ${library}_BASE_URL=${origin}/gateway/${paths[provider]}\nexport ${library}_API_KEY=${ownKey}`;
}
