package gateway

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// body passes an answer on. It meters what passes, and writes the record when
// the answer is over.
type body struct {
	g       *Gateway
	x       *exchange
	attempt attempt
	secrets [][]byte
	from    io.ReadCloser
	text    io.Reader // from, without secrets
	meter   meter
	failed  bool // by its status

	readAt atomic.Int64 // when the last read began, for the timer
	first  bool         // the first byte was read
	err    error        // that ended it
	once   sync.Once
}

// arm makes the attempt's timer watch for pauses from now on. It is not set
// again at each read: when it rings, it looks when the last one was.
func (b *body) arm() {
	b.readAt.Store(time.Now().UnixNano())
	b.attempt.timer.Stop()
	b.attempt.timer = time.AfterFunc(b.g.between, b.ring)
}

func (b *body) ring() {
	idle := time.Since(time.Unix(0, b.readAt.Load()))
	if idle >= b.g.between {
		b.attempt.cancel(errBetween)
		return
	}
	b.attempt.timer.Reset(b.g.between - idle)
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	b.readAt.Store(time.Now().UnixNano())
	n, err := b.text.Read(p)
	got := b.g.now()
	if n > 0 {
		if !b.first {
			b.first = true
			b.x.record.FirstByte = got.Sub(b.x.begin)
		}
		b.meter.feed(p[:n])
	}
	if err != nil {
		if err != io.EOF {
			err = cause(err, b.secrets)
		}
		b.err = err
		b.end(err)
	}
	b.x.record.Overhead += b.g.now().Sub(got)
	return n, err
}

// Close implements io.Closer. An answer that said that it is over is read to
// its end, which is there already or about to be, so that the connection can
// be used again.
func (b *body) Close() error {
	if b.err == nil && (b.meter.ended || b.failed) {
		last := time.AfterFunc(lastBytes, func() { b.attempt.cancel(errBetween) })
		_, _ = io.CopyN(io.Discard, b.from, maxLastBytes)
		last.Stop()
	}
	err := b.from.Close()
	b.end(nil)
	return err
}

const (
	lastBytes    = 50 * time.Millisecond // how long the end behind the end is waited for
	maxLastBytes = 4 << 10
)

// end writes the record. The error is the one that ended the answer, nil if
// it was closed before.
func (b *body) end(err error) {
	b.once.Do(func() {
		r := &b.x.record
		switch {
		case b.failed, b.meter.failed:
			r.Outcome = usage.Failed
		case b.whole(err):
			r.Outcome = usage.Complete
		case b.x.ctx.Err() != nil, err == nil:
			r.Outcome = usage.Cancelled
		default:
			r.Outcome = usage.Cut
		}
		b.attempt.stop()
		u, metered := b.meter.usage()
		b.g.finish(b.x, u, metered, false)
	})
}

// whole reports whether the answer has arrived as it is. A stream says itself
// when it is over; a connection that ends before is one that broke.
func (b *body) whole(err error) bool {
	if b.meter.ended {
		return true
	}
	return errors.Is(err, io.EOF) && (!b.meter.stream || b.x.end.shape == other)
}

func isStream(h http.Header) bool {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return kind == "text/event-stream"
}
