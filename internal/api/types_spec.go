package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
)

// Development says how a specification is to be written.
type Development struct {
	Provider     Provider `json:"provider,omitempty" doc:"The one of the model if not given, else the active one."`
	Model        string   `json:"model,omitempty" maxLength:"128" doc:"The provider's default if not given; of OpenRouter any model." example:"sonnet"`
	Instructions string   `json:"instructions,omitempty" maxLength:"4000" doc:"What is asked for besides." example:"Keep it to a weekend of work."`
	Regenerate   bool     `json:"regenerate,omitempty" doc:"Ask the model even if its answer to the same question is kept."`
	Resume       int64    `json:"resume,omitempty" minimum:"1" doc:"Go on with this version, which is not complete; it keeps its instructions."`
}

// SpecBrief is a version of an idea's specification without its text.
type SpecBrief struct {
	IdeaID       int64       `json:"idea_id"`
	Version      int64       `json:"version" doc:"1, 2, 3 … for each idea."`
	Complete     bool        `json:"complete" doc:"false if the writing broke off, was stopped, or is under way."`
	RestoredFrom *int64      `json:"restored_from" doc:"The version that this one repeats."`
	Instructions *string     `json:"instructions" doc:"What was asked for besides."`
	Receipt      SpecReceipt `json:"receipt"`
	CreatedAt    Time        `json:"created_at"`
	UpdatedAt    Time        `json:"updated_at"`
}

// Spec is a version of an idea's specification.
type Spec struct {
	SpecBrief
	Body string `json:"body" doc:"Markdown."`
}

// SpecReceipt says who wrote a specification, or a part of a letter, and what
// that took.
type SpecReceipt struct {
	Provider     string   `json:"provider"`
	Model        string   `json:"model" doc:"As the provider names it."`
	KeyLast4     string   `json:"key_last4" doc:"The last four characters of the provider key."`
	TokensIn     int64    `json:"tokens_in"`
	TokensCached int64    `json:"tokens_cached" doc:"Those of tokens_in that were in the provider's cache."`
	TokensOut    int64    `json:"tokens_out"`
	Cost         *Dollars `json:"cost" doc:"null if it is not known, which is not 0."`
	PricesOf     *string  `json:"prices_of" format:"date" doc:"The day of the price table; null if the provider itself said the cost, or it is not known."`
	CacheHit     bool     `json:"cache_hit" doc:"The answer was kept from before; the provider was not asked."`
	Retries      int      `json:"retries"`
	OverheadUS   int64    `json:"overhead_us" doc:"Microseconds that the gateway itself took."`
	DurationMS   int64    `json:"duration_ms"`
	Trimmed      []string `json:"trimmed" doc:"What was left out for lack of room in the model, in words."`
}

// TransformSchema lets the cost be null.
func (SpecReceipt) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "cost")
}

// SpecList is the versions of an idea's specification.
type SpecList struct {
	Specs []SpecBrief `json:"specs" doc:"The newest first."`
}

// SpecBegun is the first event of a specification that is being written.
type SpecBegun struct {
	Version  int64    `json:"version"`
	Provider Provider `json:"provider"`
	Model    string   `json:"model"`
}

// SpecText is the event of a piece of text.
type SpecText struct {
	Text string `json:"text"`
}

// SpecFailed is the event with which a failed writing ends.
type SpecFailed struct {
	Error   string `json:"error" doc:"One sentence that says what is wrong and what to do."`
	Version *int64 `json:"version" doc:"What had arrived is kept as this version; null if nothing was."`
}

func wireSpecBrief(a artifact.Artifact) SpecBrief {
	return SpecBrief{
		IdeaID:       a.Idea,
		Version:      a.Version,
		Complete:     a.Complete,
		RestoredFrom: orNone(a.RestoredFrom),
		Instructions: orNone(a.Instructions),
		Receipt:      wireReceipt(a.Receipt),
		CreatedAt:    Time(a.CreatedAt),
		UpdatedAt:    Time(a.UpdatedAt),
	}
}

func wireSpec(a artifact.Artifact) Spec { return Spec{wireSpecBrief(a), a.Body} }

func wireReceipt(r artifact.Receipt) SpecReceipt {
	return SpecReceipt{
		Provider:     r.Provider,
		Model:        r.Model,
		KeyLast4:     r.KeyLast4,
		TokensIn:     r.TokensIn,
		TokensCached: r.Cached,
		TokensOut:    r.TokensOut,
		Cost:         dollars(r.Cost),
		PricesOf:     orNone(r.PricesOf),
		CacheHit:     r.CacheHit,
		Retries:      r.Retries,
		OverheadUS:   r.Overhead,
		DurationMS:   r.Duration,
		Trimmed:      append([]string{}, r.Trimmed...),
	}
}
