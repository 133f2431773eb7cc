// Who is signed in, which decides what the app shows.
import { api, ask, messageOf, onSignedOut } from './client.ts';
import { rememberNext, takeNext } from './magiclink.ts';
import { router, safeNext, to } from './router.svelte.ts';
import { lasting } from './storage.ts';
import type { User } from './wire.ts';

type Phase = 'starting' | 'unreachable' | 'setup' | 'signedOut' | 'signedIn';

class Session {
  #phase = $state<Phase>('starting');
  #user = $state.raw<User | null>(null);
  /** Why the server could not be asked, while the phase is "unreachable". */
  problem = $state('');
  /** Whether the server can send a link to sign in with. */
  magicLink = $state(false);
  /** Whether somebody who worked here was signed out without wanting it. */
  ended = $state(false);
  /** Whether somebody came in on this page, and was not here already. */
  entered = $state(false);
  /** Whose ideas are in the memory of this page. */
  #known = '';

  constructor() {
    onSignedOut(() => this.#lost());
    // All tabs share one session. Where another person came in, or nobody is
    // left, nothing of the one before may stay on the screen.
    addEventListener('storage', (e) => {
      if (e.key !== 'neuralrepo.user') return;
      if (this.#phase === 'signedIn' && e.newValue !== this.#known) location.reload();
      if (this.#phase === 'signedOut' && e.newValue) void this.check();
    });
  }

  get phase(): Phase {
    return this.#phase;
  }
  get user(): User | null {
    return this.#user;
  }

  /** Asks the server who this is. */
  async check(): Promise<void> {
    try {
      const { user, setup_needed, magic_link } = await ask(api.GET('/auth/session'));
      this.magicLink = magic_link;
      if (!user) this.#lost();
      if (user && !this.#know(user)) return location.reload();
      this.#user = user;
      this.#phase = user ? 'signedIn' : setup_needed ? 'setup' : 'signedOut';
    } catch (e) {
      // Somebody who is working keeps the page; the next call will tell.
      if (this.#phase === 'signedIn') return;
      this.problem = messageOf(e);
      this.#phase = 'unreachable';
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    this.#enter(await ask(api.POST('/auth/login', { body: { email, password } })));
  }

  /** Has a link sent to an address, if there is an account with it. It leads where the person was going. */
  async askLink(email: string): Promise<void> {
    await ask(api.POST('/auth/magic', { body: { email } }));
    rememberNext(safeNext(router.url.searchParams.get('next')), Date.now());
  }

  /** Signs in with the token of a link. */
  async redeem(token: string): Promise<void> {
    const user = await ask(api.POST('/auth/magic/redeem', { body: { token } }));
    this.#enter(user, safeNext(takeNext(Date.now())));
  }

  /** Makes the owner's account with the one-time token of the first start. */
  async setUp(owner: { token: string; email: string; display_name: string; password: string }): Promise<void> {
    this.#enter(await ask(api.POST('/auth/setup', { body: owner })));
  }

  /** Signs out. Whoever signs in next goes on at the given address. */
  async signOut(next = ''): Promise<void> {
    await ask(api.POST('/auth/logout'));
    lasting.set('user', null);
    // A load, so that nothing of the last user stays in memory.
    location.assign(to.login(next));
  }

  /** Takes a user that the API gave back after a change of the profile. */
  update(user: User): void {
    this.#user = user;
  }

  #enter(user: User, next = safeNext(router.url.searchParams.get('next'))): void {
    if (!this.#know(user)) return location.replace(next);
    this.#user = user;
    this.#phase = 'signedIn';
    this.ended = false;
    this.entered = true;
    router.go(next, { replace: true });
  }

  /** Tells the other tabs who is here. Says whether this page knows nobody else. */
  #know({ id }: User): boolean {
    lasting.set('user', id);
    if (this.#known && this.#known !== id) return false;
    this.#known = id;
    return true;
  }

  #lost(): void {
    if (this.#phase !== 'signedIn') return;
    this.#user = null;
    this.#phase = 'signedOut';
    this.ended = true;
  }
}

export const session = new Session();
