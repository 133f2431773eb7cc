import { relationWords, statusWords } from '../words.ts';
import type { Detail } from '../wire.ts';
import { directionOf } from './relations.ts';

/** An idea as one Markdown text, to be pasted elsewhere. */
export function asMarkdown(idea: Detail): string {
  const facts = [`#${idea.number}`, statusWords[idea.status].label, ...idea.tags.map((tag) => `#${tag}`)];
  const links = idea.links.map(({ title, url }) => `- ${title ? `[${title.replace(/[[\]\\]/g, '\\$&')}](<${url}>)` : `<${url}>`}`);
  const relations = idea.relations.map((relation) => {
    const label = relationWords[relation.relation_type][directionOf(relation, idea.number)];
    const note = relation.note ? `: ${relation.note}` : '';
    return `- ${label} #${relation.related_idea_number} ${relation.related_idea_title}${note}`;
  });
  const parts = [
    `# ${idea.title}`,
    facts.join(' · '),
    idea.body?.trim() ?? '',
    links.length ? `## Links\n\n${links.join('\n')}` : '',
    relations.length ? `## Relations\n\n${relations.join('\n')}` : '',
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
