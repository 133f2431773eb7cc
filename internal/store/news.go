package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/live"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// channel is where processes tell each other of changes.
const channel = "neuralrepo_changes"

// news is what other processes on the same PostgreSQL tell of. While its
// connection is broken nothing is heard; once it is back, every owner is told
// to read all again, because nobody knows what was missed.
type news struct {
	process string // tells this process from the others
	config  *pgx.ConnConfig
	changes Publisher
	log     *slog.Logger
	stop    context.CancelFunc
	done    chan struct{}
}

// message is a change on its way to the other processes.
type message struct {
	Process string      `json:"process"`
	Owner   owner.ID    `json:"owner"`
	Change  live.Change `json:"change"`
}

// listen hears the others from the moment it returns until close.
func listen(ctx context.Context, config *pgx.ConnConfig, changes Publisher, log *slog.Logger) (*news, error) {
	n := &news{process: rand.Text(), config: config, changes: changes, log: log, done: make(chan struct{})}
	conn, err := n.connect(ctx)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "PostgreSQL cannot be listened to: check that no pooler for single transactions is in front of it")
	}
	ctx, n.stop = context.WithCancel(context.WithoutCancel(ctx))
	go n.run(ctx, conn)
	return n, nil
}

func (n *news) close() {
	n.stop()
	<-n.done
}

func (n *news) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, n.config)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `LISTEN `+channel); err != nil {
		conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// run hears until ctx ends, and connects again whenever that fails.
func (n *news) run(ctx context.Context, conn *pgx.Conn) {
	defer close(n.done)
	for {
		err := n.hear(ctx, conn)
		conn.Close(context.WithoutCancel(ctx))
		if ctx.Err() != nil {
			return
		}
		n.log.Warn("changes of other processes are not heard: connecting again", "error", err)
		if conn = n.reconnect(ctx); conn == nil {
			return
		}
		n.changes.PublishAll(live.Change{All: true, Tags: true, Relations: true, Duplicates: true})
	}
}

// hear passes on what others tell, until the connection breaks.
func (n *news) hear(ctx context.Context, conn *pgx.Conn) error {
	for {
		note, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		var m message
		if err := json.Unmarshal([]byte(note.Payload), &m); err != nil {
			n.log.Warn("a change of another process cannot be read", "error", err)
			continue
		}
		if m.Process != n.process {
			n.changes.Publish(m.Owner, m.Change)
		}
	}
}

// reconnect tries until it has a connection or ctx ends, then it returns nil.
func (n *news) reconnect(ctx context.Context) *pgx.Conn {
	const longest = 5 * time.Second
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, longest) {
		conn, err := n.connect(ctx)
		if err == nil {
			return conn
		}
		n.log.Debug("PostgreSQL does not answer", "error", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil
		}
	}
}

// encode writes a change for the other processes.
func (n *news) encode(who owner.ID, c live.Change) string {
	b, err := json.Marshal(message{n.process, who, c})
	if err != nil {
		panic(err) // numbers and booleans cannot fail
	}
	return string(b)
}
