package artifact

import "encoding/json"

// CardType says what a card shows, and which of the types below is its data.
type CardType string

// The types of cards.
const (
	IdeaGrid          CardType = "idea_grid"
	IdeaCard          CardType = "idea_card"
	MiniGraph         CardType = "mini_graph"
	Mermaid           CardType = "mermaid"
	BrainstormCluster CardType = "brainstorm_cluster"
	Comparison        CardType = "comparison"
	TagCloud          CardType = "tag_cloud"
	Summary           CardType = "summary"
	Insights          CardType = "insights"
	ConnectionLine    CardType = "connection_line"
	ScoreCards        CardType = "score_cards"
	Document          CardType = "document"
)

// Card is what a tool has to show beside a conversation. Everything in it that
// a person or a model wrote is data, and Markdown where a field says so.
type Card struct {
	ID    string          `json:"id" doc:"Unique within its conversation."`
	Type  CardType        `json:"type" enum:"idea_grid,idea_card,mini_graph,mermaid,brainstorm_cluster,comparison,tag_cloud,summary,insights,connection_line,score_cards,document"`
	Title string          `json:"title"`
	Tool  string          `json:"tool" doc:"The tool that made it."`
	Data  json.RawMessage `json:"data" doc:"What it shows, in the shape that belongs to its type."`
	// Change is the id of the change that the tool made, "" if it made none.
	Change string `json:"change,omitempty" doc:"The change that the tool made, by which it can be undone."`
}

// CardIdea is an idea as cards show it.
type CardIdea struct {
	ID       int64    `json:"id" doc:"Its number."`
	Title    string   `json:"title"`
	Status   string   `json:"status"`
	Tags     []string `json:"tags"`
	Snippet  string   `json:"snippet,omitempty" doc:"The beginning of its text, or the part that was looked for; plain text."`
	Score    *float64 `json:"score,omitempty" doc:"How close it is to what was looked for, from 0 to 1."`
	Archived bool     `json:"archived,omitempty"`
}

// IdeaGridData is a list of ideas, the best or the newest first.
type IdeaGridData struct {
	Query string     `json:"query" doc:"What was looked for; empty if nothing was."`
	Ideas []CardIdea `json:"ideas"`
	More  bool       `json:"more" doc:"Whether there are more."`
}

// IdeaCardData is one idea, and what was done to it.
type IdeaCardData struct {
	Idea    CardIdea      `json:"idea"`
	Body    string        `json:"body" doc:"Markdown, perhaps shortened."`
	Related []CardRelated `json:"related"`
	Links   []CardLink    `json:"links"`
	Done    string        `json:"done" enum:",created,updated,archived,restored,merged" doc:"What the tool did; empty if it only read."`
	Changes []CardChange  `json:"changes" doc:"What an update changed."`
	Merged  *CardIdea     `json:"merged,omitempty" doc:"The idea that it took in."`
}

// CardRelated is an idea and how it is related to the one on the card.
type CardRelated struct {
	Idea     CardIdea `json:"idea"`
	Type     string   `json:"type" doc:"Of the relation."`
	Outgoing bool     `json:"outgoing"`
	Note     string   `json:"note,omitempty"`
}

