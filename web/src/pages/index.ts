// The pages by name. Each is loaded when it is first opened.
import type { Component } from 'svelte';
import type { PageName } from '$lib/router.svelte.ts';

export const pages: Record<PageName, () => Promise<{ default: Component }>> = {
  ideas: () => import('./Ideas.svelte'),
  idea: () => import('./Idea.svelte'),
  canvas: () => import('./Canvas.svelte'),
  board: () => import('./Board.svelte'),
  map: () => import('./Map.svelte'),
  duplicates: () => import('./Duplicates.svelte'),
  letters: () => import('./Letters.svelte'),
  letter: () => import('./Letter.svelte'),
  usage: () => import('./Usage.svelte'),
  settings: () => import('./Settings.svelte'),
  login: () => import('./Login.svelte'),
  setup: () => import('./Setup.svelte'),
  authCli: () => import('./AuthCli.svelte'),
  magicLink: () => import('./MagicLink.svelte'),
  docs: () => import('./Docs.svelte'),
  notFound: () => import('./NotFound.svelte'),
};
