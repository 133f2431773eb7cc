package store

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// guard makes the two engines fail alike. PostgreSQL gives a transaction up at
// the first failed statement and SQLite sometimes does; behind a guard nothing
// follows a failure, so no statement can run outside of the transaction that
// it belongs to. Texts that PostgreSQL cannot hold are refused on both.
type guard struct {
	q   querier
	err error // of the first statement that failed
}

func (g *guard) exec(ctx context.Context, text string, args ...any) (int64, error) {
	if err := g.check(args); err != nil {
		return 0, err
	}
	n, err := g.q.exec(ctx, text, args...)
	return n, g.note(err)
}

func (g *guard) query(ctx context.Context, text string, args ...any) (rows, error) {
	if err := g.check(args); err != nil {
		return nil, err
	}
	rs, err := g.q.query(ctx, text, args...)
	if err != nil {
		return nil, g.note(err)
	}
	return guardedRows{rs, g}, nil
}

// check says why a statement must not run.
func (g *guard) check(args []any) error {
	for _, a := range args {
		if s, ok := a.(string); ok && g.err == nil && (!utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0) {
			g.err = fault.New(fault.Invalid, "A text must be valid UTF-8 without NUL characters")
		}
	}
	return g.err
}

// note remembers the first failure.
func (g *guard) note(err error) error {
	if err != nil && g.err == nil {
		g.err = faultOf(err)
	}
	return g.err
}

// guardedRows are rows whose failure is a failure of the transaction.
type guardedRows struct {
	rows
	g *guard
}

func (r guardedRows) Err() error { return r.g.note(r.rows.Err()) }

func (r guardedRows) Scan(to ...any) error { return r.g.note(r.rows.Scan(to...)) }
