package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// visit is what the door knows of a request while it is inside.
type visit struct {
	id      string
	from    netip.Addr // the client; invalid if it cannot be told
	failure error      // what it was refused with, if it was
}

type visitKey struct{}

// clientOf returns the address that a request came from.
func clientOf(ctx context.Context) netip.Addr {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.from
	}
	return netip.Addr{}
}

// requestOf returns the id of a request, as X-Request-Id tells the client.
func requestOf(ctx context.Context) string {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.id
	}
	return ""
}

// client returns the address of the client: that of the connection, or the
// one that a trusted proxy saw.
func (s *server) client(r *http.Request) netip.Addr {
	if s.TrustProxy {
		if all := r.Header.Values("X-Forwarded-For"); len(all) > 0 {
			last := all[len(all)-1]
			last = last[strings.LastIndexByte(last, ',')+1:]
			if from, err := netip.ParseAddr(strings.TrimSpace(last)); err == nil {
				return from
			}
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return from.Addr()
}

// door is what every request passes first and last: it gives it an id, sets
// the headers that all answers have, catches panics, and writes the log.
func (s *server) door(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{id: strings.ToLower(rand.Text()), from: s.client(r)}
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		h := w.Header()
		h.Set("X-Request-Id", v.id)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		answer := &response{ResponseWriter: w}
		start := time.Now()

		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.rescue(answer, r, p)
			}
			answer.finish()
			s.logVisit(r, v, answer.status, time.Since(start))
		}()
		next.ServeHTTP(answer, r)
	})
}

// rescue answers a request whose handler panicked. If a part of the answer is
// out already, the connection is cut, so that nobody takes it for the whole.
func (s *server) rescue(w *response, r *http.Request, p any) {
	err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	if w.sent {
		noteFailure(r.Context(), err)
		s.logVisit(r, r.Context().Value(visitKey{}).(*visit), w.status, 0)
		panic(http.ErrAbortHandler)
	}
	answerError(w, r, err)
}

// logVisit writes one line about a request. What went wrong on the server is
// an error with its cause; everything else is for whoever debugs a client.
func (s *server) logVisit(r *http.Request, v *visit, status int, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("request", v.id),
		slog.String("method", r.Method),
		slog.String("path", withoutKeys(r.URL.Path)),
		slog.Int("status", status),
		slog.Duration("took", took),
	}
	if client := r.Header.Get("X-NeuralRepo-Client"); client != "" {
		attrs = append(attrs, slog.String("client", withoutKeys(client)))
	}
	level, msg := slog.LevelDebug, "request"
	if v.failure != nil {
		attrs = append(attrs, slog.String("cause", withoutKeys(v.failure.Error())))
		hungUp := r.Context().Err() != nil
		if k := fault.KindOf(v.failure); (k == fault.Internal || k == fault.Unavailable) && !hungUp {
			level, msg = slog.LevelError, "request failed"
		}
	}
	s.Log.LogAttrs(r.Context(), level, msg, attrs...)
}

// unknown answers what no route is for: 405 if another method would do,
// else 404.
func (s *server) unknown(mux *http.ServeMux) http.HandlerFunc {
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	return func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, m := range methods {
			try := *r
			try.Method = m
			if _, pattern := mux.Handler(&try); pattern != "/" {
				allowed = append(allowed, m)
			}
		}
		if allowed == nil {
			answerError(w, r, fault.New(fault.NotFound, "There is nothing at %s: see %s/openapi.json for what there is", withoutKeys(r.URL.Path), Prefix))
			return
		}
		list := strings.Join(allowed, ", ")
		w.Header().Set("Allow", list)
		answerError(w, r, fault.New(fault.NotAllowed, "%s is not possible here: use %s", r.Method, list))
	}
}
