// Package artifact has what models and tools make for a person: the versions
// of a text that was written from an idea, such as a specification, and the
// cards beside a conversation. It says what is in them, and how each came to
// be.
package artifact

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Kind is the sort of an artifact.
type Kind string

// Spec is a project specification.
const Spec Kind = "spec"

// Artifact is one version of a text that was written from an idea.
type Artifact struct {
	Idea    int64 // number of the idea
	Kind    Kind
	Version int64 // 1, 2, 3 … for each idea and kind; 0 until it is stored
	Body    string
	// Complete is false if the answer broke off, or was stopped: what had
	// arrived is in Body.
	Complete bool
	// RestoredFrom is the version that this one repeats, 0 if none.
	RestoredFrom int64
	// Instructions are what the person asked for besides, "" if nothing.
	Instructions string
	Receipt      Receipt
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Receipt says who wrote an artifact and what that took. An artifact that was
// resumed adds up what its parts took.
type Receipt struct {
	Provider  string    `json:"provider"`
	Model     string    `json:"model"`     // as the provider names it
	KeyLast4  string    `json:"key_last4"` // of the provider key
	TokensIn  int64     `json:"tokens_in"` // all that was read, cached or not
	Cached    int64     `json:"tokens_cached"`
	TokensOut int64     `json:"tokens_out"`
	Cost      *llm.Cost `json:"cost"`      // nil if it is not known
	PricesOf  string    `json:"prices_of"` // date of the price table
	CacheHit  bool      `json:"cache_hit"` // the gateway had the answer
	Retries   int       `json:"retries"`   // tries after the first
	Overhead  int64     `json:"overhead"`  // of the gateway, in microseconds
	Duration  int64     `json:"duration"`  // of the whole, in milliseconds
	Trimmed   []string  `json:"trimmed"`   // what of the context was left out, in words
}

// Store keeps artifacts.
type Store interface {
	// AddArtifact stores a new version and gives it its number; fault.NotFound
	// if the idea is not there. It counts as a change of the idea's page.
	AddArtifact(ctx context.Context, who owner.ID, a *Artifact) error
	// UpdateArtifact replaces body, completeness, receipt and UpdatedAt of a
	// version.
	UpdateArtifact(ctx context.Context, who owner.ID, a Artifact) error
	// Artifact returns a version; 0 is the newest.
	Artifact(ctx context.Context, who owner.ID, idea int64, k Kind, version int64) (Artifact, error)
	// Artifacts returns all versions without their bodies, the newest first.
	Artifacts(ctx context.Context, who owner.ID, idea int64, k Kind) ([]Artifact, error)
}
