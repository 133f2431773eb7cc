package store

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// engine is what the store asks of a database. There are two: sqlite and
// postgres. Placeholders are $1, $2 … in both.
type engine interface {
	// name is what Store.Engine returns.
	name() string
	// dialect has what the two do not write alike.
	dialect() dialect
	// single runs f without a transaction, for one statement that reads.
	single(ctx context.Context, f func(querier) error) error
	// snapshot runs f so that all it reads is of one moment.
	snapshot(ctx context.Context, f func(querier) error) error
	// transact runs f in a transaction. It is rolled back if f returns an
	// error, panics, or swallows the error of a statement; f is run again
	// when another transaction was in its way. It holds the native
	// transaction (*sql.Tx, pgx.Tx) that a queue of jobs can write to.
	transact(ctx context.Context, f func(querier) error) error
	// announce tells other processes of a change once it is committed.
	announce(ctx context.Context, q querier, who owner.ID, c live.Change) error
	ping(ctx context.Context) error
	close() error
}

// querier runs statements. After a statement has failed, all that follow in
// the same transaction fail too, on both engines.
type querier interface {
	// exec returns how many rows were changed.
	exec(ctx context.Context, text string, args ...any) (int64, error)
	query(ctx context.Context, text string, args ...any) (rows, error)
}

// rows are what a query returns; they must be closed.
type rows interface {
	row
	Next() bool
	Err() error
	Close()
}

// row is one of them.
type row interface {
	Scan(to ...any) error
}

// all returns every row of a query as scan reads it.
func all[T any](ctx context.Context, q querier, scan func(row) (T, error), text string, args ...any) ([]T, error) {
	rs, err := q.query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rs.Close()
	var list []T
	for rs.Next() {
		t, err := scan(rs)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, rs.Err()
}

// one returns the only row of a query, or a fault.NotFound with the message.
func one[T any](ctx context.Context, q querier, missing string, scan func(row) (T, error), text string, args ...any) (T, error) {
	list, err := all(ctx, q, scan, text, args...)
	if err != nil || len(list) == 0 {
		var none T
		if err == nil {
			err = fault.New(fault.NotFound, "%s", missing)
		}
		return none, err
	}
	return list[0], nil
}

// changed runs a statement that is to change something; if it does not, that
// is a fault.NotFound with the message.
func changed(ctx context.Context, q querier, missing, text string, args ...any) error {
	n, err := q.exec(ctx, text, args...)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "%s", missing)
	}
	return err
}

// number reads a row of one integer.
func number(r row) (n int64, err error) {
	err = r.Scan(&n)
	return n, err
}
