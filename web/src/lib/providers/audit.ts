// What was done with a provider key, in words.
import type { AuditEntry } from '../ai/wire.ts';
import { titleOf } from '../ai/words.ts';
import type { IconName } from '../ui/icons.ts';

const uses: Record<string, string> = {
  agent: 'for the agent',
  spec: 'for a specification',
  digest: 'for the weekly digest',
  test: 'to test it',
  proxy: 'for another tool',
};

const tests: Record<string, string> = {
  valid: 'it works',
  invalid: 'turned down',
  wrong_kind: 'another kind of key',
  missing_scope: 'a permission is missing',
  no_credit: 'no credit left',
  rate_limited: 'no answer, too many requests',
  provider_down: 'no answer, a fault of the provider',
  network: 'no answer, not reachable',
  undecryptable: 'cannot be opened',
};

interface Line {
  icon: IconName;
  text: string;
  /** Whether it is something to look at. */
  trouble?: boolean;
}

/** Says in a line what an entry records. */
export function auditLine(entry: AuditEntry): Line {
  const title = titleOf(entry.provider ?? '');
  const key = `${title} key`;
  const [purpose, detail] = [entry.purpose ?? '', entry.detail ?? ''];
  switch (entry.action) {
    case 'set':
      return { icon: 'key', text: `${key} stored` };
    case 'replace':
      return { icon: 'key', text: `${key} replaced` };
    case 'remove':
      return { icon: 'trash', text: `${key} removed` };
    case 'test':
      return { icon: 'shield', text: `${key} tested: ${tests[detail] ?? detail}`, trouble: detail !== 'valid' };
    case 'open':
      return { icon: 'arrowRight', text: `${key} used ${uses[purpose] ?? purpose}`.trim() };
    case 'failed':
      return { icon: 'alert', text: `${key} could not be opened${detail ? `: ${detail}` : ''}`, trouble: true };
    case 'rotate':
      return { icon: 'refresh', text: `${key} sealed anew` };
    case 'prefer':
      return { icon: 'check', text: title ? `${title} preferred` : 'No provider preferred any more' };
    case 'cap':
      return { icon: 'shield', text: `Monthly cap of the ${key} changed` };
    default:
      return { icon: 'info', text: [key, entry.action, detail].filter(Boolean).join(' ') };
  }
}
