package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// spec returns a specification that is not stored yet.
func spec(number int64, body string) artifact.Artifact {
	cost := llm.Dollar/3 + 1
	return artifact.Artifact{
		Idea: number, Kind: artifact.Spec, Body: body, Complete: true, RestoredFrom: 2, Instructions: "kürzer, „bitte“",
		Receipt: artifact.Receipt{
			Provider: "anthropic", Model: "claude", KeyLast4: "aQ9x", TokensIn: 100, Cached: 60, TokensOut: 7, Cost: &cost,
			PricesOf: "2026-11-01", CacheHit: true, Retries: 1, Overhead: 250, Duration: 4000, Trimmed: []string{"the oldest links"},
		},
		CreatedAt: at(1), UpdatedAt: at(2),
	}
}

// specs returns all that is stored of an idea's specifications.
func specs(t *testing.T, s *store.Store, who owner.ID, number int64) (list []artifact.Artifact) {
	t.Helper()
	bare, err := s.Artifacts(t.Context(), who, number, artifact.Spec)
	must(t, err)
	for _, a := range bare {
		full, err := s.Artifact(t.Context(), who, number, artifact.Spec, a.Version)
		must(t, err)
		list = append(list, full)
		full.Body = ""
		want(t, "in the list, without its body", a, full)
	}
	return list
}

