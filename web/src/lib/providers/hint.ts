// What can be said of a pasted key without asking anybody. The server
// decides; this only spares a person a round trip.
import { titleOf } from '../ai/words.ts';
import type { Provider } from '../ai/wire.ts';
import { facts } from './facts.ts';

export interface Hint {
  tone: 'good' | 'warning';
  text: string;
  /** Whose key it is, if it is another provider's. */
  belongsTo?: Provider;
}

/** Beginnings that belong to something other than a key that asks models. */
const others: readonly [start: string, what: string][] = [
  ['sk-ant-admin', 'an Anthropic admin key: it manages an organisation and cannot ask models'],
  ['sk-ant-oat', 'an Anthropic sign-in token: it runs out and is no API key'],
  ['sk-ant-ort', 'an Anthropic sign-in token: it is no API key'],
  ['sk-ant-sid', 'the session of a browser at Anthropic: it is no API key'],
  ['sk-admin-', 'an OpenAI admin key: it manages an organisation and cannot ask models'],
  ['sess-', 'the session of a browser at OpenAI: it is no API key'],
  ['nrp_', 'an API key of NeuralRepo itself: what belongs here is the key of the provider'],
  ['AIza', 'a Google key: Google’s models are reached through OpenRouter'],
  ['gsk_', 'a Groq key: Groq’s models are reached through OpenRouter'],
  ['xai-', 'an xAI key: xAI’s models are reached through OpenRouter'],
  ['ghp_', 'a GitHub token'],
  ['github_pat_', 'a GitHub token'],
  ['hf_', 'a Hugging Face token'],
];

/** Whose keys begin so; the longer beginnings first. */
const owners: readonly [start: string, owner: Provider][] = [
  ['sk-ant-', 'anthropic'],
  ['sk-or-', 'openrouter'],
  ['sk-', 'openai'],
];

const shortest = 20;

/** What to say about a key that is being typed or was pasted; null if there is nothing to say yet. */
export function keyHint(provider: Provider, pasted: string): Hint | null {
  const text = pasted.trim();
  const title = titleOf(provider);
  const { prefix } = facts[provider];
  const warning = (text: string, belongsTo?: Provider): Hint => ({ tone: 'warning', text, belongsTo });

  if (text === '') return null;
  if (/\.\.\.|[…•*●]|xxxx/i.test(text)) return warning('This is a key with its middle left out. Copy the whole key.');
  if (/[\s\p{Cc}]/u.test(text)) return warning('There is white space in the middle. Copy the key again, and nothing else.');
  const other = others.find(([start]) => text.startsWith(start));
  if (other) return warning(`This looks like ${other[1]}.`);
  // Until it is longer than what tells them apart it may become any of them.
  if (owners.some(([start]) => start.startsWith(text))) return null;
  const owner = owners.find(([start]) => text.startsWith(start))?.[1];
  if (owner && owner !== provider) return warning(`This looks like a key of ${titleOf(owner)}, not of ${title}.`, owner);
  if (!owner) return warning(`Keys of ${title} begin with ${prefix}`);
  if (text.length < shortest) return null;
  return { tone: 'good', text: `Begins as a key of ${title} does.` };
}
