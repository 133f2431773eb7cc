package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// requestColumns are what scanRequest reads and requestFields write.
const requestColumns = `owner, id, at, provider, model, purpose, stream, status, outcome, retries, hit,
	first_byte, duration, overhead, tokens_in, tokens_cached, tokens_out, cost`

func scanRequest(r row) (usage.Request, error) {
	var q usage.Request
	var at int64
	var in, cached, out *int64
	err := r.Scan(&q.Owner, &q.ID, &at, &q.Provider, &q.Model, &q.Purpose, &q.Stream, &q.Status, &q.Outcome, &q.Retries, &q.Hit,
		&q.FirstByte, &q.Duration, &q.Overhead, &in, &cached, &out, &q.Cost)
	q.At = timeOf(at)
	if in != nil && cached != nil && out != nil {
		q.Tokens = &usage.Tokens{In: *in, Cached: *cached, Out: *out}
	}
	return q, err
}

func requestFields(r usage.Request) []any {
	var in, cached, out *int64
	if t := r.Tokens; t != nil {
		in, cached, out = &t.In, &t.Cached, &t.Out
	}
	return []any{r.Owner, r.ID, micros(r.At), r.Provider, r.Model, string(r.Purpose), r.Stream, r.Status, string(r.Outcome), r.Retries, r.Hit,
		int64(r.FirstByte), int64(r.Duration), int64(r.Overhead), in, cached, out, r.Cost}
}

// requestKey tells a record from all others.
type requestKey struct {
	owner owner.ID
	id    string
}

func (k requestKey) compare(o requestKey) int {
	return cmp.Or(cmp.Compare(k.owner, o.owner), cmp.Compare(k.id, o.id))
}

// AddRequests keeps a batch of records. Only those that were not there yet
// count in the sums and in what a month has cost.
func (s *Store) AddRequests(ctx context.Context, batch []usage.Request) error {
	if len(batch) == 0 {
		return nil
	}
	return s.engine.transact(ctx, func(q querier) error {
		batch, err := ofThere(ctx, q, s.dialect, batch)
		if err != nil {
			return err
		}
		fresh, err := insertRequests(ctx, q, batch)
		if err != nil {
			return err
		}
		if err := addToDays(ctx, q, fresh); err != nil {
			return err
		}
		return settle(ctx, q, fresh)
	})
}

// ofThere returns the records whose owners are there, and keeps these from
// going before the end of the transaction.
func ofThere(ctx context.Context, q querier, d dialect, batch []usage.Request) ([]usage.Request, error) {
	owners := make([]int64, len(batch))
	for k, r := range batch {
		owners[k] = int64(r.Owner)
	}
	slices.Sort(owners)
	there, err := all(ctx, q, number,
		`SELECT owner FROM users WHERE `+d.among("owner", "$1")+` ORDER BY owner `+d.keep(), d.integers(slices.Compact(owners)))
	kept := make([]usage.Request, 0, len(batch))
	for _, r := range batch {
		if _, ok := slices.BinarySearch(there, int64(r.Owner)); ok {
			kept = append(kept, r)
		}
	}
	return kept, err
}

// insertRequests stores those records that are not there yet and returns them.
// Copies of the program that write the same ones do it in the same order, so
// that none waits for another that waits for it.
func insertRequests(ctx context.Context, q querier, batch []usage.Request) (fresh []usage.Request, err error) {
	by := make(map[requestKey]usage.Request, len(batch))
	var rows [][]any
	slices.SortStableFunc(batch, func(a, b usage.Request) int {
		return requestKey{a.Owner, a.ID}.compare(requestKey{b.Owner, b.ID})
	})
	for _, r := range batch {
		key := requestKey{r.Owner, r.ID}
		if _, twice := by[key]; !twice {
			by[key] = r
			rows = append(rows, requestFields(r))
		}
	}
	err = chunked(rows, func(part [][]any) error {
		text, args := values(part)
		stored, err := all(ctx, q, func(r row) (k requestKey, err error) {
			err = r.Scan(&k.owner, &k.id)
			return k, err
		}, `INSERT INTO ai_requests (`+requestColumns+`) VALUES `+text+`
			ON CONFLICT (owner, id) DO NOTHING RETURNING owner, id`, args...)
		for _, k := range stored {
			fresh = append(fresh, by[k])
		}
		return err
	})
	return fresh, err
}

// Requests returns the records that a query asks for, the newest first.
func (s *Store) Requests(ctx context.Context, who owner.ID, q usage.Query) (list []usage.Request, err error) {
	var a arguments
	where := []string{"owner = " + a.next(who)}
	for _, f := range []struct{ column, value string }{
		{"provider", q.Provider}, {"model", q.Model}, {"purpose", string(q.Purpose)}, {"outcome", string(q.Outcome)},
	} {
		if f.value != "" {
			where = append(where, f.column+" = "+a.next(f.value))
		}
	}
	if !q.From.IsZero() {
		where = append(where, "at >= "+a.next(micros(q.From)))
	}
	if !q.To.IsZero() {
		where = append(where, "at < "+a.next(micros(q.To)))
	}
	if q.After != nil {
		where = append(where, fmt.Sprintf("(at, id) < (%s, %s)", a.next(micros(q.After.At)), a.next(q.After.ID)))
	}
	text := `SELECT ` + requestColumns + ` FROM ai_requests WHERE ` + strings.Join(where, " AND ") +
		` ORDER BY at DESC, id DESC LIMIT ` + a.next(q.Limit)
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, scanRequest, text, a.list...)
		return err
	})
	return list, err
}

// pruneAtOnce is how many records are cleared in one transaction: few enough
// that nobody waits for it.
const pruneAtOnce = 2000

// PruneRequests clears the records of requests that began before a time, and
// returns how many there were. What they add up to stays. Reservations are
// cleared with the month that they count in.
func (s *Store) PruneRequests(ctx context.Context, before time.Time) (cleared int64, err error) {
	for {
		var n int64
		err := s.engine.transact(ctx, func(q querier) (err error) {
			n, err = q.exec(ctx, `
				DELETE FROM ai_requests WHERE (owner, id) IN
					(SELECT owner, id FROM ai_requests WHERE at < $1 ORDER BY at LIMIT $2)`, micros(before), pruneAtOnce)
			return err
		})
		if err != nil {
			return cleared, err
		}
		if cleared += n; n < pruneAtOnce {
			break
		}
	}
	return cleared, s.engine.transact(ctx, func(q querier) error {
		_, err := q.exec(ctx, `DELETE FROM ai_reservations WHERE month < $1`, monthOf(before))
		return err
	})
}
