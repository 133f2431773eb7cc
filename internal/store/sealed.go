package store

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// SealedAfter returns at most n sealed keys, of all owners, behind a place in
// the order of user, provider and record.
func (s *Store) SealedAfter(ctx context.Context, after vault.Place, n int) (list []vault.Record, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, func(r row) (v vault.Record, err error) {
			err = r.Scan(&v.User, &v.Provider, &v.Record, &v.Sealed)
			return v, err
		}, `
			SELECT u.id, k.provider, k.record, k.sealed
			FROM users u JOIN provider_keys k ON k.owner = u.owner
			WHERE u.id >= $1 AND (u.id, k.provider, k.record) > ($1, $2, $3)
			ORDER BY u.id, k.provider, k.record LIMIT $4`, after.User, after.Provider, after.Record, n)
		return err
	})
	return list, err
}

// SwapSealed replaces the sealed form of each key that is still the old one,
// writes so in its owner's audit, and returns how many these were.
func (s *Store) SwapSealed(ctx context.Context, swaps []vault.Swap, at time.Time) (n int, err error) {
	err = s.engine.transact(ctx, func(q querier) error {
		owners, err := s.lockUsersByID(ctx, q, swaps)
		if err != nil {
			return err
		}
		keys, err := sealedOf(ctx, q, s.dialect, owners)
		if err != nil {
			return err
		}
		var rows [][]any
		var entries []audited
		for _, w := range swaps {
			k, ok := keys[w.Place]
			if !ok || !bytes.Equal(k.Sealed, w.Old) {
				continue // its owner was faster
			}
			k.Sealed = w.New
			rows = append(rows, k.fields())
			e := audit.Entry{At: at, Action: audit.Rotate, Provider: w.Provider}
			if id, err := vault.WrappedBy(w.New); err == nil {
				e.Detail = "encryption key " + id.String()
			}
			entries = append(entries, audited{k.owner, e})
		}
		n = len(rows)
		err = insertAll(ctx, q, `provider_keys (`+providerKeyColumns+`)`, rows, `
			ON CONFLICT (owner, provider) DO UPDATE SET sealed = excluded.sealed`)
		if err != nil {
			return err
		}
		return appendAudit(ctx, q, s.dialect, entries)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// lockUsersByID locks the owners of what is to be swapped, and returns their
// public ids. Those who are gone are left out.
func (s *Store) lockUsersByID(ctx context.Context, q querier, swaps []vault.Swap) (map[owner.ID]string, error) {
	ids := make([]string, len(swaps))
	for k, w := range swaps {
		ids[k] = w.User
	}
	slices.Sort(ids)
	owners := map[owner.ID]string{}
	err := chunked(slices.Compact(ids), func(part []string) error {
		var a arguments
		places := make([]string, len(part))
		for k, id := range part {
			places[k] = a.next(id)
		}
		_, err := all(ctx, q, func(r row) (none struct{}, err error) {
			var who owner.ID
			var id string
			err = r.Scan(&who, &id)
			owners[who] = id
			return none, err
		}, `SELECT owner, id FROM users WHERE id IN (`+strings.Join(places, ", ")+`) ORDER BY owner `+s.dialect.lock(), a.list...)
		return err
	})
	return owners, err
}

// sealedOf returns the keys of owners by the places that they are sealed for.
func sealedOf(ctx context.Context, q querier, d dialect, owners map[owner.ID]string) (map[vault.Place]providerKeyRow, error) {
	var numbers []int64
	for who := range owners {
		numbers = append(numbers, int64(who))
	}
	list, err := all(ctx, q, scanProviderKey,
		`SELECT `+providerKeyColumns+` FROM provider_keys WHERE `+d.among("owner", "$1"), d.integers(numbers))
	keys := make(map[vault.Place]providerKeyRow, len(list))
	for _, k := range list {
		keys[vault.Place{User: owners[k.owner], Provider: string(k.Provider), Record: k.Record}] = k
	}
	return keys, err
}
