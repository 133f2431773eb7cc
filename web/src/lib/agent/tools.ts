// What tools are called in a conversation, and how their arguments read.
import type { IconName } from '../ui/icons.ts';

interface Words {
  icon: IconName;
  /** While it runs. */
  doing: string;
  /** When it has run. */
  done: string;
  /** What it asks for leave to do: "The agent wants to …". */
  wants: string;
}

const words: Record<string, Words> = {
  search_ideas: { icon: 'search', doing: 'Searching ideas', done: 'Searched ideas', wants: 'search your ideas' },
  get_idea: { icon: 'eye', doing: 'Reading an idea', done: 'Read an idea', wants: 'read an idea' },
  create_idea: { icon: 'plus', doing: 'Capturing an idea', done: 'Captured an idea', wants: 'capture a new idea' },
  update_idea: { icon: 'pencil', doing: 'Changing an idea', done: 'Changed an idea', wants: 'change an idea' },
  link_ideas: { icon: 'relation', doing: 'Relating ideas', done: 'Related ideas', wants: 'relate two ideas' },
  discover_connections: { icon: 'map', doing: 'Looking for connections', done: 'Looked for connections', wants: 'look for connections' },
  brainstorm: { icon: 'bulb', doing: 'Brainstorming', done: 'Brainstormed', wants: 'brainstorm' },
  suggest_tags: { icon: 'tag', doing: 'Thinking of tags', done: 'Suggested tags', wants: 'suggest tags' },
  summarize: { icon: 'book', doing: 'Summarising', done: 'Summarised', wants: 'summarise ideas' },
  score_idea: { icon: 'chart', doing: 'Scoring', done: 'Scored', wants: 'score an idea' },
  draft_document: { icon: 'book', doing: 'Drafting a document', done: 'Drafted a document', wants: 'draft a document' },
  merge_ideas: { icon: 'merge', doing: 'Merging ideas', done: 'Merged ideas', wants: 'merge one idea into another' },
  archive_idea: { icon: 'archive', doing: 'Archiving an idea', done: 'Archived an idea', wants: 'archive an idea' },
  list_tags: { icon: 'tag', doing: 'Reading the tags', done: 'Read the tags', wants: 'read your tags' },
  get_map: { icon: 'map', doing: 'Reading the map', done: 'Read the map', wants: 'read the map' },
  find_stale: { icon: 'history', doing: 'Looking for stale ideas', done: 'Looked for stale ideas', wants: 'look for stale ideas' },
  develop_spec: { icon: 'spark', doing: 'Writing a specification', done: 'Wrote a specification', wants: 'write a specification' },
  compare_ideas: { icon: 'swap', doing: 'Comparing ideas', done: 'Compared ideas', wants: 'compare ideas' },
  show_insights: { icon: 'info', doing: 'Gathering insights', done: 'Gathered insights', wants: 'show insights' },
  draw_diagram: { icon: 'relation', doing: 'Drawing a diagram', done: 'Drew a diagram', wants: 'draw a diagram' },
};

/** The words for a tool; one that is not known here is called by its title or name. */
export function wordsOf(tool: string, title?: string): Words {
  const known = words[tool];
  if (known) return known;
  const name = title || humanise(tool);
  return { icon: 'settings', doing: name, done: name, wants: name.toLowerCase() };
}

/** "tags_to_add" as people write it. */
function humanise(name: string): string {
  const spaced = name.replaceAll('_', ' ');
  return spaced.slice(0, 1).toUpperCase() + spaced.slice(1);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an argument is the number of an idea, or several. */
const isIdeas = (name: string): boolean => /^(?:id|ids|ideas?|(?:.*_)?idea_ids?|source(?:_id)?|target(?:_id)?|keep|absorb|survivor|absorbed|.*_ids?)$/.test(name);

const longest = 48;
const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
};

function numbersOf(input: Record<string, unknown>): number[] {
  return Object.entries(input).flatMap(([name, value]) => (isIdeas(name) ? [value].flat().filter((v): v is number => Number.isInteger(v) && (v as number) > 0) : []));
}

/** The numbers of the ideas that a call is about. */
export function ideasOf(input: unknown): number[] {
  return isRecord(input) ? [...new Set(numbersOf(input))].slice(0, 12) : [];
}

/** What a call is about, in a few words: “rain”, #12. */
export function gist(input: unknown): string {
  if (!isRecord(input)) return '';
  const numbers = numbersOf(input);
  const about = numbers.slice(0, 3).map((n) => `#${n}`).join(', ') + (numbers.length > 3 ? ` and ${numbers.length - 3} more` : '');
  for (const name of ['query', 'q', 'title', 'topic', 'name', 'tag', 'kind']) {
    const value = input[name];
    if (typeof value === 'string' && value.trim()) return [about, name === 'kind' ? value : `“${short(value)}”`].filter(Boolean).join(' ');
  }
  return about;
}

export interface Argument {
  name: string;
  value: string;
  /** More than a line. */
  long: boolean;
}

/** The arguments of a call, to be read by a person. */
export function argumentsOf(input: unknown): Argument[] {
  if (!isRecord(input)) return input === undefined ? [] : [{ name: 'Input', value: JSON.stringify(input), long: false }];
  return Object.entries(input)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => {
      const text = spell(name, value);
      return { name: humanise(name), value: text, long: text.length > 80 || text.includes('\n') };
    });
}

function spell(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return isIdeas(name) ? `#${value}` : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((v) => typeof v !== 'object')) return value.map((v) => spell(name, v)).join(', ');
  return JSON.stringify(value, null, 2);
}

/** The short text that a tool gave the model. */
export function outputText(output: unknown): string {
  if (typeof output === 'string') return output;
  if (isRecord(output) && typeof output.text === 'string') return output.text;
  return output === undefined || output === null ? '' : JSON.stringify(output, null, 2);
}
