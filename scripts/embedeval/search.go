package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/embed/embedtest"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

// modes are the ways to search that are compared.
var modes = []struct {
	name string
	mode search.Mode
}{{"words", search.Keyword}, {"meaning", search.Semantic}, {"both", ""}}

// printSearch asks the program's own search, over a database in which the
// ideas are, in all modes: as they were written, and with some of them hidden
// in long notes.
func printSearch(ctx context.Context, e embed.Embedder, set embedtest.Set) error {
	asked, err := remember(ctx, e, set.Queries)
	if err != nil {
		return err
	}
	short := make([]embed.Text, len(set.Ideas))
	for i, idea := range set.Ideas {
		short[i] = idea.Text()
	}
	fmt.Println("| the ideas are | queries | half | n | found by | R@1 | R@5 | MRR |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- |")
	vectors, err := e.Embed(ctx, short)
	if err != nil {
		return err
	}
	if err := searchIn(ctx, "as written", asked, set, short, vectors, set.Queries); err != nil {
		return err
	}
	notes, queries := hide(set, short)
	for i, text := range notes {
		if text == short[i] {
			continue
		}
		v, err := e.Embed(ctx, []embed.Text{text})
		if err != nil {
			return err
		}
		vectors[i] = v[0]
	}
	return searchIn(ctx, "in long notes", asked, set, notes, vectors, queries)
}

// hide puts ideas of both halves into long texts with a title that tells
// nothing, between ideas that no query is for, and returns all texts, and the
// queries for those that are hidden.
func hide(set embedtest.Set, short []embed.Text) (all []embed.Text, queries []embedtest.Query) {
	const many = 16 // of each half
	all = append(all, short...)
	wanted := map[int]bool{}
	for _, q := range set.Queries {
		wanted[q.Wanted] = true
	}
	hidden, count := map[int]bool{}, map[embedtest.Half]int{}
	for _, q := range set.Queries {
		half := set.Ideas[q.Wanted].Half()
		if !hidden[q.Wanted] {
			if set.Ideas[q.Wanted].Language != "en" || count[half] == many {
				continue
			}
			hidden[q.Wanted] = true
			count[half]++
			all[q.Wanted] = embed.Idea("Notes", longBody(set, q.Wanted, wanted))
		}
		queries = append(queries, q)
	}
	return all, queries
}

// searchIn prints how queries do among texts.
func searchIn(ctx context.Context, name string, e embed.Embedder, set embedtest.Set, texts []embed.Text, vectors [][]float32, queries []embedtest.Query) (err error) {
	folder, err := os.MkdirTemp("", "embedeval-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(folder, "ideas.db"), Durability: store.Normal})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	who, err := fill(ctx, db, e.Model(), texts, vectors)
	if err != nil {
		return err
	}
	s := search.New(db, idea.New(db, nil), &search.Meaning{
		Embedders: []embed.Embedder{e}, Vectors: vector.New(db, 1<<30), Library: db,
	})
	ranks := make([][]embedtest.Rank, len(modes))
	for m := range modes {
		for _, q := range queries {
			rank := embedtest.Rank{
				Half: set.Ideas[q.Wanted].Half(), Kind: q.Kind, Asked: q.Language, Told: set.Ideas[q.Wanted].Language,
			}
			if rank.Place, err = placeIn(ctx, s, who, search.Query{Text: q.Text, Mode: modes[m].mode, Limit: idea.MaxPage}, q.Wanted); err != nil {
				return err
			}
			ranks[m] = append(ranks[m], rank)
		}
	}
	for _, kind := range []struct {
		name string
		is   func(embedtest.Kind) bool
	}{
		{"all", func(embedtest.Kind) bool { return true }},
		{"by meaning", func(k embedtest.Kind) bool { return k == embedtest.Meaning }},
		{"by their words", func(k embedtest.Kind) bool { return k == embedtest.Words }},
		{"mistyped", func(k embedtest.Kind) bool { return k == embedtest.Mistyped }},
	} {
		for _, h := range halves {
			for m := range modes {
				var some []embedtest.Rank
				for _, r := range ranks[m] {
					if r.Half == h.half && kind.is(r.Kind) {
						some = append(some, r)
					}
				}
				fmt.Printf("| %s | %s | %s | %d | %s | %.2f | %.2f | %.3f |\n", name, kind.name, h.name, len(some), modes[m].name,
					embedtest.Recall(some, 1), embedtest.Recall(some, 5), embedtest.MeanReciprocal(some))
			}
		}
	}
	return nil
}

// fill puts texts with their vectors into a database, as ideas of one person
// with numbers from 1.
func fill(ctx context.Context, db *store.Store, of embed.Model, texts []embed.Text, vectors [][]float32) (owner.ID, error) {
	accounts := account.New(db, account.Options{})
	defer accounts.Close(ctx)
	u, err := accounts.AddUser(ctx, account.NewUser{Email: "ideas@example.org", DisplayName: "Ideas"})
	if err != nil {
		return 0, err
	}
	now := time.Now().UTC()
	err = db.Write(ctx, u.Owner, func(tx idea.Tx) error {
		for _, t := range texts {
			i := idea.Idea{Title: t.Title, Body: t.Body, Status: idea.Captured, Source: idea.CLI, CreatedAt: now, UpdatedAt: now}
			if err := tx.Ideas.Insert(ctx, &i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	m := vector.Model{ID: of.ID, Version: of.Version, Dimensions: of.Dimensions}
	for i, t := range texts {
		if err := db.PutVector(ctx, u.Owner, m, int64(i)+1, t.Sum(), vectors[i]); err != nil {
			return 0, err
		}
	}
	return u.Owner, nil
}

// placeIn returns the place of an idea in an answer, and one that counts for
// nothing if it is not in it.
func placeIn(ctx context.Context, s *search.Search, who owner.ID, q search.Query, wanted int) (int, error) {
	a, err := s.Find(ctx, who, q)
	if err != nil {
		return 0, err
	}
	for at, hit := range a.Hits {
		if hit.Idea.Number == int64(wanted)+1 {
			return at + 1, nil
		}
	}
	return math.MaxInt, nil
}

// memory is an embedder that has read the queries before, since each is asked
// in every mode.
type memory struct {
	embed.Embedder
	vectors map[string][]float32
}

func remember(ctx context.Context, e embed.Embedder, queries []embedtest.Query) (memory, error) {
	m := memory{e, map[string][]float32{}}
	for _, q := range queries {
		v, err := e.Embed(ctx, []embed.Text{embed.Query(q.Text)})
		if err != nil {
			return m, err
		}
		m.vectors[q.Text] = v[0]
	}
	return m, nil
}

func (m memory) Embed(_ context.Context, texts []embed.Text) ([][]float32, error) {
	list := make([][]float32, len(texts))
	for i, t := range texts {
		v, ok := m.vectors[t.Title]
		if !ok {
			return nil, fmt.Errorf("nobody asked %q before", t.Title)
		}
		list[i] = v
	}
	return list, nil
}
