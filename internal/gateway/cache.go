package gateway

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/usage"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// CacheStore keeps sealed answers, each for its owner alone.
type CacheStore interface {
	// CachedAnswer returns an answer that is kept until later than now;
	// fault.NotFound if there is none.
	CachedAnswer(ctx context.Context, who owner.ID, key [32]byte, now time.Time) ([]byte, error)
	// KeepAnswer keeps an answer in place of one of the same key. It drops the
	// owner's oldest ones beyond a bound of its own.
	KeepAnswer(ctx context.Context, who owner.ID, key [32]byte, sealed []byte, now, until time.Time) error
	// DropAnswers deletes what expired before a time, of all owners.
	DropAnswers(ctx context.Context, before time.Time) (int64, error)
}

// CacheHeader is the header of an answer that says HIT or MISS, if the caller
// asked for answers that were kept.
const CacheHeader = "X-NeuralRepo-Cache"

const (
	maxAnswer = 4 << 20 // of an answer that is kept; longer ones only pass
	// MaxCacheFor is for how long an answer is kept at most.
	MaxCacheFor = 30 * 24 * time.Hour
	cacheTime   = 5 * time.Second // that the store may take
	dropEvery   = time.Hour
)

// answers keeps answers, and makes one of requests that are the same and at
// the same time.
type answers struct {
	store CacheStore
	vault *vault.Vault
	log   *slog.Logger

	mu      sync.Mutex
	flights map[cacheKey]*flight
	running sync.WaitGroup
}

// cacheKey tells requests apart. The owner is part of it, so nothing is ever
// shared between people.
type cacheKey struct {
	who  owner.ID
	hash [32]byte
}

func newAnswers(store CacheStore, v *vault.Vault, log *slog.Logger) *answers {
	return &answers{store: store, vault: v, log: log, flights: map[cacheKey]*flight{}}
}

