import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { match, router, safeNext, to } from './router.svelte.ts';

describe('match', () => {
  test.each([
    ['/', { page: 'ideas' }],
    ['/ideas', { page: 'ideas' }],
    ['/ideas/', { page: 'ideas' }],
    ['/ideas/12', { page: 'idea', number: 12 }],
    ['/ideas/0', { page: 'notFound' }],
    ['/ideas/012', { page: 'notFound' }],
    ['/ideas/x', { page: 'notFound' }],
    ['/ideas/12/x', { page: 'notFound' }],
    ['/board', { page: 'board' }],
    ['/canvas', { page: 'canvas', conversation: null }],
    ['/canvas/a_B-9', { page: 'canvas', conversation: 'a_B-9' }],
    ['/canvas/a b', { page: 'notFound' }],
    ['/canvas/a/b', { page: 'notFound' }],
    ['/usage', { page: 'usage' }],
    ['/usage/x', { page: 'notFound' }],
    ['/board/x', { page: 'notFound' }],
    ['/map', { page: 'map' }],
    ['/settings', { page: 'settings', section: '' }],
    ['/settings/keys', { page: 'settings', section: 'keys' }],
    ['/settings/keys/x', { page: 'notFound' }],
    ['/login', { page: 'login' }],
    ['/setup', { page: 'setup' }],
    ['/auth/cli', { page: 'authCli' }],
    ['/auth/magic', { page: 'magicLink' }],
    ['/auth', { page: 'notFound' }],
    ['/docs', { page: 'docs' }],
    ['/nothing', { page: 'notFound' }],
  ])('%s', (path, want) => expect(match(path)).toEqual(want));

  test('finds every address that is given out', () => {
    const given = [to.ideas(), to.idea(7), to.board(), to.map(), to.settings('keys'), to.docs(), to.setup(), to.magicLink()];
    expect(given.map((path) => match(path).page)).not.toContain('notFound');
  });
});

describe('safeNext', () => {
  test.each([
    [null, '/ideas'],
    ['', '/ideas'],
    ['/ideas/3?x=1#y', '/ideas/3?x=1#y'],
    ['https://evil.example/', '/ideas'],
    ['//evil.example/', '/ideas'],
    ['/\\evil.example', '/ideas'],
    ['/.//evil.example', '/ideas'],
    ['javascript:alert(1)', '/ideas'],
    ['/api/v1/ideas', '/ideas'],
    ['http://[', '/ideas'],
  ])('%s', (next, want) => expect(safeNext(next)).toBe(want));
});

describe('the router', () => {
  let stop: () => void;
  beforeEach(() => {
    history.replaceState(null, '', '/ideas');
    stop = router.start();
    router.go('/ideas', { replace: true });
  });
  afterEach(() => {
    stop();
    document.body.replaceChildren();
  });

  function click(attributes: Record<string, string>, init: MouseEventInit = {}): boolean {
    const link = document.createElement('a');
    for (const [name, value] of Object.entries(attributes)) link.setAttribute(name, value);
    const inner = link.appendChild(document.createElement('span'));
    document.body.append(link);
    // What the router leaves to the browser must not make jsdom navigate.
    const leave = (e: Event) => {
      left = !e.defaultPrevented;
      e.preventDefault();
    };
    let left = false;
    addEventListener('click', leave);
    inner.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...init }));
    removeEventListener('click', leave);
    return !left;
  }

  test('opens links to its pages', () => {
    expect(click({ href: '/ideas/5' })).toBe(true);
    expect(router.route).toEqual({ page: 'idea', number: 5 });
    expect(location.pathname).toBe('/ideas/5');
  });

  test.each([
    ['another origin', { href: 'https://example.org/ideas' }, {}],
    ['a new tab', { href: '/board', target: '_blank' }, {}],
    ['a download', { href: '/board', download: '' }, {}],
    ['the API', { href: '/api/v1/openapi.json' }, {}],
    ['a place in the page', { href: '/ideas#main' }, {}],
    ['Ctrl pressed', { href: '/board' }, { ctrlKey: true }],
    ['Command pressed', { href: '/board' }, { metaKey: true }],
    ['the middle button', { href: '/board' }, { button: 1 }],
  ])('leaves to the browser: %s', (_, attributes, init) => {
    expect(click(attributes, init)).toBe(false);
    expect(router.route.page).toBe('ideas');
  });

  test('moves the focus once on arrival at another page, not on a change of the query', () => {
    router.go('/board');
    expect(router.takeFocus()).toBe(true);
    expect(router.takeFocus()).toBe(false);
    router.query({ tag: 'go' });
    router.go('/board?tag=ui');
    expect(router.takeFocus()).toBe(false);
  });

  test('goes back to where a page was opened from, however often it was replaced', async () => {
    router.go('/ideas?tag=go');
    router.go('/ideas/5');
    router.go('/ideas/6', { replace: true });
    expect(router.from).toBe('/ideas?tag=go');
    const arrived = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
    router.back('/ideas?tag=go');
    await arrived;
    expect(location.pathname + location.search).toBe('/ideas?tag=go');
    router.back('/board'); // not the page before
    expect([location.pathname, router.from]).toEqual(['/board', '/ideas?tag=go']);
  });

  test('changes the query in place', () => {
    const before = history.length;
    router.query({ tag: 'a b', status: 'shipped' });
    expect(location.search).toBe('?tag=a+b&status=shipped');
    router.query({ tag: null });
    expect(router.url.searchParams.get('status')).toBe('shipped');
    expect(location.search).toBe('?status=shipped');
    expect(history.length).toBe(before);
  });
});
