// The words of the product: what each value of an enum is called and means.
import type { RelationType, Source, Status } from './wire.ts';

export const statuses: readonly Status[] = ['captured', 'exploring', 'building', 'shipped', 'shelved'];

export const statusWords: Record<Status, { label: string; meaning: string }> = {
  captured: { label: 'Captured', meaning: 'Recorded, not judged yet' },
  exploring: { label: 'Exploring', meaning: 'Being thought about' },
  building: { label: 'Building', meaning: 'Being made' },
  shipped: { label: 'Shipped', meaning: 'Delivered' },
  shelved: { label: 'Shelved', meaning: 'Parked, not abandoned' },
};

export const sourceWords: Record<Source, string> = {
  web: 'Web',
  cli: 'Command line',
  'claude-mcp': 'Claude',
  siri: 'Siri',
  email: 'E-mail',
  api: 'API',
  shortcut: 'Apple Shortcut',
  ios: 'iOS',
};

export const sources = Object.keys(sourceWords) as Source[];

/** What a relation is called, seen from the idea it goes out from and from the one it leads to. */
export const relationWords: Record<RelationType, { outgoing: string; incoming: string }> = {
  related: { outgoing: 'Related', incoming: 'Related' },
  parent: { outgoing: 'Parent of', incoming: 'Child of' },
  blocks: { outgoing: 'Blocks', incoming: 'Blocked by' },
  inspires: { outgoing: 'Inspires', incoming: 'Inspired by' },
  duplicate: { outgoing: 'Similar', incoming: 'Similar' },
  supersedes: { outgoing: 'Supersedes', incoming: 'Superseded by' },
};

/** The types a person can choose; "duplicate" is made by detection. */
export const relationChoices: readonly RelationType[] = ['related', 'parent', 'blocks', 'inspires', 'supersedes'];

/** Limits of the API, in characters unless the name says otherwise. */
export const limits = {
  title: 200,
  body: 50_000,
  tagsPerIdea: 20,
  tag: 50,
  url: 2_000,
  linkTitle: 200,
  note: 500,
  displayName: 100,
  keyLabel: 100,
  email: 254,
  passwordLeast: 10,
  passwordMost: 200,
  query: 500,
  pageSize: 100,
  /** Ideas in one change of many. */
  bulk: 1_000,
} as const;
