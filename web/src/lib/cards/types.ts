// What cards show, by the names of the contract.
import type { components } from '../api.d.ts';
import type { CardType } from '../agent/wire.ts';
import type { IconName } from '../ui/icons.ts';

type Schemas = components['schemas'];

export type CardIdea = Schemas['CardIdea'];
export type CardEdge = Schemas['CardEdge'];
export type CardVariant = Schemas['CardVariant'];
export type CardTag = Schemas['CardTag'];
export type CardScores = Schemas['CardScores'];
export type CardCriterion = Schemas['CardCriterion'];
export type CardSection = Schemas['CardSection'];
export type CardChange = Schemas['CardChange'];

export type IdeaGridData = Schemas['IdeaGridData'];
export type IdeaCardData = Schemas['IdeaCardData'];
export type MiniGraphData = Schemas['MiniGraphData'];
export type MermaidData = Schemas['MermaidData'];
export type BrainstormClusterData = Schemas['BrainstormClusterData'];
export type ComparisonData = Schemas['ComparisonData'];
export type TagCloudData = Schemas['TagCloudData'];
export type SummaryData = Schemas['SummaryData'];
export type InsightsData = Schemas['InsightsData'];
export type ConnectionLineData = Schemas['ConnectionLineData'];
export type ScoreCardsData = Schemas['ScoreCardsData'];
export type DocumentData = Schemas['DocumentData'];

/** The icon of each type, and what the type is called. */
export const cardWords: Record<CardType, { icon: IconName; label: string }> = {
  idea_grid: { icon: 'ideas', label: 'Ideas' },
  idea_card: { icon: 'bulb', label: 'Idea' },
  mini_graph: { icon: 'map', label: 'Connections' },
  mermaid: { icon: 'branch', label: 'Diagram' },
  brainstorm_cluster: { icon: 'bulb', label: 'Brainstorm' },
  comparison: { icon: 'board', label: 'Comparison' },
  tag_cloud: { icon: 'hash', label: 'Tags' },
  summary: { icon: 'book', label: 'Summary' },
  insights: { icon: 'eye', label: 'Insights' },
  connection_line: { icon: 'relation', label: 'Relation' },
  score_cards: { icon: 'chart', label: 'Scores' },
  document: { icon: 'book', label: 'Document' },
};

/** A list, also where an old card has none. */
export function list<T>(items: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(items) ? items : [];
}
