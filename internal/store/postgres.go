package store

import (
	"context"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// postgresEngine is a database on a PostgreSQL server that any number of
// processes share.
type postgresEngine struct {
	postgresDialect
	pool *pgxpool.Pool
	news *news
}

// openPostgres connects to the server and starts to hear what other processes
// change.
func openPostgres(ctx context.Context, databaseURL secret.Text, changes Publisher, log *slog.Logger) (*postgresEngine, error) {
	config, err := pgxpool.ParseConfig(databaseURL.Reveal())
	if err != nil {
		// The cause quotes the URL, which has the password in it.
		return nil, fault.OfField("DATABASE_URL", "must be of the form postgres://user:password@host:5432/database")
	}
	if _, ok := config.ConnConfig.RuntimeParams["application_name"]; !ok {
		config.ConnConfig.RuntimeParams["application_name"] = "neuralrepo"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	e := &postgresEngine{pool: pool}
	if err := e.migrate(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	e.news, err = listen(ctx, config.ConnConfig, changes, log)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return e, nil
}

// migrationLock is the advisory lock of the process that changes the schema.
const migrationLock = 0x6e657572616c // "neural"

// migrate lets one process at a time bring the schema up to date. The lock has
// a connection of its own, so that a pool of one is enough for the rest; it
// goes with that connection, however this ends.
func (e *postgresEngine) migrate(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, e.pool.Config().ConnConfig)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "PostgreSQL does not answer: check DATABASE_URL, and that the server runs and has this database")
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, migrationLock); err != nil {
		return faultOf(err)
	}
	db := stdlib.OpenDBFromPool(e.pool)
	defer db.Close()
	return migrate(ctx, db, goose.DialectPostgres, "postgres")
}

func (e *postgresEngine) name() string     { return "postgres" }
func (e *postgresEngine) dialect() dialect { return e.postgresDialect }

func (e *postgresEngine) ping(ctx context.Context) error { return faultOf(e.pool.Ping(ctx)) }

func (e *postgresEngine) close() error {
	e.news.close()
	e.pool.Close()
	return nil
}

func (e *postgresEngine) single(ctx context.Context, f func(querier) error) error {
	return f(&guard{q: postgresQuerier{e.pool}})
}

func (e *postgresEngine) snapshot(ctx context.Context, f func(querier) error) error {
	return e.run(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, f)
}

// maxTries is how often a transaction is run that others are in the way of.
const maxTries = 5

func (e *postgresEngine) transact(ctx context.Context, f func(querier) error) error {
	for try := 1; ; try++ {
		err := e.run(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, f)
		if try == maxTries || reasonOf(err) != clashed {
			return err
		}
	}
}

// run runs f in a transaction once.
func (e *postgresEngine) run(ctx context.Context, o pgx.TxOptions, f func(querier) error) error {
	tx, err := e.pool.BeginTx(ctx, o)
	if err != nil {
		return faultOf(err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // of no effect after a commit
	g := &guard{q: postgresQuerier{tx}}
	err = f(g)
	switch {
	case reasonOf(g.err) == clashed:
		return g.err // even if f says something else: it is to run again
	case err != nil:
		return err
	case g.err != nil:
		return g.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	// Once begun, a commit is waited for: else nobody knew whether it was done.
	return faultOf(tx.Commit(context.WithoutCancel(ctx)))
}

// announce sends a change to all processes with the commit of its
// transaction. At most live.MaxIdeas numbers are far below the 8,000 bytes
// that a notification may have.
func (e *postgresEngine) announce(ctx context.Context, q querier, who owner.ID, c live.Change) error {
	_, err := q.exec(ctx, `SELECT pg_notify($1, $2)`, channel, e.news.encode(who, c))
	return err
}

// postgresQuerier runs statements in a pool or in a transaction.
type postgresQuerier struct {
	pgx interface {
		Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
	}
}

func (q postgresQuerier) query(ctx context.Context, text string, args ...any) (rows, error) {
	rs, err := q.pgx.Query(ctx, text, args...)
	if err != nil {
		return nil, err // and not rows that are no nil interface
	}
	return rs, nil
}

func (q postgresQuerier) exec(ctx context.Context, text string, args ...any) (int64, error) {
	rs, err := q.pgx.Query(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	rs.Close()
	return rs.CommandTag().RowsAffected(), rs.Err()
}
