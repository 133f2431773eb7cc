// Which page is open. Addresses are ordinary paths; a click on a link to one
// of them changes the page without a load.

export type Route =
  | { page: 'ideas' | 'board' | 'map' | 'duplicates' | 'usage' | 'login' | 'setup' | 'authCli' | 'magicLink' | 'docs' | 'notFound' }
  | { page: 'idea'; number: number }
  | { page: 'canvas'; conversation: string | null }
  | { page: 'letters' }
  | { page: 'letter'; id: number }
  | { page: 'settings'; section: string };

export type PageName = Route['page'];

/** The addresses of the pages. */
export const to = {
  ideas: () => '/ideas',
  idea: (number: number) => `/ideas/${number}`,
  /** A conversation with the agent; without an id a new one. */
  canvas: (conversation = '') => (conversation ? `/canvas/${conversation}` : '/canvas'),
  board: () => '/board',
  map: () => '/map',
  duplicates: () => '/duplicates',
  letters: () => '/digests',
  letter: (id: number) => `/digests/${id}`,
  settings: (section = '') => (section ? `/settings/${section}` : '/settings'),
  usage: () => '/usage',
  docs: () => '/docs',
  login: (next = '') => (next ? `/login?next=${encodeURIComponent(next)}` : '/login'),
  setup: () => '/setup',
  magicLink: () => '/auth/magic',
};

/** Finds the page of a path. */
export function match(path: string): Route {
  const [first = '', second = '', ...rest] = path.replace(/^\/+|\/+$/g, '').split('/');
  const whole = second === '';
  if (rest.length > 0) return { page: 'notFound' };
  switch (first) {
    case '':
      return { page: 'ideas' };
    case 'ideas':
      if (whole) return { page: 'ideas' };
      return /^[1-9]\d{0,15}$/.test(second) ? { page: 'idea', number: Number(second) } : { page: 'notFound' };
    case 'digests':
      if (whole) return { page: 'letters' };
      return /^[1-9]\d{0,15}$/.test(second) ? { page: 'letter', id: Number(second) } : { page: 'notFound' };
    case 'canvas':
      if (whole) return { page: 'canvas', conversation: null };
      return /^[\w-]{1,64}$/.test(second) ? { page: 'canvas', conversation: second } : { page: 'notFound' };
    case 'settings':
      return { page: 'settings', section: second };
    case 'auth':
      if (second === 'magic') return { page: 'magicLink' };
      return { page: second === 'cli' ? 'authCli' : 'notFound' };
    case 'board':
    case 'map':
    case 'duplicates':
    case 'usage':
    case 'login':
    case 'setup':
    case 'docs':
      return { page: whole ? first : 'notFound' };
  }
  return { page: 'notFound' };
}

/** A path of this site to go to after signing in; anything else becomes "/ideas". */
export function safeNext(next: string | null): string {
  if (!next) return to.ideas();
  try {
    const url = new URL(next, location.origin);
    const elsewhere = url.origin !== location.origin || url.pathname.startsWith('//');
    if (!elsewhere && !url.pathname.startsWith('/api/')) return url.pathname + url.search + url.hash;
  } catch {
    // Not an address at all.
  }
  return to.ideas();
}

class Router {
  #url = $state.raw(new URL(location.href));
  /** The address, with its query. */
  get url(): URL {
    return this.#url;
  }
  readonly route: Route = $derived(match(this.#url.pathname));
  /** Counts arrivals at a page, so that its heading can take the focus. */
  arrivals = $state(0);
  #focusDue = false;
  #scrollDue: number | null = null;

  /** Listens to the browser. Returns how to stop. */
  start(): () => void {
    history.scrollRestoration = 'manual';
    const stop = new AbortController();
    addEventListener('click', (e) => this.#click(e), { signal: stop.signal });
    addEventListener('popstate', (e) => this.#arrive(scrollOf(e.state)), { signal: stop.signal });
    addEventListener('pagehide', () => this.#keepScroll(), { signal: stop.signal });
    this.#scrollDue = scrollOf(history.state);
    return () => stop.abort();
  }

  /** Opens an address of this site. With replace, going back does not come here again. */
  go(address: string, options: { replace?: boolean } = {}): void {
    const next = new URL(address, this.#url);
    if (options.replace) {
      history.replaceState({ from: this.from }, '', next);
    } else {
      this.#keepScroll();
      history.pushState({ from: pathOf(this.#url) }, '', next);
    }
    this.#arrive(0);
  }

  /** The address from which this one was opened, if it was opened from within the app. */
  get from(): string | null {
    const { state } = history;
    return typeof state === 'object' && state !== null && typeof state.from === 'string' ? state.from : null;
  }

  /** Goes to an address; if it is the one before, back to it as it was left. */
  back(address: string): void {
    if (this.from === address) history.back();
    else this.go(address);
  }

  /**
   * Changes the query of the open page without leaving it: null removes a
   * value. The history gets no entry, focus and scroll stay.
   */
  query(changes: Record<string, string | null>): void {
    const next = new URL(this.#url);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') next.searchParams.delete(name);
      else next.searchParams.set(name, value);
    }
    history.replaceState(history.state, '', next);
    this.#url = next;
  }

  /** Called by the page's heading: whether it should take the focus now. */
  takeFocus(): boolean {
    const due = this.#focusDue;
    this.#focusDue = false;
    return due;
  }

  /** Called when the page is on the screen: scrolls to where it was left. */
  settle(): void {
    if (this.#scrollDue !== null) scrollTo(0, this.#scrollDue);
    this.#scrollDue = null;
  }

  #arrive(scroll: number | null): void {
    const before = this.#url;
    this.#url = new URL(location.href);
    const samePage = before.pathname === this.#url.pathname;
    if (samePage && before.search === this.#url.search) return; // only the fragment changed
    this.#scrollDue = scroll ?? 0;
    this.#focusDue = !samePage;
    this.arrivals++;
  }

  #keepScroll(): void {
    history.replaceState({ ...history.state, scroll: scrollY }, '');
  }

  #click(e: MouseEvent): void {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const link = e.target instanceof Element ? e.target.closest('a') : null;
    if (!link?.href || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || match(url.pathname).page === 'notFound') return;
    if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
    e.preventDefault();
    if (url.href !== location.href) this.go(url.href);
  }
}

function pathOf(url: URL): string {
  return url.pathname + url.search;
}

function scrollOf(state: unknown): number | null {
  return typeof state === 'object' && state !== null && 'scroll' in state && typeof state.scroll === 'number'
    ? state.scroll
    : null;
}

export const router = new Router();
