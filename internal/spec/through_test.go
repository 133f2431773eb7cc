package spec

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// said is an answer on Anthropic's wire.
const said = `event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-20250514","content":[],"stop_reason":null,"usage":{"input_tokens":25,"cache_read_input_tokens":0,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"# Kettle\n\nIt is "}}

`

const saidToTheEnd = said + `event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hot."}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":8}}

event: message_stop
data: {"type":"message_stop"}

`

// The receipt is what the real gateway reports, of an answer that is whole,
// one that was kept, and one that breaks off.
func TestThroughTheGateway(t *testing.T) {
	answers := []string{saidToTheEnd, said, saidToTheEnd}
	var asked atomic.Int32
	provider := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		answer := answers[asked.Add(1)-1]
		rw.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(rw, answer)
		rw.(http.Flusher).Flush()
		if answer == said {
			panic(http.ErrAbortHandler)
		}
	}))
	defer provider.Close()
	w := newWorld(t)
	w.capture(t, "Kettle", "")
	master, err := vault.ParseKey(secret.New("T3JhbmdlcyBhcmUgbm90IHRoZSBvbmx5IGZydWl0cyE="))
	if err != nil {
		t.Fatal(err)
	}
	v := vault.New(master)
	keys := byok.New(w.store, v, byok.Options{})
	if _, err := keys.Set(t.Context(), w.ada, byok.Anthropic, secret.New("sk-ant-later02-0123456789-zAda")); err != nil {
		t.Fatal(err)
	}
	g, err := gateway.New(gateway.Options{
		Keys: keys, Usage: w.store, Prices: w.prices, Registry: w.registry, Limits: w.store, Spend: w.store,
		Answers: w.store, Vault: v, Upstreams: gateway.Upstreams{Anthropic: provider.URL},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close(t.Context())
	writer := New(Parts{Ideas: w.ideas, Keys: keys, Models: g, Registry: w.registry, Prices: w.prices, Store: w.store})

	first, err := writer.Write(t.Context(), w.ada, 1, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := first.Receipt
	if first.Body != "# Kettle\n\nIt is hot." || !first.Complete || r.TokensIn != 25 || r.TokensOut != 8 || r.KeyLast4 != "zAda" || r.CacheHit || r.Cost == nil || *r.Cost == 0 {
		t.Errorf("the first is %+v", first)
	}
	again, err := writer.Write(t.Context(), w.ada, 1, Options{}, nil)
	if err != nil || again.Version != first.Version || asked.Load() != 1 {
		t.Errorf("once more: version %d, %v, after %d requests", again.Version, err, asked.Load())
	}

	cut, err := writer.Write(t.Context(), w.ada, 1, Options{Regenerate: true}, nil)
	if err == nil || cut.Version != 2 || cut.Complete || cut.Body != "# Kettle\n\nIt is " {
		t.Errorf("broken off: %+v, %v", cut, err)
	}
	// A model that begins anew: what it repeats is dropped.
	whole, err := writer.Write(t.Context(), w.ada, 1, Options{Resume: 2}, nil)
	if err != nil || !whole.Complete || whole.Version != 2 || whole.Body != "# Kettle\n\nIt is hot." {
		t.Errorf("gone on with: %+v, %v", whole, err)
	}
}
