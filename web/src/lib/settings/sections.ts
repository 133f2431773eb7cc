// The sections of the settings, in the order in which they are shown.
import type { IconName } from '../ui/icons.ts';

export interface Section {
  /** As in the address: /settings/keys. */
  id: 'profile' | 'meaning' | 'agent' | 'letters' | 'providers' | 'keys' | 'tags' | 'appearance';
  title: string;
  icon: IconName;
}

export const sections: readonly Section[] = [
  { id: 'profile', title: 'Profile', icon: 'user' },
  { id: 'meaning', title: 'Meaning', icon: 'bulb' },
  { id: 'agent', title: 'Agent', icon: 'chat' },
  { id: 'letters', title: 'Letters', icon: 'mail' },
  { id: 'providers', title: 'AI providers', icon: 'spark' },
  { id: 'keys', title: 'API keys', icon: 'key' },
  { id: 'tags', title: 'Tags', icon: 'tag' },
  { id: 'appearance', title: 'Appearance', icon: 'sun' },
];

/** The section of an address; the first if it names none, undefined if there is no such section. */
export function sectionOf(name: string): Section | undefined {
  return name === '' ? sections[0] : sections.find((section) => section.id === name);
}
