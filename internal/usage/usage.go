// Package usage has the record of requests to language models: who asked which
// model for what, when, how it went, how long it took and what it cost. It
// never has a prompt, an answer or a key.
package usage

import (
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Request is one request to a model, however often it was tried.
type Request struct {
	// ID is random, made with the record, so that a batch which is written
	// twice counts once.
	ID       string
	Owner    owner.ID
	At       time.Time // when it began, in microseconds, UTC
	Provider string
	Model    string // as it was asked for; "" if the request names none
	Purpose  Purpose
	Stream   bool // the answer was a stream
	// Status is of the last answer; 0 if there was none.
	Status  int
	Outcome Outcome
	Retries int  // tries after the first
	Hit     bool // answered from the cache, and the provider was not asked

	FirstByte time.Duration // until the answer's first byte; 0 if there was none
	Duration  time.Duration // until its last
	// Overhead is what of Duration the gateway itself took before it sent the
	// request and after the answer began.
	Overhead time.Duration

	// Tokens is nil if the provider did not say how many it counted.
	Tokens *Tokens
	// Cost is nil if it is not known, which is not 0.
	Cost *llm.Cost
}

// Tokens is what an answer took.
type Tokens struct {
	In     int64 // all that the model read
	Cached int64 // those of In that were in the provider's cache
	Out    int64 // all that it wrote, reasoning included
}

// Purpose is what a request was made for.
type Purpose string

// The purposes.
const (
	Agent  Purpose = "agent"
	Spec   Purpose = "spec"
	Digest Purpose = "digest"
	Test   Purpose = "test"  // of a provider key
	Proxy  Purpose = "proxy" // a tool of the person's own, through the gateway's door
)

// Purposes lists every purpose.
var Purposes = []Purpose{Agent, Spec, Digest, Test, Proxy}

// Outcome is how a request ended.
type Outcome string

// The outcomes.
const (
	Complete    Outcome = "complete"    // the whole answer arrived
	Failed      Outcome = "failed"      // the provider answered with an error
	Unreachable Outcome = "unreachable" // the provider did not answer
	Cut         Outcome = "cut"         // the answer broke off
	Cancelled   Outcome = "cancelled"   // whoever asked did not wait for the end
)

// Outcomes lists every outcome.
var Outcomes = []Outcome{Complete, Failed, Unreachable, Cut, Cancelled}

// MaxModel is the length of a model's name in a record, in bytes.
const MaxModel = 128

// CleanModel makes a model's name fit for a record: whoever asks may write
// anything there.
func CleanModel(name string) string {
	name = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, name)
	return name[:min(len(name), MaxModel)]
}
