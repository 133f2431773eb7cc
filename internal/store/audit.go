package store

import (
	"context"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// audited is an entry on its way to the chain of an owner.
type audited struct {
	owner owner.ID
	audit.Entry
}

// withAudit runs f in a transaction, one at a time for each owner, and puts an
// entry behind the owner's last one. If either fails, neither was done.
func (s *Store) withAudit(ctx context.Context, who owner.ID, e audit.Entry, f func(q querier) error) error {
	return s.engine.transact(ctx, func(q querier) error {
		if err := lockOwner(ctx, q, s.dialect, who, noAccount); err != nil {
			return err
		}
		if err := f(q); err != nil {
			return err
		}
		return appendAudit(ctx, q, s.dialect, []audited{{who, e}})
	})
}

// appendAudit puts entries behind the last ones of their owners, who must be
// locked.
func appendAudit(ctx context.Context, q querier, d dialect, entries []audited) error {
	last, err := lastAudited(ctx, q, d, entries)
	if err != nil {
		return err
	}
	rows := make([][]any, len(entries))
	for k, a := range entries {
		e := a.Follow(last[a.owner])
		last[a.owner] = e
		rows[k] = []any{a.owner, e.Number, micros(e.At), string(e.Action), e.Provider, e.Purpose,
			e.Request, e.Detail, e.Previous[:], e.Hash[:]}
	}
	return insertAll(ctx, q, `audit (owner, number, at, action, provider, purpose, request, detail, previous, hash)`, rows, "")
}

// lastAudited returns of the last entry of each owner what the next one needs.
// Each is looked up by itself, so that no plan reads whole chains.
func lastAudited(ctx context.Context, q querier, d dialect, entries []audited) (map[owner.ID]audit.Entry, error) {
	owners := make([]int64, len(entries))
	for k, a := range entries {
		owners[k] = int64(a.owner)
	}
	slices.Sort(owners)
	list, err := all(ctx, q, func(r row) (audited, error) {
		var a audited
		var hash []byte
		err := r.Scan(&a.owner, &a.Number, &hash)
		copy(a.Hash[:], hash)
		return a, err
	}, `
		SELECT u.owner,
			COALESCE((SELECT number FROM audit WHERE owner = u.owner ORDER BY number DESC LIMIT 1), 0),
			(SELECT hash FROM audit WHERE owner = u.owner ORDER BY number DESC LIMIT 1)
		FROM users u WHERE `+d.among("u.owner", "$1"), d.integers(slices.Compact(owners)))
	last := make(map[owner.ID]audit.Entry, len(list))
	for _, a := range list {
		last[a.owner] = a.Entry
	}
	return last, err
}

const selectAudit = `SELECT number, at, action, provider, purpose, request, detail, previous, hash FROM audit `

func scanAudit(r row) (audit.Entry, error) {
	var e audit.Entry
	var at int64
	var previous, hash []byte
	err := r.Scan(&e.Number, &at, &e.Action, &e.Provider, &e.Purpose, &e.Request, &e.Detail, &previous, &hash)
	e.At = timeOf(at)
	copy(e.Previous[:], previous) // of another length only if somebody changed them, and found by that
	copy(e.Hash[:], hash)
	return e, err
}

// Audit returns at most n entries of an owner, the newest first, those with a
// number below before; 0 is from the newest.
func (s *Store) Audit(ctx context.Context, who owner.ID, before int64, n int) (list []audit.Entry, err error) {
	text, args := selectAudit+`WHERE owner = $1 ORDER BY number DESC LIMIT $2`, []any{who, n}
	if before != 0 {
		text, args = selectAudit+`WHERE owner = $1 AND number < $3 ORDER BY number DESC LIMIT $2`, append(args, before)
	}
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, scanAudit, text, args...)
		return err
	})
	return list, err
}

// AuditAfter returns at most n entries of an owner, the oldest first, those
// with a number above after.
func (s *Store) AuditAfter(ctx context.Context, who owner.ID, after int64, n int) (list []audit.Entry, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, scanAudit, selectAudit+`WHERE owner = $1 AND number > $2 ORDER BY number LIMIT $3`, who, after, n)
		return err
	})
	return list, err
}

// AuditOwners returns at most n of the people who have a chain, those whose
// Owner is greater than after, in this order.
func (s *Store) AuditOwners(ctx context.Context, after owner.ID, n int) (list []audit.Person, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, func(r row) (p audit.Person, err error) {
			err = r.Scan(&p.Owner, &p.User)
			return p, err
		}, `
			SELECT u.owner, u.id FROM users u
			WHERE u.owner > $1 AND EXISTS (SELECT 1 FROM audit a WHERE a.owner = u.owner)
			ORDER BY u.owner LIMIT $2`, after, n)
		return err
	})
	return list, err
}