// run drops answers that have expired, now and then.
func (a *answers) run(ctx context.Context, now func() time.Time) {
	if a.store == nil {
		return
	}
	tick := time.NewTicker(dropEvery)
	defer tick.Stop()
	for {
		if _, err := a.store.DropAnswers(ctx, now()); err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "cannot drop answers that have expired", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// close waits for answers that are on their way to the store.
func (a *answers) close() { a.running.Wait() }

// keeps reports whether a request is of the sort whose answers can be kept:
// one that asks a model, in JSON.
func (a *answers) keeps(x *exchange) bool {
	return a.store != nil && x.end.method == http.MethodPost && x.question.clear
}

// keyOf returns the key of a request: what is asked, in one spelling, and
// where.
func keyOf(x *exchange) (cacheKey, bool) {
	d := json.NewDecoder(bytes.NewReader(x.body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return cacheKey{}, false
	}
	if _, err := d.Token(); err != io.EOF {
		return cacheKey{}, false
	}
	canonical, err := json.Marshal(v) // with sorted keys and without white space
	if err != nil {
		return cacheKey{}, false
	}
	h := sha256.New()
	var size [8]byte
	add := func(part []byte) {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	add([]byte("neuralrepo answer 1"))
	binary.BigEndian.PutUint64(size[:], uint64(x.call.Who.Owner))
	h.Write(size[:])
	for _, part := range []string{x.call.Provider, x.upstream.base.String(), x.path, x.query} {
		add([]byte(part))
	}
	for _, name := range []string{"Anthropic-Version", "Anthropic-Beta", "Openai-Beta", "Openai-Organization", "Openai-Project"} {
		add([]byte(strings.Join(x.header.Values(name), ",")))
	}
	add(canonical)
	return cacheKey{x.call.Who.Owner, [32]byte(h.Sum(nil))}, true
}

func (k cacheKey) place(x *exchange) vault.Place {
	return vault.Place{User: x.call.Who.ID, Provider: x.call.Provider, Record: hex.EncodeToString(k.hash[:])}
}

// kept is what of an answer is kept besides its body.
type kept struct {
	Header http.Header `json:"header"`
}

// cached answers a request for which a kept answer will do.
func (g *Gateway) cached(x *exchange) (*http.Response, error) {
	key, ok := keyOf(x)
	if !ok {
		return g.ask(x)
	}
	a := g.answers
	a.mu.Lock()
	f := a.flights[key]
	if f != nil && !x.call.Fresh && f.join() {
		a.mu.Unlock()
		x.record.Hit = true
		return g.ride(x, f)
	}
	a.mu.Unlock()
	if !x.call.Fresh {
		if resp := g.recall(x, key); resp != nil {
			return resp, nil
		}
	}
	a.mu.Lock()
	if f = a.flights[key]; f != nil && !x.call.Fresh && f.join() {
		// Somebody was quicker while we looked.
		a.mu.Unlock()
		x.record.Hit = true
		return g.ride(x, f)
	}
	f = newFlight(x.ctx)
	a.flights[key] = f // in place of one that a fresh request does not want
	a.mu.Unlock()
	up := *x
	up.ctx = f.ctx
	a.running.Go(func() { g.fly(&up, key, f) })
	return g.ride(x, f)
}

// recall returns the answer that is kept, nil if there is none that opens.
func (g *Gateway) recall(x *exchange, key cacheKey) *http.Response {
	ctx, cancel := context.WithTimeout(x.ctx, cacheTime)
	defer cancel()
	sealed, err := g.answers.store.CachedAnswer(ctx, key.who, key.hash, g.now())
	if err != nil {
		if !fault.Is(err, fault.NotFound) && x.ctx.Err() == nil {
			g.slog.WarnContext(x.ctx, "cannot look for an answer that was kept", "error", err)
		}
		return nil
	}
	plain, err := g.answers.vault.OpenData(sealed, key.place(x))
	if err != nil || len(plain) < 4 {
		return nil // sealed with an earlier key, or damaged: as good as none
	}
	n := int(binary.BigEndian.Uint32(plain))
	var head kept
	if n > len(plain)-4 || json.Unmarshal(plain[4:4+n], &head) != nil {
		return nil
	}
	text := plain[4+n:]
	x.record.Hit = true
	x.record.Status = http.StatusOK
	x.record.Overhead = g.now().Sub(x.begin) - x.waited
	head.Header.Set(CacheHeader, "HIT")
	stream := isStream(head.Header)
	x.record.Stream = x.record.Stream || stream
	length := int64(len(text))
	if stream {
		length = -1
	}
	return &http.Response{
		Status: statusLine(http.StatusOK), StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: head.Header, ContentLength: length,
		Body: &replay{rider: rider{g: g, x: x}, text: text, stream: stream},
	}
}

// replay gives a kept answer out, a stream event by event.
type replay struct {
	rider
	text   []byte
	stream bool
}

func (r *replay) Read(p []byte) (int, error) {
	if len(r.text) == 0 {
		r.over(usage.Complete)
		return 0, io.EOF
	}
	n := len(r.text)
	if r.stream {
		if i := bytes.Index(r.text, []byte("\n\n")); i >= 0 {
			n = i + 2
		}
	}
	n = copy(p, r.text[:n])
	r.text = r.text[n:]
	r.firstByte()
	return n, nil
}

func (r *replay) Close() error {
	if len(r.text) == 0 {
		r.over(usage.Complete)
	}
	r.over(usage.Cancelled)
	return nil
}

// rider is the record of a request that the provider was not asked for.
type rider struct {
	g     *Gateway
	x     *exchange
	first bool
	once  sync.Once
}

func (r *rider) firstByte() {
	if !r.first {
		r.first = true
		r.x.record.FirstByte = r.g.now().Sub(r.x.begin)
	}
}

// over writes the record, if it has not been.
func (r *rider) over(o usage.Outcome) {
	r.once.Do(func() {
		if !r.x.record.Hit {
			return // the flight writes this one
		}
		r.x.record.Outcome = o
		r.g.finish(r.x, llm.Usage{}, true, false)
	})
}

// fly gets the answer for everybody who waits for it, and keeps it. The
// exchange is its own, and its record that of the one who asked first.
func (g *Gateway) fly(x *exchange, key cacheKey, f *flight) {
	defer f.cancel()
	defer func() {
		g.answers.mu.Lock()
		if g.answers.flights[key] == f {
			delete(g.answers.flights, key)
		}
		g.answers.mu.Unlock()
	}()
	resp, err := g.ask(x)
	if err != nil {
		f.fail(err, x.record.Outcome)
		return
	}
	f.land(resp)
	f.pump(resp.Body)
	resp.Body.Close()
	f.finish(x.record.Outcome)
	if x.record.Outcome == usage.Complete && resp.StatusCode == http.StatusOK {
		if text, ok := f.whole(); ok && readable(text, isStream(resp.Header), x.question.stream) {
			g.keep(x, key, resp.Header, text)
		}
	}
}

// readable reports whether an answer is one of the sort that was asked for:
// JSON, or a stream of it. A page of a proxy with status 200 is none, and to
// give it again for hours would make a moment's trouble last.
func readable(text []byte, stream, asked bool) bool {
	if stream != asked {
		return false
	}
	if !stream {
		return json.Valid(text)
	}
	for line := range bytes.Lines(text) {
		data, ok := bytes.CutPrefix(line, []byte("data:"))
		if data = bytes.TrimSpace(data); ok && !bytes.Equal(data, []byte("[DONE]")) && !json.Valid(data) {
			return false
		}
	}
	return true
}

// keep stores an answer for the next time.
func (g *Gateway) keep(x *exchange, key cacheKey, header http.Header, text []byte) {
	head, err := json.Marshal(kept{http.Header{"Content-Type": header["Content-Type"]}})
	if err != nil {
		return
	}
	plain := make([]byte, 0, 4+len(head)+len(text))
	plain = binary.BigEndian.AppendUint32(plain, uint32(len(head)))
	plain = append(append(plain, head...), text...)
	sealed, err := g.answers.vault.SealData(plain, key.place(x))
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), cacheTime)
		defer cancel()
		now := g.now()
		err = g.answers.store.KeepAnswer(ctx, key.who, key.hash, sealed, now, now.Add(min(x.call.CacheFor, MaxCacheFor)))
	}
	if err != nil {
		g.slog.WarnContext(x.ctx, "cannot keep an answer", "error", err)
	}
}

// ride waits for a flight and returns its answer.
func (g *Gateway) ride(x *exchange, f *flight) (*http.Response, error) {
	r := rider{g: g, x: x}
	select {
	case <-f.landed:
	case <-x.ctx.Done():
		f.leave(nil)
		r.over(usage.Cancelled)
		return nil, x.cancelled()
	}
	if f.failure != nil {
		f.leave(nil)
		if f.outcome != "" { // it was sent, so there is something to record
			r.over(f.outcome)
		}
		return nil, f.failure
	}
	header := f.header.Clone()
	header.Set(CacheHeader, "MISS")
	if x.record.Hit {
		header.Set(CacheHeader, "HIT")
		x.record.Overhead = g.now().Sub(x.begin) - x.waited
	}
	x.record.Status = f.status
	x.record.Stream = x.record.Stream || isStream(header)
	return &http.Response{
		Status: statusLine(f.status), StatusCode: f.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, ContentLength: f.length, Body: f.reader(g, x),
	}, nil
}
