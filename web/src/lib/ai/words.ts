// What the words of AI requests are called on the pages.
import type { KeyState, Outcome, Provider, Purpose } from './wire.ts';

/** The providers, in the order in which one is chosen when a person prefers none. */
export const providers: readonly Provider[] = ['anthropic', 'openai', 'openrouter'];

const titles: Record<string, string> = {
  anthropic: 'Anthropic',
  openai: 'OpenAI',
  openrouter: 'OpenRouter',
  'workers-ai': 'Workers AI',
};

/** A provider's name as it writes it itself. */
export function titleOf(provider: string): string {
  return titles[provider] ?? provider;
}

export const purposeWords: Record<Purpose, string> = {
  agent: 'Agent',
  spec: 'Specification',
  digest: 'Weekly digest',
  test: 'Key test',
  proxy: 'Other tools',
};
export const purposes = Object.keys(purposeWords) as Purpose[];

export const outcomeWords: Record<Outcome, { label: string; meaning: string }> = {
  complete: { label: 'Complete', meaning: 'The whole answer arrived' },
  failed: { label: 'Failed', meaning: 'The provider answered with an error' },
  unreachable: { label: 'Unreachable', meaning: 'The provider did not answer' },
  cut: { label: 'Cut off', meaning: 'The answer broke off' },
  cancelled: { label: 'Stopped', meaning: 'Whoever asked did not wait for the end' },
};
export const outcomes = Object.keys(outcomeWords) as Outcome[];

export const stateWords: Record<KeyState, { label: string; tone: 'neutral' | 'accent' | 'warning' | 'danger' }> = {
  none: { label: 'No key', tone: 'neutral' },
  untested: { label: 'Not tested', tone: 'neutral' },
  usable: { label: 'Works', tone: 'accent' },
  rejected: { label: 'Turned down', tone: 'danger' },
  missing_scope: { label: 'Lacks permission', tone: 'warning' },
  no_credit: { label: 'No credit', tone: 'warning' },
  undecryptable: { label: 'Cannot be opened', tone: 'danger' },
};
