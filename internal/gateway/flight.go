package gateway

import (
	"context"
	"io"
	"net/http"
	"sync"

	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// flight is one answer of a provider that several requests of the same owner
// wait for. It is fetched on nobody's context but its own, which ends when
// the last of them has left.
//
// It remembers what has arrived, up to maxAnswer; of a longer answer it
// forgets the beginning, lets nobody new on board, and goes as fast as the
// slowest reader.
type flight struct {
	ctx    context.Context
	cancel context.CancelFunc

	landed  chan struct{} // closed when the answer has begun, or failed
	failure error
	status  int
	header  http.Header
	length  int64

	mu      sync.Mutex
	changed *sync.Cond
	aboard  int
	readers map[*flightReader]struct{}
	text    []byte
	gone    int64 // bytes that were forgotten, before text
	err     error // that ended the answer
	outcome usage.Outcome
	over    bool // outcome is set
}

func newFlight(ctx context.Context) *flight {
	f := &flight{landed: make(chan struct{}), aboard: 1, readers: map[*flightReader]struct{}{}}
	f.ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
	f.changed = sync.NewCond(&f.mu)
	return f
}

// join takes one more on board, if there is still all of the answer to be had.
func (f *flight) join() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.gone > 0, f.over && f.outcome != usage.Complete, !f.over && f.aboard == 0:
		return false
	}
	f.aboard++
	return true
}

// leave lets one off. With the last one the answer is not wanted any more.
func (f *flight) leave(r *flightReader) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r != nil {
		delete(f.readers, r)
	}
	f.aboard--
	if f.aboard == 0 && f.err == nil {
		f.cancel()
	}
	f.changed.Broadcast()
}

// land tells everybody how the answer begins.
func (f *flight) land(resp *http.Response) {
	f.status, f.header, f.length = resp.StatusCode, resp.Header, resp.ContentLength
	close(f.landed)
}

// fail tells everybody that there is no answer. The outcome is that of the
// record, "" if there is none.
func (f *flight) fail(err error, o usage.Outcome) {
	f.mu.Lock()
	f.failure, f.err, f.over, f.outcome = err, err, true, o
	f.mu.Unlock()
	close(f.landed)
}

// pump fetches the answer to its end.
func (f *flight) pump(from io.Reader) {
	buf := make([]byte, 8<<10)
	for {
		n, err := from.Read(buf)
		f.mu.Lock()
		f.text = append(f.text, buf[:n]...)
		if err != nil {
			f.err = err
		}
		f.changed.Broadcast()
		for f.err == nil && len(f.text) > maxAnswer && f.ctx.Err() == nil {
			if f.forget(); len(f.text) > maxAnswer {
				f.changed.Wait()
			}
		}
		f.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// forget drops what every reader has read.
func (f *flight) forget() {
	slowest := f.gone + int64(len(f.text))
	for r := range f.readers {
		slowest = min(slowest, r.at)
	}
	if len(f.readers) < f.aboard {
		slowest = f.gone // somebody has not begun to read
	}
	n := int(slowest - f.gone)
	if n == 0 {
		return
	}
	f.text = append(f.text[:0], f.text[n:]...)
	f.gone = slowest
}

// whole returns the answer, if all of it is remembered.
func (f *flight) whole() ([]byte, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text, f.gone == 0 && len(f.text) <= maxAnswer
}

// finish says how it went.
func (f *flight) finish(o usage.Outcome) {
	f.mu.Lock()
	f.outcome, f.over = o, true
	f.changed.Broadcast()
	f.mu.Unlock()
}

// flightReader is the answer as one of those on board reads it.
type flightReader struct {
	rider
	f      *flight
	at     int64
	left   bool
	unhook func() bool
}

// reader returns the answer for one of those on board.
func (f *flight) reader(g *Gateway, x *exchange) *flightReader {
	reader := &flightReader{rider: rider{g: g, x: x}, f: f}
	f.mu.Lock()
	f.readers[reader] = struct{}{}
	f.mu.Unlock()
	reader.unhook = context.AfterFunc(x.ctx, func() {
		f.mu.Lock()
		f.changed.Broadcast()
		f.mu.Unlock()
	})
	return reader
}

// Read implements io.Reader.
func (r *flightReader) Read(p []byte) (int, error) {
	f := r.f
	f.mu.Lock()
	for r.at == f.gone+int64(len(f.text)) && f.err == nil && r.x.ctx.Err() == nil && !r.left {
		f.changed.Wait()
	}
	switch have := f.text[max(r.at-f.gone, 0):]; {
	case r.left:
		f.mu.Unlock()
		return 0, http.ErrBodyReadAfterClose
	case r.x.ctx.Err() != nil:
		f.mu.Unlock()
		return 0, context.Cause(r.x.ctx)
	case len(have) > 0:
		n := copy(p, have)
		r.at += int64(n)
		f.changed.Broadcast()
		f.mu.Unlock()
		r.firstByte()
		return n, nil
	}
	err := f.err
	for !f.over {
		f.changed.Wait()
	}
	outcome := f.outcome
	f.mu.Unlock()
	r.over(outcome)
	return 0, err
}

// Close implements io.Closer.
func (r *flightReader) Close() error {
	r.f.mu.Lock()
	left := r.left
	r.left = true
	r.f.mu.Unlock()
	if left {
		return nil
	}
	r.unhook()
	r.f.leave(r)
	r.over(usage.Cancelled)
	return nil
}
