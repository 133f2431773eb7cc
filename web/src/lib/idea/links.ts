// What the links of an idea lead to.
import type { IconName } from '../ui/icons.ts';
import type { Link, LinkType } from '../wire.ts';
import { limits } from '../words.ts';

export const linkWords: Record<LinkType, { label: string; icon: IconName }> = {
  url: { label: 'Web page', icon: 'globe' },
  'claude-chat': { label: 'Claude chat', icon: 'bulb' },
  'github-repo': { label: 'GitHub repository', icon: 'code' },
  'github-issue': { label: 'GitHub issue', icon: 'history' },
  attachment: { label: 'Attachment', icon: 'copy' },
};

/** Types that a person can choose; attachments are made by an upload. */
export const linkChoices: readonly LinkType[] = ['url', 'github-repo', 'github-issue', 'claude-chat'];

/** What an address seems to lead to. */
export function guessLinkType(text: string): LinkType {
  const url = parse(text);
  if (!url) return 'url';
  const host = url.hostname.replace(/^www\./, '');
  const [, , kind, number] = url.pathname.split('/').filter(Boolean);
  const deep = url.pathname.split('/').filter(Boolean).length;
  if (host === 'claude.ai' && /^\/(chat|share)\//.test(url.pathname)) return 'claude-chat';
  if (host === 'github.com' && (kind === 'issues' || kind === 'pull') && /^\d+$/.test(number ?? '')) return 'github-issue';
  if (host === 'github.com' && deep === 2) return 'github-repo';
  return 'url';
}

/** Why an address would be refused, or "". */
export function urlProblem(text: string): string {
  if (!text.trim()) return 'Enter an address.';
  if ([...text.trim()].length > limits.url) return `An address has at most ${limits.url.toLocaleString('en')} characters.`;
  const url = parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return 'Enter a whole web address, such as https://example.org/page.';
  return '';
}

/** An address as a person pastes it: what has no scheme is meant for the web. */
export function withScheme(text: string): string {
  const trimmed = text.trim();
  return /^[\w-]+(\.[\w-]+)+(:\d+)?([/?#]|$)/.test(trimmed) ? `https://${trimmed}` : trimmed;
}

/** What to call a link that has no title: its host and path, without the noise. */
export function linkName({ title, url }: Pick<Link, 'title' | 'url'>): string {
  const parsed = parse(url);
  if (title || !parsed) return title || url;
  const path = decode(parsed.pathname).replace(/\/$/, '');
  return parsed.host.replace(/^www\./, '') + path + parsed.search;
}

/** Where a link leads, or null if that is not the web. */
export function linkAddress(url: string): string | null {
  return /^https?:$/.test(parse(url)?.protocol ?? '') ? url : null;
}

function parse(text: string): URL | null {
  return URL.canParse(text.trim()) ? new URL(text.trim()) : null;
}

function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
