// Short names for what the API sends, as the generated contract has it.
import type { components } from './api.d.ts';

type Schemas = components['schemas'];

export type Idea = Schemas['Idea'];
export type Detail = Schemas['IdeaDetail'];
export type SearchResult = Schemas['SearchResult'];
export type Reason = SearchResult['reason'];
export type Duplicate = Schemas['Duplicate'];
export type Meaning = Schemas['Meaning'];
export type Suggestions = Schemas['Suggestions'];
export type SimilarIdea = Schemas['SimilarIdea'];
export type Link = Schemas['Link'];
export type IdeaRelation = Schemas['IdeaRelation'];
export type HistoryEvent = Schemas['HistoryEvent'];
export type Tag = Schemas['Tag'];
export type User = Schemas['User'];
export type ApiKey = Schemas['APIKey'];
export type ApiKeyMade = Schemas['APIKeyMade'];
export type Letter = Schemas['Digest'];
export type LetterBrief = Schemas['DigestBrief'];
export type LetterList = Schemas['DigestList'];
export type LetterIdea = Schemas['DigestRef'];
export type LetterMove = Schemas['DigestMove'];
export type LetterConnection = Schemas['DigestConnection'];
export type LetterStale = Schemas['DigestStale'];
export type StaleAnswer = Schemas['StaleAnswer']['answer'];
export type MapNode = Schemas['MapNode'];
export type MapEdge = Schemas['MapEdge'];
export type Change = Schemas['Change'];

export type Status = Schemas['Status'];
export type Source = Schemas['Source'];
export type Sort = Schemas['Sort'];
export type RelationType = Schemas['RelationType'];
export type LinkType = Schemas['LinkType'];
export type Scope = Schemas['Scope'];
