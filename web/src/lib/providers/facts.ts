// What a person should know about each provider before storing a key.
import type { Provider } from '../ai/wire.ts';

export interface Facts {
  /** How its keys begin. */
  prefix: string;
  models: string;
  /** Names that a person may give for a model of it. */
  suggestions: readonly string[];
  /** What a key of it is used for here. */
  serves: string;
  /** Where a key is made. */
  console: { name: string; url: string };
  advice: string;
}

export const facts: Record<Provider, Facts> = {
  anthropic: {
    prefix: 'sk-ant-',
    models: 'Claude Sonnet, Haiku and Opus',
    suggestions: ['sonnet', 'haiku', 'opus'],
    serves: 'The agent, specifications and the weekly digest',
    console: { name: 'console.anthropic.com', url: 'https://console.anthropic.com/settings/keys' },
    advice: 'Make an API key there. Admin keys and sign-in tokens cannot ask models.',
  },
  openai: {
    prefix: 'sk-',
    models: 'GPT-4o and GPT-4o-mini',
    suggestions: ['gpt-4o', 'gpt-4o-mini'],
    serves: 'Specifications and the weekly digest',
    console: { name: 'platform.openai.com', url: 'https://platform.openai.com/api-keys' },
    advice: 'Make a project key there. A restricted one needs “Models: read” and “Model capabilities: write”.',
  },
  openrouter: {
    prefix: 'sk-or-',
    models: 'Any model that OpenRouter offers',
    suggestions: [],
    serves: 'Specifications and the weekly digest',
    console: { name: 'openrouter.ai', url: 'https://openrouter.ai/settings/keys' },
    advice: 'Make a key there, with a credit limit of its own if you like. A provisioning key cannot ask models.',
  },
};