// CardLink is a link of an idea.
type CardLink struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// CardChange is one field before and after.
type CardChange struct {
	Field  string `json:"field" enum:"title,body,status,tags"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// MiniGraphData is a small map of ideas.
type MiniGraphData struct {
	Center int64      `json:"center,omitempty" doc:"The idea that it is about, if it is about one."`
	Nodes  []CardIdea `json:"nodes"`
	Edges  []CardEdge `json:"edges"`
}

// CardEdge is a relation, or one that a tool proposes.
type CardEdge struct {
	Source   int64   `json:"source"`
	Target   int64   `json:"target"`
	Type     string  `json:"type"`
	Score    float64 `json:"score" doc:"How close the two are, from 0 to 1; 0 if that is not known."`
	Reason   string  `json:"reason"`
	Proposed bool    `json:"proposed" doc:"Whether it can be accepted; otherwise it is there."`
}

// MermaidData is a diagram.
type MermaidData struct {
	Code string `json:"code" doc:"In the language of Mermaid."`
}

// BrainstormClusterData is what may become ideas, in groups.
type BrainstormClusterData struct {
	Topic    string        `json:"topic"`
	Idea     *CardIdea     `json:"idea,omitempty" doc:"The idea that it began with, if it did with one."`
	Clusters []CardCluster `json:"clusters"`
}

// CardCluster is a group of variants.
type CardCluster struct {
	Name     string        `json:"name"`
	Variants []CardVariant `json:"variants"`
}

// CardVariant is a draft that can be captured as an idea.
type CardVariant struct {
	Title string   `json:"title"`
	Body  string   `json:"body" doc:"Markdown."`
	Tags  []string `json:"tags"`
}

// ComparisonData is two ideas side by side.
type ComparisonData struct {
	Ideas   []CardIdea      `json:"ideas" minItems:"2" maxItems:"2"`
	Rows    []ComparisonRow `json:"rows"`
	Verdict string          `json:"verdict" doc:"Markdown."`
}

// ComparisonRow is one aspect of both.
type ComparisonRow struct {
	Aspect string   `json:"aspect"`
	Values []string `json:"values" minItems:"2" maxItems:"2"`
}

// TagCloudData is tags that an idea has or may be given.
type TagCloudData struct {
	Idea *CardIdea `json:"idea,omitempty" doc:"The idea that they are for; none if they are all tags of the owner."`
	Tags []CardTag `json:"tags"`
}

// CardTag is one of them.
type CardTag struct {
	Name    string  `json:"name"`
	Score   float64 `json:"score" doc:"How well it fits, from 0 to 1; 0 if that is not known."`
	Count   int64   `json:"count" doc:"How many ideas carry it; 0 for a tag that is new."`
	Applied bool    `json:"applied" doc:"Whether the idea carries it."`
}

// SummaryData is a text about ideas.
type SummaryData struct {
	Text   string      `json:"text" doc:"Markdown."`
	Themes []CardTheme `json:"themes"`
	Ideas  []CardIdea  `json:"ideas" doc:"What it is about."`
}

// CardTheme is what several ideas have in common.
type CardTheme struct {
	Name  string  `json:"name"`
	Text  string  `json:"text"`
	Ideas []int64 `json:"ideas"`
}

// InsightsData is what was noticed.
type InsightsData struct {
	Items []CardInsight `json:"items"`
}

// CardInsight is one of them.
type CardInsight struct {
	Title string     `json:"title"`
	Text  string     `json:"text" doc:"Markdown."`
	Ideas []CardIdea `json:"ideas"`
}

// ConnectionLineData is a relation that was made.
type ConnectionLineData struct {
	Relation int64    `json:"relation" doc:"Its id."`
	Source   CardIdea `json:"source"`
	Target   CardIdea `json:"target"`
	Type     string   `json:"type"`
	Note     string   `json:"note"`
}

// ScoreCardsData is scores of ideas by criteria.
type ScoreCardsData struct {
	Criteria []CardCriterion `json:"criteria"`
	Cards    []CardScores    `json:"cards"`
}

// CardCriterion is what is scored.
type CardCriterion struct {
	Name   string  `json:"name"`
	Weight float64 `json:"weight" doc:"Its part of the total; all weights add up to 1."`
}

// CardScores is one idea's scores.
type CardScores struct {
	Idea   CardIdea    `json:"idea"`
	Scores []CardScore `json:"scores" doc:"One for each criterion, in their order."`
	Total  float64     `json:"total" doc:"The weighted mean, from 0 to 10."`
}

// CardScore is one criterion's score.
type CardScore struct {
	Criterion string  `json:"criterion"`
	Score     float64 `json:"score" minimum:"0" maximum:"10"`
	Reason    string  `json:"reason"`
}

// DocumentData is a text in sections.
type DocumentData struct {
	Kind     string        `json:"kind" enum:"one-pager,prd,rfc,pitch,plan"`
	Title    string        `json:"title"`
	Ideas    []CardIdea    `json:"ideas" doc:"What it was written from."`
	Sections []CardSection `json:"sections"`
}

// CardSection is one of them.
type CardSection struct {
	Heading string `json:"heading"`
	Text    string `json:"text" doc:"Markdown."`
}
