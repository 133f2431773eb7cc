// Starting a worker is guarded by Trusted Types: only scripts of this server
// may run, and this is where that is checked.

interface Policy {
  createScriptURL(url: string): unknown;
}
interface Factory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
}

function own(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`not a script of this server: ${url}`);
  return url;
}

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy: Policy = factory?.createPolicy('neuralrepo-worker', { createScriptURL: own }) ?? { createScriptURL: own };

/**
 * Starts a module worker. Import its address with "?worker&url":
 *
 *     import address from './layout.worker.ts?worker&url';
 */
export function startWorker(address: string): Worker {
  return new Worker(policy.createScriptURL(address) as string, { type: 'module' });
}
