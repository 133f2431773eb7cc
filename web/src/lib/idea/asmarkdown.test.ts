import { expect, test } from 'vitest';
import type { Detail } from '../wire.ts';
import { asMarkdown } from './asmarkdown.ts';

const idea = { number: 7, title: 'Roof garden', status: 'building', tags: ['food', 'roof'], body: 'Grow *tomatoes*.\n', links: [], relations: [] };

test('an idea alone', () => {
  expect(asMarkdown({ ...idea, tags: [], body: null } as unknown as Detail)).toBe('# Roof garden\n\n#7 · Building\n');
});

test('an idea with all it has', () => {
  const links = [
    { title: 'Soil [mix]', url: 'https://example.org/(a)' },
    { title: null, url: 'https://example.org/b' },
  ];
  const relations = [
    { relation_type: 'blocks', source_idea_id: 3, target_idea_id: 7, related_idea_number: 3, related_idea_title: 'Ask the landlord', note: 'in writing' },
  ];
  expect(asMarkdown({ ...idea, links, relations } as unknown as Detail)).toBe(`# Roof garden

#7 · Building · #food · #roof

Grow *tomatoes*.

## Links

- [Soil \\[mix\\]](<https://example.org/(a)>)
- <https://example.org/b>

## Relations

- Blocked by #3 Ask the landlord: in writing
`);
});
