package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestProvider asks the provider that the gateway is measured with for every
// kind of answer that ends.
func TestProvider(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(provide))
	defer s.Close()
	w := way{name: "directly", url: s.URL}
	for model, stream := range map[string]bool{inOne: false, inMany: true, inPace: true} {
		var delay []time.Duration
		first, err := w.ask(t.Context(), s.Client(), question(model, stream), &delay)
		if err != nil || first.IsZero() {
			t.Errorf("%s: first bytes at %v, %v", model, first, err)
		}
		if want := map[string]int{inPace: paceEvents}[model]; len(delay) != want {
			t.Errorf("%s: %d events tell when they were sent, want %d", model, len(delay), want)
		}
		if _, err := w.ask(t.Context(), s.Client(), question(model, stream), nil); err != nil {
			t.Errorf("%s, read in one go: %v", model, err)
		}
	}
}

// The first text of an answer is not its first event, and what has none, or
// no end, broke off.
func TestDrainText(t *testing.T) {
	for name, test := range map[string]struct {
		stream string
		cut    bool
	}{
		"whole":   {"data: {\"type\":\"start\"}\n\ndata: {\"type\":\"text-delta\"}\n\ndata: [DONE]\n\n", false},
		"no end":  {"data: {\"type\":\"text-delta\"}\n\n", true},
		"no text": {"data: {\"type\":\"error\"}\n\ndata: [DONE]\n\n", true},
		"long":    {"data: " + strings.Repeat("x", 10_000) + "\n\ndata: text-delta\n\ndata: [DONE]\n\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			first, err := drainText(&http.Response{Body: io.NopCloser(strings.NewReader(test.stream))}, "text-delta")
			if isCut(err) != test.cut || !test.cut && (err != nil || first.IsZero()) {
				t.Errorf("first text at %v, %v", first, err)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(provide))
	defer s.Close()
	ways := []way{{name: "one", url: s.URL}, {name: "another", url: s.URL}}
	all, err := compare(t.Context(), ways, inMany, true, 3, false, 30*time.Millisecond)
	if err != nil || len(all) != len(ways) {
		t.Fatalf("%d ways, %v", len(all), err)
	}
	for i, p := range all {
		if len(p.first) == 0 || p.failed > 0 || p.perSecond <= 0 || p.p50 < p.first[0] || p.p99 < p.p50 {
			t.Errorf("%s: %+v", ways[i].name, p)
		}
	}
	ways[1].url = s.URL + "\x00"
	if _, err := compare(t.Context(), ways, inMany, true, 3, false, 30*time.Millisecond); err == nil {
		t.Error("a way that leads nowhere was measured")
	}
}

func TestCuts(t *testing.T) {
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1)%5 > 0 {
			provide(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, eventText)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}))
	defer s.Close()
	if cut, _, err := cuts(t.Context(), way{url: s.URL}, 50, 3); cut != 10 || err != nil {
		t.Errorf("%d of 50 streams were cut, %v, want 10", cut, err)
	}
	if _, _, err := cuts(t.Context(), way{url: s.URL + "\x00"}, 50, 3); err == nil {
		t.Error("streams that could not be asked for count as whole")
	}
}

func TestHold(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(provide))
	defer s.Close()
	held := false
	if err := hold(t.Context(), way{name: "directly", url: s.URL}, 20, func() { held = true }); err != nil || !held {
		t.Errorf("held is %v, %v", held, err)
	}
	if err := hold(t.Context(), way{name: "nowhere", url: s.URL + "\x00"}, 20, func() { t.Error("held nothing") }); err == nil {
		t.Error("what cannot be opened is held")
	}
}

// TestDrain holds a stream to its end, however it is cut into reads.
func TestDrain(t *testing.T) {
	whole := eventText + lastEvents
	tests := []struct {
		name string
		body io.Reader
		kind string
		cut  bool
		fail bool
	}{
		{"stream", strings.NewReader(whole), "text/event-stream", false, false},
		{"stream in crumbs", iotest.OneByteReader(strings.NewReader(whole)), "text/event-stream", false, false},
		{"stream in halves", iotest.HalfReader(strings.NewReader(whole)), "text/event-stream", false, false},
		{"stream without its end", strings.NewReader(eventText), "text/event-stream", true, false},
		{"stream without its last byte", strings.NewReader(whole[:len(whole)-1]), "text/event-stream", true, false},
		{"empty stream", strings.NewReader(""), "text/event-stream", true, false},
		{"broken stream", io.MultiReader(strings.NewReader(eventText), iotest.ErrReader(io.ErrUnexpectedEOF)), "text/event-stream", true, false},
		{"no connection", iotest.ErrReader(errors.New("no connection")), "text/event-stream", false, true},
		{"answer", strings.NewReader(wholeAnswer), "application/json", false, false},
	}
	for _, tt := range tests {
		resp := &http.Response{Header: http.Header{"Content-Type": {tt.kind}}, Body: io.NopCloser(tt.body)}
		if _, err := drain(resp); isCut(err) != tt.cut || (err != nil && !isCut(err)) != tt.fail {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestPassages(t *testing.T) {
	times := func(us ...time.Duration) (all []time.Duration) {
		for _, n := range us {
			all = append(all, n*time.Microsecond)
		}
		return all
	}
	direct := passage{result: result{perSecond: 5000, p50: 200 * time.Microsecond, p99: 300 * time.Microsecond}, first: times(200, 300)}
	bare := passage{result: result{perSecond: 2000, p50: 400 * time.Microsecond, p99: 500 * time.Microsecond, cpu: 300 * time.Microsecond}, first: times(400, 500), failed: 7}
	gateway := passage{result: result{perSecond: 1000, p50: 500 * time.Microsecond, p99: 540 * time.Microsecond, cpu: 450 * time.Microsecond}, first: times(500, 540), delay: times(5)}
	direct.delay, bare.delay = times(1), times(3)

	var all passages
	all.add(newPassageRow("one", 1, "directly", false, direct))
	all.add(newPassageRow("one", 1, "bare", true, bare))
	line := newPassageRow("one", 1, ours, true, gateway)
	line.compare(gateway, direct, bare)
	line.judge(inOne, 1, gateway, direct, bare)
	all.add(line)
	line = newPassageRow("many", 16, ours, true, gateway)
	line.judge(inMany, 16, gateway, direct, bare)
	all.add(line)
	var b strings.Builder
	all.print(&b)
	want := []string{
		"one|1|directly|0.20 ms|0.30 ms||1 µs / 1 µs||5,000|||",
		"one|1|bare|0.40 ms|0.50 ms|0.40 ms / 0.50 ms|3 µs / 3 µs|7|2,000|300 µs||",
		"one|1|gateway|0.50 ms|0.54 ms|0.50 ms / 0.54 ms|5 µs / 5 µs|0|1,000|450 µs|< 1.5×: met, p99 < + 250 µs: met|1.25× the time and 0.50× the rate of the bare proxy; first bytes +300 µs / +240 µs, bare +200 µs / +200 µs; event +4 µs / +4 µs, bare +2 µs / +2 µs",
		"many|16|gateway|0.50 ms|0.54 ms|0.50 ms / 0.54 ms|5 µs / 5 µs|0|1,000|450 µs|>= 0.6×: MISSED|",
	}
	var got []string
	for _, line := range strings.Split(strings.TrimSpace(b.String()), "\n")[2:] { // behind the two of the head
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		got = append(got, strings.Join(cells, "|"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
