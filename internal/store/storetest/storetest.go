// Package storetest says how a store behaves, as tests that every engine has
// to pass: a noun a file. It measures no time.
package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// Run tests an engine. fresh names an empty database that belongs to the test
// alone and can be opened several times.
func Run(t *testing.T, fresh func(*testing.T) store.Options) {
	shared := open(t, fresh(t))
	for _, part := range []struct {
		name string
		run  func(*testing.T, suite)
	}{
		{"ideas", testIdeas},
		{"lists", testLists},
		{"words", testWords},
		{"library", testLibrary},
		{"tags", testTags},
		{"links", testLinks},
		{"relations", testRelations},
		{"duplicates", testDuplicates},
		{"history", testHistory},
		{"maps", testMaps},
		{"owners", testOwners},
		{"transactions", testTransactions},
		{"changes", testChanges},
		{"users", testUsers},
		{"sessions", testSessions},
		{"api keys", testAPIKeys},
		{"quota", testQuota},
		{"provider keys", testProviderKeys},
		{"vault", testVault},
		{"requests", testRequests},
		{"spend", testSpend},
		{"limits", testLimits},
		{"jobs", testJobs},
		{"meaning", testMeaning},
		{"bulk", testBulk},
		{"merges", testMerges},
		{"mails", testMails},
		{"digests", testDigests},
		{"weeks", testWeeks},
		{"turns", testTurns},
		{"magic links", testMagicLinks},
		{"artifacts", testArtifacts},
		{"answers", testAnswers},
		{"conversations", testConversations},
		{"schema", testSchema},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, suite{shared, fresh}) })
	}
}

// suite is what a part of the tests works with.
type suite struct {
	*store.Store // which all parts share, each with owners of its own
	fresh        func(*testing.T) store.Options
}

// open opens a store until the end of the test.
func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// start is a moment from which tests count. It has no more than microseconds,
// as the store keeps no more.
var start = time.Date(2026, time.March, 1, 12, 0, 0, 123456000, time.UTC)

// at returns a moment some seconds after start.
func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

// newUser returns a person with an address of their own.
func newUser() account.User {
	id := rand.Text()
	return account.User{
		ID: id, Email: id + "@example.org", DisplayName: "Ada", AvatarURL: "https://example.org/ada.png",
		Plan: account.Pro, Settings: `{"theme":"dark"}`, PasswordHash: "$argon2id$…",
		CreatedAt: at(1), UpdatedAt: at(2),
	}
}

// owner makes a person.
func (s suite) owner(t *testing.T) owner.ID { return newOwner(t, s.Store) }

func newOwner(t *testing.T, s *store.Store) owner.ID {
	t.Helper()
	u := newUser()
	must(t, s.CreateUser(t.Context(), &u))
	return u.Owner
}

// write runs f in a transaction that must succeed.
func (s suite) write(t *testing.T, who owner.ID, f func(ctx context.Context, tx idea.Tx) error) {
	t.Helper()
	must(t, s.Write(t.Context(), who, func(tx idea.Tx) error { return f(t.Context(), tx) }))
}

// read runs f on a snapshot.
func (s suite) read(t *testing.T, who owner.ID, f func(ctx context.Context, tx idea.Tx) error) {
	t.Helper()
	must(t, s.Read(t.Context(), who, func(tx idea.Tx) error { return f(t.Context(), tx) }))
}

// draft returns an idea that is not stored yet.
func draft(title string, tags ...string) idea.Idea {
	return idea.Idea{Title: title, Status: idea.Captured, Source: idea.API, Tags: tags, CreatedAt: start, UpdatedAt: start}
}

// insert stores an idea and returns it with its number.
func (s suite) insert(t *testing.T, who owner.ID, i idea.Idea) idea.Idea {
	t.Helper()
	s.write(t, who, func(ctx context.Context, tx idea.Tx) error { return tx.Ideas.Insert(ctx, &i) })
	return i
}

// titled stores ideas with these titles and returns their numbers.
func (s suite) titled(t *testing.T, who owner.ID, titles ...string) []int64 {
	t.Helper()
	numbers := make([]int64, len(titles))
	for k, title := range titles {
		numbers[k] = s.insert(t, who, draft(title)).Number
	}
	return numbers
}

