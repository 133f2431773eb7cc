package gateway

import (
	"slices"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// Bill adds up what the answers to one wish took: give its Note to each Call,
// and call Settle once an answer has been read.
type Bill struct {
	prices  *llm.Prices
	asked   string // the model, by the id with which it is asked
	mu      sync.Mutex
	pending []Report // of the answer that is being read
	sum     artifact.Receipt
	answers int
	hits    int // answers that the gateway had already
}

// NewBill makes a bill of a model that is asked with a key.
func NewBill(prices *llm.Prices, e llm.Entry, last4 string) *Bill {
	return &Bill{prices: prices, asked: e.Wire, sum: artifact.Receipt{
		Provider: e.Provider, Model: e.Wire, KeyLast4: last4, Cost: new(llm.Cost), Trimmed: []string{},
	}}
}

// Note takes a report of the gateway: one for each request, of which an answer
// may need several if a model was retired.
func (b *Bill) Note(r Report) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pending = append(b.pending, r)
}

// Settle adds an answer that has been read, with what it said of itself.
func (b *Bill) Settle(u *llm.Usage, model string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	reports := b.pending
	b.pending = nil
	if model != "" {
		b.sum.Model = model
	}
	if reports == nil && u != nil {
		// Nobody reported: the answer's own word, at list price.
		reports = []Report{{Request: usage.Request{
			Outcome: usage.Complete,
			Tokens:  &usage.Tokens{In: u.TotalInput(), Cached: u.CacheRead, Out: u.Output},
			Cost:    b.prices.Cost(b.sum.Provider, b.listed(), *u),
		}}}
	}
	for _, r := range reports {
		b.add(r)
	}
	b.answers++
	if n := len(reports); n > 0 && reports[n-1].Hit {
		b.hits++
	}
}

// listed returns the name under which the price table has the model, "" if it
// does not have it: the one that answered, or else the one that was asked.
func (b *Bill) listed() string {
	for _, name := range []string{b.sum.Model, b.asked} {
		if _, ok := b.prices.Price(b.sum.Provider, name); ok {
			return name
		}
	}
	return ""
}

func (b *Bill) add(r Report) {
	b.sum.Retries += r.Retries
	b.sum.Overhead += r.Overhead.Microseconds()
	if r.KeyLast4 != "" {
		b.sum.KeyLast4 = r.KeyLast4
	}
	if t := r.Tokens; t != nil {
		b.sum.TokensIn += t.In
		b.sum.Cached += t.Cached
		b.sum.TokensOut += t.Out
	}
	cost := r.Cost
	free := r.Hit || r.Outcome == usage.Failed || r.Outcome == usage.Unreachable
	if cost == nil && free {
		cost = new(llm.Cost)
	}
	b.sum.Cost = plus(b.sum.Cost, cost)
}

// Hit reports whether the gateway had every answer.
func (b *Bill) Hit() bool { return b.answers > 0 && b.hits == b.answers }

// Omitted notes what was left out of a question. The last one counts: if an
// answer takes several, there is ever less room.
func (b *Bill) Omitted(what []string) { b.sum.Trimmed = append([]string{}, what...) }

// Receipt returns the sum so far, after what was written before.
func (b *Bill) Receipt(before artifact.Receipt, took time.Duration) artifact.Receipt {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.sum
	r.CacheHit = b.Hit()
	r.Duration = took.Milliseconds()
	if b.listed() != "" && r.Cost != nil {
		r.PricesOf = b.prices.Date.Format(time.DateOnly)
	}
	if before.Provider == "" {
		return r
	}
	r.TokensIn += before.TokensIn
	r.Cached += before.Cached
	r.TokensOut += before.TokensOut
	r.Cost = plus(r.Cost, before.Cost)
	r.CacheHit = r.CacheHit && before.CacheHit
	r.Retries += before.Retries
	r.Overhead += before.Overhead
	r.Duration += before.Duration
	r.Trimmed = union(before.Trimmed, r.Trimmed)
	return r
}

// plus adds costs; with one that is not known, the sum is not known.
func plus(a, b *llm.Cost) *llm.Cost {
	if a == nil || b == nil {
		return nil
	}
	sum := *a + *b
	return &sum
}

// union returns the texts of both lists, each once.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
