package usage

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

func TestCleanModel(t *testing.T) {
	for in, want := range map[string]string{
		"gpt-4o":                 "gpt-4o",
		"anthropic/claude-opus":  "anthropic/claude-opus",
		"a\x00b\nc d\u202eé":     "abcd",
		strings.Repeat("x", 500): strings.Repeat("x", MaxModel),
		"":                       "",
	} {
		if got := CleanModel(in); got != want {
			t.Errorf("CleanModel(%q) = %q, want %q", in, got, want)
		}
	}
}

// kept is a Store that remembers what it was asked.
type kept struct {
	all      []Request
	who      owner.ID
	from, to time.Time
}

func (k *kept) AddRequests(context.Context, []Request) error { return nil }

func (k *kept) Requests(_ context.Context, who owner.ID, q Query) ([]Request, error) {
	k.who = who
	var out []Request
	for _, r := range k.all {
		if q.After == nil || r.ID < q.After.ID {
			out = append(out, r)
		}
	}
	return out[:min(len(out), q.Limit)], nil
}

func (k *kept) Sums(_ context.Context, who owner.ID, from, to time.Time) ([]Sum, error) {
	k.who, k.from, k.to = who, from, to
	return nil, nil
}

func TestList(t *testing.T) {
	k := &kept{all: []Request{{ID: "e"}, {ID: "d"}, {ID: "c"}, {ID: "b"}, {ID: "a"}}}
	q := Query{Limit: 2}
	var ids []string
	var pages int
	for {
		p, err := List(t.Context(), k, 7, q)
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, r := range p.Requests {
			ids = append(ids, r.ID)
		}
		if p.Next == nil {
			break
		}
		q.After = p.Next
	}
	if got := strings.Join(ids, ""); got != "edcba" || pages != 3 || k.who != 7 {
		t.Errorf("read %q of owner %d in %d pages, want edcba of 7 in 3", got, k.who, pages)
	}
}

func TestQueryCheck(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		query Query
		field string // "" if it is good
	}{
		{Query{Limit: 1}, ""},
		{Query{Limit: MaxPage, Purpose: Agent, Outcome: Cut, From: now, To: now.Add(1)}, ""},
		{Query{}, "limit"},
		{Query{Limit: MaxPage + 1}, "limit"},
		{Query{Limit: 1, Purpose: "fun"}, "purpose"},
		{Query{Limit: 1, Outcome: "good"}, "outcome"},
		{Query{Limit: 1, Model: strings.Repeat("m", MaxModel+1)}, "model"},
		{Query{Limit: 1, From: now, To: now}, "to"},
	} {
		err := c.query.Check()
		if (err == nil) != (c.field == "") || (err != nil && (!fault.Is(err, fault.Invalid) || !strings.HasPrefix(fault.Message(err), c.field+" "))) {
			t.Errorf("%+v: %v, want a complaint about %q", c.query, err, c.field)
		}
	}
}

func TestSums(t *testing.T) {
	k := &kept{}
	from := time.Date(2026, 5, 1, 13, 0, 0, 0, time.FixedZone("east", 7200))
	if _, err := Sums(t.Context(), k, 7, from, from.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC); !k.from.Equal(want) || !k.to.Equal(want.AddDate(0, 0, 3)) {
		t.Errorf("asked for %s to %s, want the three days from %s", k.from, k.to, want)
	}
	if _, err := Sums(t.Context(), k, 7, from, from.AddDate(0, 0, -1)); !fault.Is(err, fault.Invalid) {
		t.Errorf("the end before the beginning: %v", err)
	}
	if _, err := Sums(t.Context(), k, 7, from, from.AddDate(0, 0, MaxDays)); !fault.Is(err, fault.Invalid) {
		t.Errorf("too many days: %v", err)
	}
}

func TestCountAndBy(t *testing.T) {
	cost := llm.Dollar
	sums := []Sum{
		{Provider: "openai", Purpose: Spec, Total: Count(Request{Outcome: Complete, Cost: &cost, Tokens: &Tokens{In: 10, Cached: 4, Out: 3}})},
		{Provider: "anthropic", Purpose: Spec, Total: Count(Request{Outcome: Cut, Tokens: &Tokens{In: 1}})},
		{Provider: "openai", Purpose: Agent, Total: Count(Request{Outcome: Complete, Cost: &cost, Hit: true})},
	}
	want := []Grouped[string]{
		{"anthropic", Total{Requests: 1, Failed: 1, Unpriced: 1, Tokens: Tokens{In: 1}}},
		{"openai", Total{Requests: 2, Hits: 1, Cost: 2 * llm.Dollar, Tokens: Tokens{In: 10, Cached: 4, Out: 3}}},
	}
	if diff := cmp.Diff(want, By(sums, func(s Sum) string { return s.Provider })); diff != "" {
		t.Errorf("by provider (-want +got):\n%s", diff)
	}
	if got := By(sums, func(s Sum) Purpose { return s.Purpose }); len(got) != 2 || got[0].Key != Agent || got[1].Requests != 2 {
		t.Errorf("by purpose: %+v", got)
	}
}
