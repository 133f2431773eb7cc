package store

import (
	"cmp"
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// sumKey tells the sum of a day from all others.
type sumKey struct {
	owner    owner.ID
	day      int64
	provider string
	model    string
	purpose  usage.Purpose
}

func (k sumKey) compare(o sumKey) int {
	return cmp.Or(cmp.Compare(k.owner, o.owner), cmp.Compare(k.day, o.day), cmp.Compare(k.provider, o.provider),
		cmp.Compare(k.model, o.model), cmp.Compare(k.purpose, o.purpose))
}

const secondsOfDay = 24 * 60 * 60

// dayOf returns the day of a time, in UTC, since 1970.
func dayOf(t time.Time) int64 { return t.Unix() / secondsOfDay }

// addToDays adds records to the sums of their days: each sum once, and in
// their order, so that no transaction waits for one that waits for it.
func addToDays(ctx context.Context, q querier, fresh []usage.Request) error {
	totals := map[sumKey]usage.Total{}
	for _, r := range fresh {
		k := sumKey{r.Owner, dayOf(r.At), r.Provider, r.Model, r.Purpose}
		t := totals[k]
		t.Add(usage.Count(r))
		totals[k] = t
	}
	var rows [][]any
	for _, k := range sortedKeys(totals, sumKey.compare) {
		t := totals[k]
		rows = append(rows, []any{k.owner, k.day, k.provider, k.model, string(k.purpose), t.Requests, t.Failed, t.Hits,
			t.Tokens.In, t.Tokens.Cached, t.Tokens.Out, t.Cost, t.Unpriced})
	}
	return insertAll(ctx, q, `ai_days (owner, day, provider, model, purpose, requests, failed, hits,
			tokens_in, tokens_cached, tokens_out, cost, unpriced)`, rows, `
		ON CONFLICT (owner, day, provider, model, purpose) DO UPDATE
		SET requests = ai_days.requests + excluded.requests, failed = ai_days.failed + excluded.failed,
		    hits = ai_days.hits + excluded.hits, tokens_in = ai_days.tokens_in + excluded.tokens_in,
		    tokens_cached = ai_days.tokens_cached + excluded.tokens_cached,
		    tokens_out = ai_days.tokens_out + excluded.tokens_out,
		    cost = ai_days.cost + excluded.cost, unpriced = ai_days.unpriced + excluded.unpriced`)
}

// Sums returns what the requests of an owner add up to, from the day of from
// up to the day before that of to.
func (s *Store) Sums(ctx context.Context, who owner.ID, from, to time.Time) (list []usage.Sum, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, scanSum, `
			SELECT day, provider, model, purpose, requests, failed, hits,
			       tokens_in, tokens_cached, tokens_out, cost, unpriced
			FROM ai_days WHERE owner = $1 AND day >= $2 AND day < $3
			ORDER BY day, provider, model, purpose`, who, dayOf(from), dayOf(to))
		return err
	})
	return list, err
}

func scanSum(r row) (usage.Sum, error) {
	var u usage.Sum
	var day int64
	err := r.Scan(&day, &u.Provider, &u.Model, &u.Purpose, &u.Requests, &u.Failed, &u.Hits,
		&u.Tokens.In, &u.Tokens.Cached, &u.Tokens.Out, &u.Cost, &u.Unpriced)
	u.Day = time.Unix(day*secondsOfDay, 0).UTC()
	return u, err
}
