// The API, typed by its own contract. Every failure becomes an ApiError.
import createClient from 'openapi-fetch';
import type { paths } from './api.d.ts';

/** Why a call failed, in one sentence that may be shown. Status 0: no answer came. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    message: string,
    /** In how many seconds it is worth trying again; 0 if the server did not say. */
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

export const api = createClient<paths>({
  baseUrl: new URL('/api/v1', location.origin).href,
  credentials: 'same-origin',
  // Looked up at each call, so that a test can put its own in place.
  fetch: (request) => globalThis.fetch(request),
});

let signedOut = () => {};

/** Says what happens when the server no longer knows who is asking. */
export function onSignedOut(run: () => void): void {
  signedOut = run;
}

api.use({
  onResponse({ schemaPath, response }) {
    // There a 401 means a wrong password or link, which the form shows.
    const forms: string[] = ['/auth/login', '/auth/setup', '/auth/magic/redeem'];
    if (response.status === 401 && !forms.includes(schemaPath)) signedOut();
  },
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/**
 * Waits for a call of the client and gives what it answered.
 *
 *     const { tags } = await ask(api.GET('/tags'));
 *
 * Throws an ApiError, or the AbortError of a call that was given up.
 */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (e) {
    if (isAbort(e)) throw e;
    throw new ApiError(0, 'The server does not answer. Check the connection and try again.');
  }
  const { response } = answer;
  if (!response.ok) {
    const wait = Number(response.headers.get('Retry-After')) || 0;
    throw new ApiError(response.status, sentence(answer.error, response), wait);
  }
  return answer.data as T;
}

/** Whether an error only says that a call was given up. */
export function isAbort(e: unknown): boolean {
  return e instanceof DOMException && e.name === 'AbortError';
}

/** The sentence to show for anything that was thrown. */
export function messageOf(e: unknown): string {
  return e instanceof ApiError ? e.message : 'Something went wrong in this page. Reload it and try again.';
}

function sentence(error: unknown, response: Response): string {
  if (typeof error === 'object' && error !== null && 'error' in error && typeof error.error === 'string') {
    return error.error;
  }
  return `The server answered ${response.status} ${response.statusText}`.trim() + '.';
}
