import { expect, test } from 'vitest';
import type { AuditEntry } from '../ai/wire.ts';
import { auditLine } from './audit.ts';

function entry(fields: Partial<AuditEntry>): AuditEntry {
  return { number: 1, at: '2026-11-26T08:00:00Z', action: 'set', provider: 'anthropic', purpose: null, request_id: null, detail: null, ...fields };
}

test.each<[Partial<AuditEntry>, string, boolean]>([
  [{}, 'Anthropic key stored', false],
  [{ action: 'replace', provider: 'openai' }, 'OpenAI key replaced', false],
  [{ action: 'test', detail: 'valid' }, 'Anthropic key tested: it works', false],
  [{ action: 'test', detail: 'no_credit' }, 'Anthropic key tested: no credit left', true],
  [{ action: 'open', purpose: 'spec' }, 'Anthropic key used for a specification', false],
  [{ action: 'open' }, 'Anthropic key used', false],
  [{ action: 'failed', detail: 'another encryption key' }, 'Anthropic key could not be opened: another encryption key', true],
  [{ action: 'prefer', provider: 'openai' }, 'OpenAI preferred', false],
  [{ action: 'prefer', provider: null }, 'No provider preferred any more', false],
  [{ action: 'cap', provider: 'openrouter' }, 'Monthly cap of the OpenRouter key changed', false],
  // What a later server may write is shown as it is.
  [{ action: 'shared' as never, detail: 'with nobody' }, 'Anthropic key shared with nobody', false],
])('%j', (fields, text, trouble) => {
  const line = auditLine(entry(fields));
  expect(line.text).toBe(text);
  expect(line.trouble ?? false).toBe(trouble);
});
