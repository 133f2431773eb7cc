// What a test of a key has shown, in words.
import { titleOf } from '../ai/words.ts';
import type { KeyTest, Provider } from '../ai/wire.ts';

export interface Finding {
  /** Whether the key works, does not, or was not put to the test at all. */
  tone: 'good' | 'bad' | 'open';
  title: string;
  /** What to do about it. */
  text: string;
}

/** Says what a test found. A verdict that is new to this page has the server's own sentence. */
export function finding(provider: Provider, test: KeyTest): Finding {
  const title = titleOf(provider);
  switch (test.verdict) {
    case 'valid':
      return { tone: 'good', title: 'The connection works', text: `${title} takes this key.` };
    case 'invalid':
      return {
        tone: 'bad',
        title: `${title} does not know this key`,
        text: 'It was revoked, or something is missing from it. Replace it with a new one.',
      };
    case 'wrong_kind':
      return {
        tone: 'bad',
        title: 'This is another kind of key',
        text: `${title} knows it, but not as one that asks models. Make an API key there and replace this one.`,
      };
    case 'missing_scope':
      return {
        tone: 'bad',
        title: 'The key lacks a permission',
        text: `${title} knows it, but does not let it ask models. Allow that there, or make a key without restrictions.`,
      };
    case 'no_credit':
      return {
        tone: 'bad',
        title: 'There is no credit left',
        text: `${title} takes the key, but nothing is left to pay with. Add credit there.`,
      };
    case 'undecryptable':
      return {
        tone: 'bad',
        title: 'This server cannot open the key',
        text: 'It was stored with another encryption key: paste it again.',
      };
    case 'rate_limited':
      return {
        tone: 'open',
        title: `${title} takes no more requests just now`,
        text: 'That says nothing against the key. Test it again in a minute.',
      };
    case 'provider_down':
      return {
        tone: 'open',
        title: `${title} has a fault on its side`,
        text: 'That says nothing against the key. Test it again later.',
      };
    case 'network':
      return {
        tone: 'open',
        title: `This server cannot reach ${title}`,
        text: 'That says nothing against the key. Look at the server’s network, then test again.',
      };
    default:
      return { tone: test.ok ? 'good' : 'bad', title: test.ok ? 'The connection works' : 'The test failed', text: test.error ?? '' };
  }
}
