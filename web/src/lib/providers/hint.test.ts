import { describe, expect, test } from 'vitest';
import type { Provider } from '../ai/wire.ts';
import { keyHint } from './hint.ts';

// Of the shapes that providers publish; none is real.
const anthropic = `sk-ant-api03-${'aB3_-'.repeat(18)}xyzAA`;
const openai = `sk-proj-${'Ab1-_'.repeat(30)}`;
const openrouter = `sk-or-v1-${'0a1b'.repeat(16)}`;

describe('what is said of a key', () => {
  test.each<[Provider, string]>([
    ['anthropic', anthropic],
    ['anthropic', ` \n${anthropic}\t`],
    ['openai', openai],
    ['openrouter', openrouter],
  ])('%s: nothing against its own', (provider, key) => expect(keyHint(provider, key)?.tone).toBe('good'));

  test.each<[Provider, string]>([
    ['anthropic', ''],
    ['anthropic', '   '],
    ['anthropic', 's'],
    ['openrouter', 'sk-'],
    ['openai', 'sk-a'],
    ['anthropic', 'sk-ant-api03-abc'],
  ])('%s: nothing yet of %j', (provider, key) => expect(keyHint(provider, key)).toBeNull());

  test.each<[Provider, string, Provider]>([
    ['openai', anthropic, 'anthropic'],
    ['openrouter', anthropic, 'anthropic'],
    ['anthropic', openai, 'openai'],
    ['openai', openrouter, 'openrouter'],
    ['anthropic', openrouter, 'openrouter'],
  ])('%s: %s belongs to %s', (provider, key, owner) => {
    expect(keyHint(provider, key)).toMatchObject({ tone: 'warning', belongsTo: owner });
  });

  test.each<[Provider, string, string]>([
    ['anthropic', `sk-ant-admin01-${'a'.repeat(90)}`, 'admin key'],
    ['anthropic', `sk-ant-oat01-${'a'.repeat(90)}`, 'sign-in token'],
    ['openai', `sk-admin-${'a'.repeat(90)}`, 'admin key'],
    ['openai', `nrp_${'a'.repeat(64)}`, 'NeuralRepo'],
    ['openrouter', `AIza${'a'.repeat(35)}`, 'Google'],
    ['anthropic', 'sk-ant-...wxyz', 'middle left out'],
    ['openai', 'sk-••••••••wxyz', 'middle left out'],
    ['anthropic', `${anthropic.slice(0, 40)} ${anthropic.slice(40)}`, 'white space'],
    ['anthropic', 'my key', 'white space'],
    ['anthropic', 'key-123', 'begin with sk-ant-'],
  ])('%s: warns of %s', (provider, key, words) => {
    const hint = keyHint(provider, key);
    expect(hint?.tone).toBe('warning');
    expect(hint?.text).toContain(words);
  });

  test('no hint shows any of the key', () => {
    for (const key of [anthropic, openai, openrouter]) {
      for (const provider of ['anthropic', 'openai', 'openrouter'] as const) {
        expect(keyHint(provider, key)?.text).not.toContain(key.slice(-8));
      }
    }
  });
});
