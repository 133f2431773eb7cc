package store

import (
	"cmp"
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// monthKey tells what a month costs an owner at a provider from all others.
type monthKey struct {
	owner    owner.ID
	month    int64
	provider string
}

func (k monthKey) compare(o monthKey) int {
	return cmp.Or(cmp.Compare(k.owner, o.owner), cmp.Compare(k.month, o.month), cmp.Compare(k.provider, o.provider))
}

// monthOf returns the month of a time, in UTC, since the year 0.
func monthOf(t time.Time) int64 {
	t = t.UTC()
	return int64(t.Year())*12 + int64(t.Month()) - 1
}

// ReserveSpend stores a reservation if its month has room for it under limit.
func (s *Store) ReserveSpend(ctx context.Context, who owner.ID, r usage.Reservation, limit llm.Cost) (spent llm.Cost, ok bool, err error) {
	month := monthOf(r.At)
	err = s.engine.transact(ctx, func(q querier) error {
		ok = false
		// An update even of nothing locks the row until the end.
		spent, err = one(ctx, q, "", cost, `
			INSERT INTO ai_months (owner, month, provider, cost) VALUES ($1, $2, $3, 0)
			ON CONFLICT (owner, month, provider) DO UPDATE SET cost = ai_months.cost
			RETURNING cost`, who, month, r.Provider)
		if err != nil || r.Amount > limit-spent {
			return err
		}
		ok = true
		_, err = q.exec(ctx, `INSERT INTO ai_reservations (owner, id, month, provider, amount) VALUES ($1, $2, $3, $4, $5)`,
			who, r.ID, month, r.Provider, r.Amount)
		if err != nil {
			return err
		}
		return addToMonths(ctx, q, map[monthKey]llm.Cost{{who, month, r.Provider}: r.Amount})
	})
	if err != nil {
		return 0, false, err
	}
	return spent, ok, nil
}

// ReleaseSpend takes a reservation back. One that is not there any more was
// taken back before.
func (s *Store) ReleaseSpend(ctx context.Context, who owner.ID, id string) error {
	return s.engine.transact(ctx, func(q querier) error {
		costs := map[monthKey]llm.Cost{}
		if err := unreserve(ctx, q, [][]any{{who, id}}, costs); err != nil {
			return err
		}
		return addToMonths(ctx, q, costs)
	})
}

// Spent returns what the month of a time has cost at a provider, with what is
// reserved.
func (s *Store) Spent(ctx context.Context, who owner.ID, provider string, at time.Time) (spent llm.Cost, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err := all(ctx, q, cost,
			`SELECT cost FROM ai_months WHERE owner = $1 AND month = $2 AND provider = $3`, who, monthOf(at), provider)
		spent = append(list, 0)[0]
		return err
	})
	return spent, err
}

// settle adds the costs of records to their months, in place of what was
// reserved for them.
func settle(ctx context.Context, q querier, fresh []usage.Request) error {
	costs := map[monthKey]llm.Cost{}
	var keys [][]any
	for _, r := range fresh {
		if r.Cost != nil {
			keys = append(keys, []any{r.Owner, r.ID})
			costs[monthKey{r.Owner, monthOf(r.At), r.Provider}] += *r.Cost
		}
	}
	if err := unreserve(ctx, q, keys, costs); err != nil {
		return err
	}
	return addToMonths(ctx, q, costs)
}

// unreserve deletes reservations, by owner and ID, and takes their amounts off
// costs.
func unreserve(ctx context.Context, q querier, keys [][]any, costs map[monthKey]llm.Cost) error {
	return chunked(keys, func(part [][]any) error {
		text, args := values(part, "BIGINT", "TEXT")
		_, err := all(ctx, q, func(r row) (none struct{}, err error) {
			var k monthKey
			var amount llm.Cost
			err = r.Scan(&k.owner, &k.month, &k.provider, &amount)
			costs[k] -= amount
			return none, err
		}, `DELETE FROM ai_reservations WHERE (owner, id) IN (VALUES `+text+`) RETURNING owner, month, provider, amount`, args...)
		return err
	})
}

// addToMonths adds costs to months: each month once, and in their order, so
// that no transaction waits for one that waits for it.
func addToMonths(ctx context.Context, q querier, costs map[monthKey]llm.Cost) error {
	var rows [][]any
	for _, k := range sortedKeys(costs, monthKey.compare) {
		rows = append(rows, []any{k.owner, k.month, k.provider, costs[k]})
	}
	return insertAll(ctx, q, `ai_months (owner, month, provider, cost)`, rows, `
		ON CONFLICT (owner, month, provider) DO UPDATE SET cost = ai_months.cost + excluded.cost`)
}

// cost reads a row of one cost.
func cost(r row) (c llm.Cost, err error) {
	err = r.Scan(&c)
	return c, err
}
