import { describe, expect, test } from 'vitest';
import css from './tokens.css?raw';

const tokens = new Map<string, [string, string]>();
for (const [, name, light, dark] of css.matchAll(/--([\w-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)/g)) {
  tokens.set(name!, [light!, dark!]);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m);
  return (x! + 0.05) / (y! + 0.05);
}

const grounds = ['bg', 'surface', 'raised', 'sunken', 'hover'];
const statuses = ['captured', 'exploring', 'building', 'shipped', 'shelved'].map((s) => `status-${s}`);
const providers = ['anthropic', 'openai', 'openrouter', 'other'].map((p) => `provider-${p}`);
const texts: [string, string[], number][] = [
  ...['text', 'muted', 'faint', 'accent', 'danger', 'warning', 'info', ...statuses, ...providers].map(
    (name): [string, string[], number] => [name, grounds, 4.5],
  ),
  ['text', ['pressed'], 4.5],
  ['muted', ['pressed'], 4.5],
  ['on-accent', ['accent', 'accent-hover'], 4.5],
  ['accent', ['accent-soft'], 4.5],
  ['danger', ['danger-soft'], 4.5],
  ['warning', ['warning-soft'], 4.5],
  ['text', ['mark'], 4.5],
  ['border-strong', ['bg', 'surface', 'raised'], 3],
];

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('%s theme', (_, theme) => {
  const pairs = texts.flatMap(([name, over, least]) => over.map((ground) => [name, ground, least] as const));
  test.each(pairs)('%s on %s has a contrast of %d', (name, ground, least) => {
    expect(contrast(tokens.get(name)![theme], tokens.get(ground)![theme])).toBeGreaterThanOrEqual(least);
  });
});
