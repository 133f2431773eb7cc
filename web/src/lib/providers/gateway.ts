// What another program needs to ask models through this server.
import type { Provider } from '../ai/wire.ts';

/** Stands for an API key of this server, which the person has to fill in. */
const ownKey = 'nrp_…';

/**
 * The environment of a program that asks a provider through the gateway: the
 * two variables that its library reads.
 */
export function gatewayEnvironment(origin: string, provider: Provider): string {
  // Anthropic's library adds /v1 by itself, the others expect it.
  const lines =
    provider === 'anthropic'
      ? [`ANTHROPIC_BASE_URL=${origin}/gateway/anthropic`, `ANTHROPIC_API_KEY=${ownKey}`]
      : [`OPENAI_BASE_URL=${origin}/gateway/${provider}/v1`, `OPENAI_API_KEY=${ownKey}`];
  return lines.map((line) => `export ${line}`).join('\n');
}
