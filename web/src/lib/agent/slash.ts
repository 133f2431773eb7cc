// What can be asked for by a word after a slash. A command writes a request,
// which the person completes and sends.
import type { IconName } from '../ui/icons.ts';

export interface SlashCommand {
  name: string;
  icon: IconName;
  /** What it is for, in a few words. */
  hint: string;
  /** The request; "|" is where the person goes on writing. Without it the command is done at once. */
  text?: string;
}

export const slashCommands: readonly SlashCommand[] = [
  { name: 'search', icon: 'search', hint: 'Find ideas by meaning', text: 'Search my ideas for |, and tell me which ones matter most and why.' },
  { name: 'brainstorm', icon: 'bulb', hint: 'Variations in groups', text: 'Brainstorm variations of |: group them by approach, and make at least one of them unusual.' },
  { name: 'summarize', icon: 'book', hint: 'What ideas have in common', text: 'Summarise my ideas about |: the themes they share, what is decided, and what is open.' },
  { name: 'score', icon: 'chart', hint: 'Feasibility, impact, effort, novelty, fit', text: 'Score idea #| for feasibility, impact, effort, novelty and fit, with a reason for each score.' },
  { name: 'draft', icon: 'pencil', hint: 'One-pager, PRD, RFC, pitch or plan', text: 'Draft a one-pager from idea #|: the problem, who has it, the approach, the risks, and the first step.' },
  { name: 'compare', icon: 'swap', hint: 'Two ideas side by side', text: 'Compare idea #| with idea #: what they share, where they differ, and which one to do first.' },
  { name: 'connect', icon: 'relation', hint: 'Connections nobody drew yet', text: 'Which of my ideas are connected to #| without a relation yet? Say why, and propose relations.' },
  { name: 'stale', icon: 'history', hint: 'Ideas that nobody touched for long', text: 'Which ideas did I not touch for a long time? Say for each whether to go on, shelve or archive it.' },
  { name: 'tags', icon: 'tag', hint: 'Tags that fit an idea', text: 'Suggest tags for idea #|, from those that I use already where they fit.' },
  { name: 'spec', icon: 'spark', hint: 'A project specification', text: 'Develop idea #| into a project specification.' },
  { name: 'new', icon: 'chat', hint: 'Begin a new conversation' },
];

/** The commands that begin with what is typed after the slash; null if no command is typed. */
export function offeredCommands(text: string): readonly SlashCommand[] | null {
  const typed = /^\/([a-z]*)$/i.exec(text)?.[1]?.toLowerCase();
  if (typed === undefined) return null;
  return slashCommands.filter(({ name }) => name.startsWith(typed));
}

/** The request of a command and where the cursor stands in it. */
export function requestOf(text: string): { text: string; at: number } {
  const at = text.indexOf('|');
  return at < 0 ? { text, at: text.length } : { text: text.replace('|', ''), at };
}