// get reads an idea.
func (s suite) get(t *testing.T, who owner.ID, number int64) (i idea.Idea) {
	t.Helper()
	s.read(t, who, func(ctx context.Context, tx idea.Tx) (err error) {
		i, err = tx.Ideas.Get(ctx, number)
		return err
	})
	return i
}

// list reads a page.
func (s suite) list(t *testing.T, who owner.ID, f idea.Filter) (p idea.Page) {
	t.Helper()
	s.read(t, who, func(ctx context.Context, tx idea.Tx) (err error) {
		p, err = tx.Ideas.List(ctx, f)
		return err
	})
	return p
}

// change edits a stored idea.
func (s suite) change(t *testing.T, who owner.ID, number int64, edit func(*idea.Idea)) (i idea.Idea) {
	t.Helper()
	s.write(t, who, func(ctx context.Context, tx idea.Tx) (err error) {
		if i, err = tx.Ideas.Get(ctx, number); err != nil {
			return err
		}
		edit(&i)
		return tx.Ideas.Update(ctx, &i)
	})
	return i
}

// numbersOf returns the numbers of ideas in their order.
func numbersOf(list []idea.Idea) []int64 {
	var numbers []int64
	for _, i := range list {
		numbers = append(numbers, i.Number)
	}
	return numbers
}

// must ends the test with an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// want compares.
func want[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// wantFault checks the kind of an error, and that its message is a sentence
// for people.
func wantFault(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != kind || f.Message == "" {
		t.Errorf("%s: got error %v, want a fault of kind %v with a message", what, err, kind)
	}
}

// refused runs a write that must fail with a fault of the kind.
func (s suite) refused(t *testing.T, what string, who owner.ID, kind fault.Kind, f func(ctx context.Context, tx idea.Tx) error) {
	t.Helper()
	err := s.Write(t.Context(), who, func(tx idea.Tx) error { return f(t.Context(), tx) })
	wantFault(t, what, err, kind)
}

// everything is all that an owner has, for comparing before and after.
type everything struct {
	Seq        int64
	Ideas      []idea.Idea
	Archived   []idea.Idea
	Found      []int64 // by the word that every idea of a test has
	Tags       []idea.Tag
	Links      [][]idea.Link
	History    [][]idea.Event
	Relations  [][]idea.Related
	Duplicates []idea.Duplicate
	Map        idea.Map
}

// snapshot reads everything.
func snapshot(t *testing.T, s *store.Store, who owner.ID) everything {
	t.Helper()
	var e everything
	ctx := t.Context()
	seq, err := s.ChangeSeq(ctx, who)
	must(t, err)
	e.Seq = seq
	must(t, s.Read(ctx, who, func(tx idea.Tx) error {
		page, err := tx.Ideas.List(ctx, idea.Filter{Limit: 100})
		e.Ideas = page.Ideas
		archived, err2 := tx.Ideas.List(ctx, idea.Filter{Limit: 100, Archived: true})
		e.Archived = archived.Ideas
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		for _, i := range slices.Concat(e.Ideas, e.Archived) {
			links, err := tx.Links.Of(ctx, i.Number)
			events, err2 := tx.History.Of(ctx, i.Number)
			out, in, err3 := tx.Relations.Of(ctx, i.Number)
			if err := errors.Join(err, err2, err3); err != nil {
				return err
			}
			e.Links, e.History, e.Relations = append(e.Links, links), append(e.History, events), append(e.Relations, out, in)
		}
		if e.Tags, err = tx.Tags.All(ctx); err != nil {
			return err
		}
		if e.Duplicates, err = tx.Duplicates.Pending(ctx); err != nil {
			return err
		}
		e.Map, err = tx.Maps.Map(ctx)
		return err
	}))
	found, _, err := s.MatchWords(ctx, who, query("everything "), idea.WordFilter{}, 100, 0)
	must(t, err)
	e.Found = numbersOf(found)
	return e
}

// heard collects what a store publishes.
type heard chan heardChange

type heardChange struct {
	Owner  owner.ID // 0 for all
	Change live.Change
}

func (h heard) Publish(who owner.ID, c live.Change) { h <- heardChange{who, c} }
func (h heard) PublishAll(c live.Change)            { h <- heardChange{0, c} }
