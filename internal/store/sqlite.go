package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// sqliteEngine is a database in one file, of which this process is the only
// owner but for short commands beside it. One connection writes, a few read;
// readers never wait for the writer.
type sqliteEngine struct {
	sqliteDialect
	path    string
	writers *sql.DB // one connection
	writer  *sqliteConn
	turn    chan struct{} // holds a token while somebody writes
	readers *sql.DB
	slots   chan struct{} // holds a token per connection that is reading

	mu   sync.Mutex
	idle []*sqliteConn // the last used on top, so that its cache is warm
}

// Sizes in KiB of the page caches. They fill as pages are read.
const (
	writerCache = 16 << 10
	readerCache = 8 << 10
)

// openSQLite opens the file, and makes it when it is not there.
func openSQLite(ctx context.Context, path string, sync Durability) (*sqliteEngine, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := makePrivate(path); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "The database file %s cannot be made: check that its folder can be written", path)
	}
	shared := []string{"_defensive=1", "_dqs=0", "_pragma=busy_timeout(5000)", "_pragma=foreign_keys(1)"}
	e := &sqliteEngine{
		path:  path,
		turn:  make(chan struct{}, 1),
		slots: make(chan struct{}, max(4, 2*runtime.GOMAXPROCS(0))),
	}
	e.writers, err = sql.Open("sqlite", dsn(path, append(shared, "_txlock=immediate",
		"_pragma=journal_mode(WAL)",
		"_pragma=synchronous("+string(sync)+")",
		"_pragma=journal_size_limit(67108864)",
		fmt.Sprintf("_pragma=cache_size(-%d)", writerCache))))
	if err != nil {
		return nil, err
	}
	e.readers, err = sql.Open("sqlite", dsn(path, append(shared,
		"_query_only=1",
		fmt.Sprintf("_pragma=cache_size(-%d)", readerCache))))
	if err != nil {
		return nil, errors.Join(err, e.writers.Close())
	}
	e.writers.SetMaxOpenConns(1)
	if err := e.migrate(ctx); err != nil {
		return nil, errors.Join(err, e.readers.Close(), e.writers.Close())
	}
	return e, nil
}

// migrationTries is how often migrations are tried at most: processes that
// open a new file at the same moment are in each other's way.
const migrationTries = 20

// migrate makes up for other processes that open a new file at the same
// moment: the steps that one of them was first to take fail here, and are
// found done when they are counted again.
func (e *sqliteEngine) migrate(ctx context.Context) error {
	if err := e.writers.PingContext(ctx); err != nil {
		return fault.Wrap(fault.Unavailable, err, "The database file %s cannot be opened: check that it is a database of NeuralRepo and can be written", e.path)
	}
	for try := 1; ; try++ {
		err := migrate(ctx, e.writers, goose.DialectSQLite3, "sqlite")
		if err == nil || fault.KindOf(err) != fault.Internal || try == migrationTries {
			return err
		}
		select {
		case <-time.After(time.Duration(try) * 5 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

// makePrivate makes the file and its folder for nobody else to read. What is
// there already keeps the rights that somebody gave it.
func makePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// dsn names the file with settings in the form the driver reads.
func dsn(path string, settings []string) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // a drive letter
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: strings.Join(settings, "&")}).String()
}

func (e *sqliteEngine) name() string     { return "sqlite" }
func (e *sqliteEngine) dialect() dialect { return e.sqliteDialect }

// announce has nobody to tell: no other process shows pages.
func (e *sqliteEngine) announce(context.Context, querier, owner.ID, live.Change) error { return nil }

func (e *sqliteEngine) ping(ctx context.Context) error {
	return e.single(ctx, func(q querier) error {
		_, err := all(ctx, q, number, `SELECT 1`)
		return err
	})
}

// close waits for the writer and the readers and closes the file.
func (e *sqliteEngine) close() error {
	e.turn <- struct{}{}
	for range cap(e.slots) {
		e.slots <- struct{}{}
	}
	var errs []error
	for _, c := range e.idle {
		errs = append(errs, c.close())
	}
	if e.writer != nil {
		errs = append(errs, e.writer.close())
	}
	return errors.Join(append(errs, e.readers.Close(), e.writers.Close())...)
}

func (e *sqliteEngine) single(ctx context.Context, f func(querier) error) error {
	c, done, err := e.reader(ctx)
	if err != nil {
		return err
	}
	defer done()
	return f(&guard{q: c})
}

func (e *sqliteEngine) snapshot(ctx context.Context, f func(querier) error) (err error) {
	c, done, err := e.reader(ctx)
	if err != nil {
		return err
	}
	defer done()
	if _, err := c.exec(ctx, `BEGIN`); err != nil {
		return faultOf(err)
	}
	defer func() {
		_, end := c.exec(context.WithoutCancel(ctx), `ROLLBACK`)
		err = errors.Join(err, end)
	}()
	g := &guard{q: c}
	if err := f(g); err != nil {
		return err
	}
	return g.err
}

// reader takes a connection that reads, until done is called.
func (e *sqliteEngine) reader(ctx context.Context) (c *sqliteConn, done func(), err error) {
	select {
	case e.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	e.mu.Lock()
	if n := len(e.idle); n > 0 {
		c, e.idle = e.idle[n-1], e.idle[:n-1]
	}
	e.mu.Unlock()
	if c == nil {
		if c, err = newSQLiteConn(ctx, e.readers); err != nil {
			<-e.slots
			return nil, nil, faultOf(err)
		}
	}
	return c, func() {
		e.mu.Lock()
		e.idle = append(e.idle, c)
		e.mu.Unlock()
		<-e.slots
	}, nil
}

func (e *sqliteEngine) transact(ctx context.Context, f func(querier) error) error {
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-e.turn }()
	if e.writer == nil {
		c, err := newSQLiteConn(ctx, e.writers)
		if err != nil {
			return faultOf(err)
		}
		e.writer = c
	}
	// The transaction must not end by itself when ctx does: what runs after
	// that on the same connection would be stored alone.
	tx, err := e.writer.conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return faultOf(err)
	}
	defer tx.Rollback() // of no effect after a commit
	// Statements run on the connection rather than on tx, because there they
	// are prepared once for all transactions; the transaction is the same.
	g := &guard{q: e.writer}
	if err := f(g); err != nil {
		return err
	}
	if g.err != nil {
		return g.err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return faultOf(tx.Commit())
}

// sqliteConn is a connection that remembers its prepared statements. There
// are a few hundred different texts at most.
type sqliteConn struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
}

func newSQLiteConn(ctx context.Context, db *sql.DB) (*sqliteConn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{conn: c, prepared: map[string]*sql.Stmt{}}, nil
}

func (c *sqliteConn) close() error {
	for _, s := range c.prepared {
		s.Close()
	}
	return c.conn.Close()
}

func (c *sqliteConn) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if s := c.prepared[text]; s != nil {
		return s, nil
	}
	s, err := c.conn.PrepareContext(ctx, text)
	if err == nil {
		c.prepared[text] = s
	}
	return s, err
}

func (c *sqliteConn) exec(ctx context.Context, text string, args ...any) (int64, error) {
	s, err := c.prepare(ctx, text)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c *sqliteConn) query(ctx context.Context, text string, args ...any) (rows, error) {
	s, err := c.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	rs, err := s.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	return sqliteRows{rs}, nil
}

// sqliteRows are rows whose Close has nothing to say that Err has not.
type sqliteRows struct{ *sql.Rows }

func (r sqliteRows) Close() { r.Rows.Close() }
