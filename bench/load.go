package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// person is an owner of ideas who has a key to the API.
type person struct {
	owner owner.ID
	key   string
	seed  uint64 // of idea n: seed + n
	ideas int
}

// database is the file that is measured, while no server has it open.
type database struct {
	store  *store.Store
	corpus corpus
	rng    *rand.Rand
}

// add makes a person with ideas. They are stored a thousand to a transaction:
// how long that takes says nothing about the server.
func (d database) add(ctx context.Context, name string, ideas int) (person, error) {
	accounts := account.New(d.store, account.Options{})
	defer accounts.Close(ctx)
	u, err := accounts.AddUser(ctx, account.NewUser{Email: name + "@example.org", DisplayName: name})
	if err != nil {
		return person{}, err
	}
	key, _, err := accounts.CreateAPIKey(ctx, account.Caller{User: u, Scopes: account.Scopes}, account.KeyDraft{})
	if err != nil {
		return person{}, err
	}
	p := person{owner: u.Owner, key: key.Reveal(), seed: uint64(u.Owner) << 32, ideas: ideas}
	const batch = 1_000
	for first := 1; first <= ideas; first += batch {
		err := d.store.Write(ctx, p.owner, func(tx idea.Tx) error {
			for n := first; n < min(first+batch, ideas+1); n++ {
				if err := d.insert(ctx, tx, p, n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return person{}, fmt.Errorf("load ideas of %s: %w", name, err)
		}
	}
	return p, nil
}

// epoch is when the first idea was captured; one followed every ten minutes.
var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// insert stores the nth idea of a person, with its first event and a relation
// to one that was there before it.
func (d database) insert(ctx context.Context, tx idea.Tx, p person, n int) error {
	title, body, tags := d.corpus.idea(p.seed + uint64(n))
	at := epoch.Add(time.Duration(n) * 10 * time.Minute)
	i := idea.Idea{
		Title: title, Body: body, Tags: tags, Status: idea.Statuses[n%len(idea.Statuses)],
		Source: idea.CLI, CreatedAt: at, UpdatedAt: at,
	}
	if err := tx.Ideas.Insert(ctx, &i); err != nil {
		return err
	}
	err := tx.History.Append(ctx, i.Number, idea.Event{Kind: idea.EventCaptured, To: i.Status, At: at})
	if err != nil || n == 1 {
		return err
	}
	r := idea.Relation{Source: i.Number, Target: 1 + d.rng.Int64N(i.Number-1), Type: idea.RelRelated, CreatedAt: at}
	return tx.Relations.Put(ctx, &r)
}
