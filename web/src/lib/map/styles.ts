// How ideas and relations look on the map. Colours are tokens, so that the
// map follows the theme.
import type { RelationType, Status } from '../wire.ts';
import { statuses } from '../words.ts';

export interface EdgeStyle {
  /** A colour of tokens.css. */
  token: string;
  /** In pixels. */
  width: number;
  /** In pixels; empty for a solid line. */
  dash: readonly number[];
  /** Whether its direction means something. */
  arrow: boolean;
}

/** No two types differ by colour alone. */
export const edgeStyles: Record<RelationType, EdgeStyle> = {
  related: { token: 'border-strong', width: 1.2, dash: [5, 4], arrow: false },
  parent: { token: 'muted', width: 2.6, dash: [], arrow: true },
  blocks: { token: 'danger', width: 1.5, dash: [], arrow: true },
  inspires: { token: 'info', width: 1.5, dash: [2, 3], arrow: true },
  duplicate: { token: 'border-strong', width: 1.2, dash: [1.5, 5], arrow: false },
  supersedes: { token: 'warning', width: 1.5, dash: [9, 3, 2, 3], arrow: true },
};

/** How a relation is drawn that was found and that nobody has made their own. */
export const found = { width: 0.9, dash: [1, 4] } as const;

export interface Palette {
  ground: string;
  text: string;
  muted: string;
  accent: string;
  accentSoft: string;
  onAccent: string;
  status: Record<Status, string>;
  edge: Record<RelationType, string>;
  font: string;
}

/** What the tokens are now, for a canvas, which knows no CSS variables. */
export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const computed = getComputedStyle(probe);
  const color = (token: string) => {
    probe.style.color = `var(--${token})`;
    return computed.color;
  };
  const palette: Palette = {
    ground: color('bg'),
    text: color('text'),
    muted: color('muted'),
    accent: color('accent'),
    accentSoft: color('accent-soft'),
    onAccent: color('on-accent'),
    status: Object.fromEntries(statuses.map((status) => [status, color(`status-${status}`)])) as Palette['status'],
    edge: Object.fromEntries(
      Object.entries(edgeStyles).map(([type, style]) => [type, color(style.token)]),
    ) as Palette['edge'],
    font: computed.fontFamily,
  };
  probe.remove();
  return palette;
}
