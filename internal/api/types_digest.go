package api

import (
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/digest"
)

// DigestBrief is a letter without what it says.
type DigestBrief struct {
	ID        int64  `json:"id"`
	Kind      string `json:"kind" enum:"weekly,asked" doc:"weekly: it was due. asked: the person asked for one."`
	From      Time   `json:"from" doc:"The letter is about what happened from here."`
	Until     Time   `json:"until" doc:"To here."`
	Timezone  string `json:"timezone" doc:"IANA name of the zone in which the letter tells times."`
	Subject   string `json:"subject"`
	Mail      string `json:"mail" enum:"none,waiting,sent,failed" doc:"Whether it went out by mail."`
	CreatedAt Time   `json:"created_at"`
}

// DigestList is a part of all letters.
type DigestList struct {
	Digests  []DigestBrief `json:"digests" doc:"The newest first."`
	Total    int           `json:"total"`
	NextAt   *Time         `json:"next_at" doc:"When the next weekly letter is due; null if the person wants none."`
	Timezone string        `json:"timezone" doc:"The zone in which that is a full hour: the person's, or else the server's."`
	Mails    bool          `json:"mails" doc:"Whether letters go out by mail; else they are only here."`
}

// TransformSchema lets the next moment be null.
func (DigestList) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["next_at"] = orNull(s.Properties["next_at"])
	return s
}

// Digest is a letter.
type Digest struct {
	DigestBrief
	Empty           bool                `json:"empty" doc:"Nothing came in and nothing moved."`
	Summary         *string             `json:"summary" doc:"Plain text that a model wrote."`
	NewTotal        int                 `json:"new_total"`
	NewIdeas        []DigestIdea        `json:"new_ideas" doc:"At most 20, the newest first."`
	ByStatus        []DigestStatusCount `json:"by_status" doc:"Of the new ideas, the most first."`
	ByTag           []DigestTagCount    `json:"by_tag" doc:"Of the new ideas, the most first."`
	MovedTotal      int                 `json:"moved_total"`
	Moved           []DigestMove        `json:"moved" doc:"Ideas with another status than before, those that shipped aside."`
	ShippedTotal    int                 `json:"shipped_total"`
	Shipped         []DigestMove        `json:"shipped"`
	DuplicatesTotal int                 `json:"duplicates_total" doc:"Pairs that wait for a decision."`
	Duplicates      []DigestPair        `json:"duplicates" doc:"At most 5, the most similar first."`
	Connections     []DigestConnection  `json:"connections" doc:"At most 3 pairs that may belong together."`
	StaleTotal      int                 `json:"stale_total"`
	Stale           []DigestStale       `json:"stale" doc:"At most 5, the longest forgotten first."`
	AI              DigestAI            `json:"ai"`
}

// DigestRef names an idea.
type DigestRef struct {
	Number int64  `json:"number"`
	Title  string `json:"title"`
}

// DigestIdea is an idea that came in.
type DigestIdea struct {
	DigestRef
	Status    Status   `json:"status"`
	Tags      []string `json:"tags"`
	CreatedAt Time     `json:"created_at"`
}

// DigestStatusCount counts ideas.
type DigestStatusCount struct {
	Status Status `json:"status"`
	Count  int    `json:"count"`
}

// DigestTagCount counts ideas.
type DigestTagCount struct {
	Tag   string `json:"tag"`
	Count int    `json:"count"`
}

// DigestMove is an idea that moved.
type DigestMove struct {
	DigestRef
	From Status `json:"from"`
	To   Status `json:"to"`
	At   Time   `json:"at"`
}

// DigestPair is two ideas that may be one.
type DigestPair struct {
	ID        int64     `json:"id" doc:"Of the proposal."`
	Score     float64   `json:"score"`
	Idea      DigestRef `json:"idea"`
	Duplicate DigestRef `json:"duplicate"`
}

// DigestConnection is a relation that may be worth making.
type DigestConnection struct {
	A             DigestRef `json:"a"`
	B             DigestRef `json:"b"`
	Score         float64   `json:"score"`
	Reason        string    `json:"reason" doc:"Plain text."`
	ReasonByModel bool      `json:"reason_by_model"`
}

// DigestStale is an idea that waits for long.
type DigestStale struct {
	DigestRef
	Days  int     `json:"days" doc:"Since it was last touched."`
	Nudge *string `json:"nudge" doc:"Plain text that a model wrote."`
}

// DigestAI is what became of the part that a model writes.
type DigestAI struct {
	State   string       `json:"state" enum:"none,skipped,done,failed" doc:"none: there is no provider key. skipped: there was nothing to write of."`
	Receipt *SpecReceipt `json:"receipt"`
}

// TransformSchema lets the receipt be null.
func (DigestAI) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["receipt"] = orNull(s.Properties["receipt"])
	return s
}

// StaleAnswer is what a person says of an idea that waits.
type StaleAnswer struct {
	Answer string `json:"answer" enum:"keep,snooze,shelve" doc:"keep: it stays and is not asked about again. snooze: it is asked about again once stale_threshold_days have passed. shelve: its status is shelved."`
}

func wireDigestBrief(d digest.Digest) DigestBrief {
	return DigestBrief{
		ID: d.ID, Kind: string(d.Kind), From: Time(d.From), Until: Time(d.Until), Timezone: d.Zone,
		Subject: d.Subject, Mail: string(d.Mail), CreatedAt: Time(d.CreatedAt),
	}
}

func wireDigest(d digest.Digest) Digest {
	return Digest{
		DigestBrief: wireDigestBrief(d),
		Empty:       d.Empty(),
		Summary:     orNone(d.Summary),
		NewTotal:    d.NewTotal,
		NewIdeas: each(d.New, func(i digest.Idea) DigestIdea {
			return DigestIdea{DigestRef(i.Ref), Status(i.Status), append([]string{}, i.Tags...), Time(i.CreatedAt)}
		}),
		ByStatus:   each(d.ByStatus, func(c digest.StatusCount) DigestStatusCount { return DigestStatusCount{Status(c.Status), c.Count} }),
		ByTag:      each(d.ByTag, func(c digest.TagCount) DigestTagCount { return DigestTagCount(c) }),
		MovedTotal: d.MovedTotal, Moved: each(d.Moved, wireMove),
		ShippedTotal: d.ShippedTotal, Shipped: each(d.Shipped, wireMove),
		DuplicatesTotal: d.DuplicatesTotal,
		Duplicates: each(d.Duplicates, func(p digest.Pair) DigestPair {
			return DigestPair{p.ID, p.Score, DigestRef(p.Idea), DigestRef(p.Duplicate)}
		}),
		Connections: each(d.Connections, func(c digest.Connection) DigestConnection {
			return DigestConnection{DigestRef(c.A), DigestRef(c.B), c.Score, c.Reason, c.ByModel}
		}),
		StaleTotal: d.StaleTotal,
		Stale:      each(d.Stale, func(s digest.Stale) DigestStale { return wireStale(s, d.Until) }),
		AI:         wireDigestAI(d.AI),
	}
}

func wireMove(m digest.Move) DigestMove {
	return DigestMove{DigestRef(m.Ref), Status(m.From), Status(m.To), Time(m.At)}
}

func wireStale(s digest.Stale, at time.Time) DigestStale {
	return DigestStale{DigestRef(s.Ref), s.Days(at), orNone(s.Nudge)}
}

func wireDigestAI(a digest.AI) DigestAI {
	wire := DigestAI{State: string(a.State)}
	if a.Receipt != nil {
		receipt := wireReceipt(*a.Receipt)
		wire.Receipt = &receipt
	}
	return wire
}