func testArtifacts(t *testing.T, s suite) {
	ctx := t.Context()
	add := func(t *testing.T, who owner.ID, a artifact.Artifact) artifact.Artifact {
		t.Helper()
		must(t, s.AddArtifact(ctx, who, &a))
		return a
	}

	t.Run("versions", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "one", "two")
		first := add(t, who, spec(1, "# First"))
		second := artifact.Artifact{Idea: 1, Kind: artifact.Spec, CreatedAt: at(3), UpdatedAt: at(3)}
		second = add(t, who, second)
		other := add(t, who, spec(2, "# Of another idea"))
		kind := spec(1, "of another kind")
		kind.Kind = "summary"
		kind = add(t, who, kind)
		want(t, "versions", []int64{first.Version, second.Version, other.Version, kind.Version}, []int64{1, 2, 1, 1})
		want(t, "of the first", specs(t, s.Store, who, 1), []artifact.Artifact{second, first})
		want(t, "of the second", specs(t, s.Store, who, 2), []artifact.Artifact{other})
		newest, err := s.Artifact(ctx, who, 1, artifact.Spec, 0)
		must(t, err)
		want(t, "newest", newest, second)
		got, err := s.Artifact(ctx, who, 1, "summary", 0)
		must(t, err)
		want(t, "of another kind", got, kind)

		edited := first
		edited.Body, edited.Complete, edited.Receipt, edited.UpdatedAt = "# More", false, artifact.Receipt{Provider: "openai"}, at(9)
		edited.Instructions, edited.RestoredFrom, edited.CreatedAt = "not replaced", 9, at(9)
		must(t, s.UpdateArtifact(ctx, who, edited))
		edited.Instructions, edited.RestoredFrom, edited.CreatedAt = first.Instructions, first.RestoredFrom, first.CreatedAt
		want(t, "updated", specs(t, s.Store, who, 1), []artifact.Artifact{second, edited})

		for _, version := range []int64{3, -1} {
			_, err := s.Artifact(ctx, who, 1, artifact.Spec, version)
			wantFault(t, "a version that is not there", err, fault.NotFound)
			edited.Version = version
			wantFault(t, "update of it", s.UpdateArtifact(ctx, who, edited), fault.NotFound)
		}
		_, err = s.Artifact(ctx, who, 9, artifact.Spec, 0)
		wantFault(t, "of no idea", err, fault.NotFound)
		want(t, "list of no idea", specs(t, s.Store, who, 9), nil)
		lost := spec(9, "")
		wantFault(t, "add to no idea", s.AddArtifact(ctx, who, &lost), fault.NotFound)
		want(t, "its version", lost.Version, 0)
	})

	t.Run("of an idea that is archived", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "one")
		first := add(t, who, spec(1, "# First"))
		s.change(t, who, 1, func(i *idea.Idea) { i.Archived = true })
		second := add(t, who, spec(1, "# Second"))
		want(t, "stored", specs(t, s.Store, who, 1), []artifact.Artifact{second, first})
	})

	t.Run("of others", func(t *testing.T) {
		ada, eve := s.owner(t), s.owner(t)
		s.titled(t, ada, "mine")
		mine := add(t, ada, spec(1, "# Secret"))
		_, err := s.Artifact(ctx, eve, 1, artifact.Spec, 1)
		wantFault(t, "read", err, fault.NotFound)
		want(t, "list", specs(t, s.Store, eve, 1), nil)
		forged := mine
		forged.Body = "# Forged"
		wantFault(t, "update", s.UpdateArtifact(ctx, eve, forged), fault.NotFound)
		wantFault(t, "add", s.AddArtifact(ctx, eve, &forged), fault.NotFound)
		s.titled(t, eve, "theirs")
		theirs := add(t, eve, spec(1, "# Theirs"))
		want(t, "theirs", specs(t, s.Store, eve, 1), []artifact.Artifact{theirs})
		want(t, "mine", specs(t, s.Store, ada, 1), []artifact.Artifact{mine})
		wantFault(t, "of nobody", s.AddArtifact(ctx, 1<<30, &forged), fault.NotFound)
	})

	t.Run("are changes", func(t *testing.T) {
		options := s.fresh(t)
		news := make(heard, 10)
		options.Publisher = news
		own := suite{open(t, options), s.fresh}
		who := own.owner(t)
		number := own.titled(t, who, "one")[0]
		<-news
		a := spec(number, "# First")
		must(t, own.AddArtifact(ctx, who, &a))
		want(t, "added", <-news, heardChange{who, live.Change{Seq: 2, Ideas: []int64{number}}})
		must(t, own.UpdateArtifact(ctx, who, a))
		want(t, "updated", <-news, heardChange{who, live.Change{Seq: 3, Ideas: []int64{number}}})
		a.Version = 7
		wantFault(t, "update of nothing", own.UpdateArtifact(ctx, who, a), fault.NotFound)
		seq, err := own.ChangeSeq(ctx, who)
		must(t, err)
		want(t, "counted", seq, 3)
	})

	t.Run("texts that cannot be", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "one")
		stored := add(t, who, spec(1, "# Good"))
		for _, text := range []string{"a\x00", "\xff"} {
			for name, change := range map[string]func(*artifact.Artifact){
				"body":         func(a *artifact.Artifact) { a.Body = text },
				"instructions": func(a *artifact.Artifact) { a.Instructions = text },
				"kind":         func(a *artifact.Artifact) { a.Kind = artifact.Kind(text) },
			} {
				a := spec(1, "")
				change(&a)
				wantFault(t, name, s.AddArtifact(ctx, who, &a), fault.Invalid)
			}
			bad := stored
			bad.Body = text
			wantFault(t, "update", s.UpdateArtifact(ctx, who, bad), fault.Invalid)
		}
		want(t, "stored", specs(t, s.Store, who, 1), []artifact.Artifact{stored})
	})

	t.Run("an end at any step leaves all or nothing", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "one")
		first := add(t, who, spec(1, "# First"))
		edited := first
		edited.Body = "# Edited"
		second := spec(1, "# Second")
		before := []artifact.Artifact{first}
		for _, step := range []struct {
			write func(context.Context) error
			after func() []artifact.Artifact
		}{
			{func(ctx context.Context) error { return s.UpdateArtifact(ctx, who, edited) }, func() []artifact.Artifact { return []artifact.Artifact{edited} }},
			{func(ctx context.Context) error { return s.AddArtifact(ctx, who, &second) }, func() []artifact.Artifact { return []artifact.Artifact{second, edited} }},
		} {
			for n := int64(1); ; n++ {
				fused, cancel := newFuse(ctx, n)
				err := step.write(fused)
				cancel()
				after := specs(t, s.Store, who, 1)
				if err == nil {
					want(t, "written", after, step.after())
					before = after
					break
				}
				if !errors.Is(err, context.Canceled) || !cmp.Equal(before, after) {
					t.Fatalf("step %d: error %v left something:\n%s", n, err, cmp.Diff(before, after))
				}
			}
		}
	})

	t.Run("at the same time", func(t *testing.T) {
		options := s.fresh(t)
		copies := []*store.Store{open(t, options), open(t, options)}
		own := suite{copies[0], s.fresh}
		who := own.owner(t)
		own.titled(t, who, "one")
		versions := make([]int64, 20)
		var wg sync.WaitGroup
		for k := range versions {
			wg.Go(func() {
				a := spec(1, fmt.Sprint(k))
				if err := copies[k%2].AddArtifact(ctx, who, &a); err != nil {
					t.Error(err)
				}
				versions[k] = a.Version
			})
		}
		wg.Wait()
		for k, v := range versions {
			a, err := copies[1].Artifact(ctx, who, 1, artifact.Spec, v)
			must(t, err)
			want(t, "body", a.Body, fmt.Sprint(k))
		}
		slices.Sort(versions)
		want(t, "last version", versions[len(versions)-1], int64(len(versions)))
	})
}
