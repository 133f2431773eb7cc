package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/usage"
)

func TestRecorderOutage(t *testing.T) {
	m, out := newMemory(), &logged{}
	r := newRecorder(m, slog.New(slog.NewTextHandler(out, nil)))
	m.fails = errDisk
	const more = 1000
	for i := range maxWaiting + more {
		r.add(usage.Request{ID: fmt.Sprint(i)})
		if i%5000 == 0 {
			if err := r.flush(t.Context()); err == nil {
				t.Fatal("a store that fails wrote")
			}
		}
	}
	if len(r.waiting) != maxWaiting || r.dropped != more {
		t.Errorf("%d wait, %d were dropped", len(r.waiting), r.dropped)
	}
	if n := strings.Count(out.String(), "cannot write"); n != 1 {
		t.Errorf("the log tells %d times that the store fails", n)
	}
	m.fails = nil
	if err := r.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(m.records) != maxWaiting || r.waiting != nil || m.records[0].ID != "0" || m.records[maxWaiting-1].ID != fmt.Sprint(maxWaiting-1) {
		t.Errorf("%d records were written", len(m.records))
	}
	for _, want := range []string{"written again", "were lost", "dropped=1000"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, out)
		}
	}
}

func TestRecorderCloses(t *testing.T) {
	m := newMemory()
	r := newRecorder(m, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { r.run(ctx); close(done) }()
	for i := range 2 * maxBatch {
		r.add(usage.Request{ID: fmt.Sprint(i)})
	}
	stop()
	<-done
	if err := r.close(t.Context()); err != nil || len(m.records) != 2*maxBatch {
		t.Errorf("%d records were written, %v", len(m.records), err)
	}
	m.fails = errDisk
	r.add(usage.Request{ID: "last"})
	if err := r.close(t.Context()); err == nil || !strings.Contains(err.Error(), "1 records of AI requests are lost") {
		t.Errorf("close: %v", err)
	}
}
