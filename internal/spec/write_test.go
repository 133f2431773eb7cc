package spec

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

const text = "# Solar kettle\n\n## Problem\n\nWater is cold."

func TestWrite(t *testing.T) {
	w := newWorld(t, llmtest.Say(text))
	w.capture(t, "Solar kettle", "Boil with *sun*.")
	var heard listener
	got, err := w.Write(t.Context(), w.ada, 1, Options{Instructions: "  In short. "}, &heard)
	if err != nil {
		t.Fatal(err)
	}
	cost := w.prices.Cost("anthropic", "claude-sonnet-4-20250514", llm.Usage{Input: 1, Output: 6})
	want := artifact.Artifact{
		Idea: 1, Kind: artifact.Spec, Version: 1, Body: text, Complete: true, Instructions: "In short.",
		Receipt: artifact.Receipt{
			Provider: "anthropic", Model: "claude-sonnet-4-20250514", KeyLast4: "AbCd", TokensIn: 1, TokensOut: 6,
			Cost: cost, PricesOf: w.prices.Date.Format(time.DateOnly), Retries: 1, Overhead: 250, Trimmed: []string{},
		},
		CreatedAt: w.clock.now(), UpdatedAt: w.clock.now(),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the version (-want +got):\n%s", diff)
	}
	stored, err := w.Version(t.Context(), 1, 1, 1)
	if diff := cmp.Diff(want, stored); err != nil || diff != "" {
		t.Errorf("what is stored (-want +got): %v\n%s", err, diff)
	}
	if heard.text.String() != text || heard.version != 1 || heard.provider != "anthropic" || heard.pieces != 6 {
		t.Errorf("heard %d %s %q in %d pieces", heard.version, heard.provider, heard.text.String(), heard.pieces)
	}
	call := w.model.calls[0]
	call.Done = nil
	if diff := cmp.Diff(gateway.Call{Who: w.ada, Provider: "anthropic", Purpose: usage.Spec, CacheFor: 24 * time.Hour}, call); diff != "" {
		t.Errorf("the call (-want +got):\n%s", diff)
	}
	asked := w.model.Requests()[0]
	if asked.System != system || asked.MaxTokens != maxAnswer || !strings.Contains(asked.Messages[0].Text, "Boil with *sun*.") {
		t.Errorf("asked %+v", asked)
	}
}

// What somebody reads of the neighbourhood.
func TestNeighbourhood(t *testing.T) {
	w := newWorld(t, llmtest.Say(text))
	ctx := t.Context()
	main := w.capture(t, "Solar kettle for the balcony", "Boil.")
	parent := w.capture(t, "Heat from light", "PARENT BODY")
	waits := w.capture(t, "A lens", strings.Repeat("L", relatedText+1))
	old := w.capture(t, "Old kettle idea", "OLD BODY")
	near := w.capture(t, "Kettle on wind", "NEAR BODY")
	w.capture(t, "Something else", "FAR BODY")
	gone := w.capture(t, "Kettle of archived tin", "GONE BODY")
	if _, err := w.ideas.Edit(ctx, 1, main, idea.Patch{Parent: &parent}, nil); err != nil {
		t.Fatal(err)
	}
	for _, r := range []idea.RelationDraft{
		{Source: waits, Target: main, Type: idea.RelBlocks, Note: "needs it"},
		{Source: main, Target: old, Type: idea.RelSupersedes},
		{Source: parent, Target: main, Type: idea.RelInspires},
	} {
		if _, err := w.ideas.Relate(ctx, 1, r, false); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []int64{old, gone} {
		if err := w.ideas.Archive(ctx, 1, n); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write(ctx, w.ada, main, Options{}, nil); err != nil {
		t.Fatal(err)
	}
	page := w.model.Requests()[0].Messages[0].Text
	for _, want := range []string{
		"related] #2 Heat from light (captured). This idea branched from it. It inspired this idea.\n",
		"PARENT BODY",
		"related] #3 A lens (captured). This idea waits for it.\n",
		"note] needs it\n",
		strings.Repeat("L", relatedText) + " …\n",
		"related] #4 Old kettle idea (captured). This idea replaces it. It is archived.\n",
		"near] #5 Kettle on wind (captured)\n",
		"NEAR BODY",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing in:\n%s", want, page)
		}
	}
	for _, other := range []string{"FAR BODY", "OLD BODY", "GONE BODY", "near] #1", "near] #4"} {
		if strings.Contains(page, other) {
			t.Errorf("%q is there: #%d should be alone near", other, near)
		}
	}
}

func TestChoice(t *testing.T) {
	all := keys{byok.Anthropic: "AAAA", byok.OpenAI: "OOOO", byok.OpenRouter: "RRRR"}
	tests := []struct {
		name      string
		keys      keys
		preferred byok.Provider
		o         Options
		wire      string // of the model that is asked
		fails     fault.Kind
		says      string
	}{
		{"no key", keys{}, "", Options{}, "", fault.Forbidden, "add one under Settings"},
		{"a key that no longer opens", keys{byok.OpenAI: "lost"}, "", Options{}, "", fault.Forbidden, "add one under Settings"},
		{"the first", all, "", Options{}, "claude-sonnet-4-20250514", 0, ""},
		{"the preferred", all, byok.OpenAI, Options{}, "gpt-4o", 0, ""},
		{"a provider", all, byok.OpenAI, Options{Provider: byok.OpenRouter}, "openrouter/auto", 0, ""},
		{"a provider without a key", keys{byok.OpenAI: "OOOO"}, "", Options{Provider: byok.Anthropic}, "", fault.Forbidden, "No Anthropic key is stored"},
		{"a provider whose key is lost", keys{byok.OpenAI: "OOOO", byok.Anthropic: "lost"}, "", Options{Provider: byok.Anthropic}, "", fault.Forbidden, "paste it again"},
		{"no provider of ours", all, "", Options{Provider: "workers-ai"}, "", fault.Invalid, "provider must be one of"},
		{"a model", all, "", Options{Model: "haiku"}, "claude-haiku-4-5-20251001", 0, ""},
		{"a model of another provider", all, "", Options{Model: "GPT-4o-mini"}, "gpt-4o-mini", 0, ""},
		{"a model of a provider without a key", keys{byok.Anthropic: "AAAA"}, "", Options{Model: "gpt-4o"}, "", fault.Forbidden, "No OpenAI key is stored"},
		{"any model of OpenRouter", all, "", Options{Model: "maker/model"}, "maker/model", 0, ""},
		{"a model that its provider does not have", all, "", Options{Provider: byok.OpenAI, Model: "opus"}, "", fault.Invalid, "model must be one of: gpt-4o, gpt-4o-mini"},
		{"no model", all, "", Options{Model: "nonsense"}, "", fault.Invalid, "model must be one of: sonnet, haiku, opus, gpt-4o"},
		{"a model for something else", all, "", Options{Model: "qwen-30b"}, "", fault.Invalid, "model must be one of"},
		{"long instructions", all, "", Options{Instructions: strings.Repeat("x", MaxInstructions+1)}, "", fault.Invalid, "instructions has 4001 characters"},
		{"a contradiction", all, "", Options{Resume: 1, Regenerate: true}, "", fault.Invalid, "regenerate cannot"},
		{"other instructions", all, "", Options{Resume: 1, Instructions: "x"}, "", fault.Invalid, "instructions cannot"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, llmtest.Say(text))
			*w.keys = tt.keys
			w.capture(t, "Solar kettle", "")
			w.ada.Preferred = tt.preferred
			var heard listener
			got, err := w.Write(t.Context(), w.ada, 1, tt.o, &heard)
			if tt.says != "" {
				if fault.KindOf(err) != tt.fails || !strings.Contains(fault.Message(err), tt.says) {
					t.Errorf("failed with %v, want %q", err, tt.says)
				}
				if list, err := w.Versions(t.Context(), 1, 1); err != nil || len(list) != 0 || heard.version != 0 || len(w.model.Requests()) != 0 {
					t.Error("something was asked, told or kept")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if model := w.model.Requests()[0].Model; model != tt.wire || got.Receipt.Model != tt.wire {
				t.Errorf("%s was asked and %s is on the receipt, want %s", model, got.Receipt.Model, tt.wire)
			}
		})
	}
	w := newWorld(t)
	if _, err := w.Write(t.Context(), w.ada, 7, Options{}, nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("an idea that is not there: %v", err)
	}
}

// Whatever ends the writing, what had arrived is kept, and can be gone on
// with.
func TestWhatArrivedIsKept(t *testing.T) {
	overloaded := &llm.Error{Kind: llm.Overloaded, Provider: llm.Anthropic}
	const first, rest = "# Kettle\n\nWater is ", "cold.\n"
	tests := []struct {
		name string
		turn llmtest.Turn
		stop func(w *world, cancel context.CancelFunc) error // on the first text that is heard
		kind fault.Kind
	}{
		{"the provider fails", llmtest.Fail(first, overloaded), nil, fault.Unavailable},
		{"the person stops", llmtest.Hang(first), func(_ *world, cancel context.CancelFunc) error { cancel(); return nil }, fault.Unavailable},
		{"the person is gone", llmtest.Hang(first), func(*world, context.CancelFunc) error { return errors.New("hung up") }, fault.Internal},
		{"the server stops", llmtest.Hang(first), func(w *world, _ context.CancelFunc) error {
			over, cancel := context.WithCancel(context.Background())
			cancel()
			_ = w.Close(over) // which does not wait
			return nil
		}, fault.Unavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, tt.turn, llmtest.Say(rest))
			w.capture(t, "Kettle", "")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			heard := listener{on: func(string) error {
				if tt.stop != nil {
					return tt.stop(w, cancel)
				}
				return nil
			}}
			got, err := w.Write(ctx, w.ada, 1, Options{Instructions: "In short."}, &heard)
			if err == nil || fault.KindOf(err) != tt.kind {
				t.Errorf("failed with %v", err)
			}
			if got.Version != 1 || got.Body != first || got.Complete {
				t.Errorf("returned %+v", got)
			}
			kept, err := w.Version(t.Context(), 1, 1, 1)
			if err != nil || kept.Body != first || kept.Complete || kept.Receipt.Provider != "anthropic" {
				t.Errorf("kept %+v, %v", kept, err)
			}

			if tt.name == "the server stops" {
				if _, err := w.Write(t.Context(), w.ada, 1, Options{}, nil); fault.KindOf(err) != fault.Unavailable {
					t.Errorf("a server that stops begins anew: %v", err)
				}
				return
			}
			w.clock.pass(time.Minute)
			var more listener
			got, err = w.Write(t.Context(), w.ada, 1, Options{Resume: 1}, &more)
			if err != nil {
				t.Fatal(err)
			}
			if got.Version != 1 || got.Body != first+rest || !got.Complete || got.Instructions != "In short." {
				t.Errorf("went on to %+v", got)
			}
			if more.version != 1 || more.text.String() != rest {
				t.Errorf("heard %d %q", more.version, more.text.String())
			}
			if r := got.Receipt; r.Retries != 2 || r.Overhead != 500 || r.TokensOut != 1 {
				t.Errorf("the receipts were not added up: %+v", r)
			}
			messages := w.model.Requests()[1].Messages
			if len(messages) != 3 || messages[1].Text != "# Kettle\n\nWater is" || messages[1].Role != llm.Assistant {
				t.Errorf("asked with %+v", messages)
			}
			if !strings.Contains(messages[0].Text, "In short.") {
				t.Error("the instructions are forgotten")
			}
			if _, err := w.Write(t.Context(), w.ada, 1, Options{Resume: 1}, nil); !fault.Is(err, fault.Conflict) {
				t.Errorf("what is complete is gone on with: %v", err)
			}
		})
	}
}

func TestResumeFails(t *testing.T) {
	refused := &llm.Error{Kind: llm.BadKey, Provider: llm.Anthropic}
	w := newWorld(t, llmtest.Fail("Some ", refused), llmtest.Fail("", refused), llmtest.Say(""))
	w.capture(t, "Kettle", "")
	if _, err := w.Write(t.Context(), w.ada, 1, Options{}, nil); !fault.Is(err, fault.Forbidden) {
		t.Fatal(err)
	}
	before, _ := w.Version(t.Context(), 1, 1, 1)
	var heard listener
	got, err := w.Write(t.Context(), w.ada, 1, Options{Resume: 1}, &heard)
	if !fault.Is(err, fault.Forbidden) || got.Version != 0 || heard.version != 0 {
		t.Errorf("returned %+v, %v, heard %d", got, err, heard.version)
	}
	if after, _ := w.Version(t.Context(), 1, 1, 1); cmp.Diff(before, after) != "" {
		t.Errorf("nothing came, and the version changed: %+v", after)
	}
	if _, err := w.Write(t.Context(), w.ada, 1, Options{Resume: 7}, nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("a version that is not there: %v", err)
	}
	// Nothing more was to be said: it was complete.
	got, err = w.Write(t.Context(), w.ada, 1, Options{Resume: 1}, &heard)
	if err != nil || !got.Complete || got.Body != "Some " || heard.version != 1 {
		t.Errorf("at the end %+v, %v, heard %d", got, err, heard.version)
	}
}

func TestNothingArrives(t *testing.T) {
	down := &llm.Error{Kind: llm.RateLimited, Provider: llm.Anthropic, RetryAfter: time.Minute}
	w := newWorld(t, llmtest.Fail("", down), llmtest.Say(" \n"), part("", llm.StopLength))
	w.capture(t, "Kettle", "")
	for i, want := range []fault.Kind{fault.Limited, fault.Unavailable, fault.Unavailable} {
		var heard listener
		got, err := w.Write(t.Context(), w.ada, 1, Options{}, &heard)
		if got.Version != 0 || fault.KindOf(err) != want || heard.version != 0 {
			t.Errorf("%d: %+v, %v, heard %d", i, got, err, heard.version)
		}
	}
	if list, err := w.Versions(t.Context(), 1, 1); err != nil || len(list) != 0 {
		t.Errorf("kept %v, %v", list, err)
	}
}

func TestAnAnswerThatIsTooLongGoesOn(t *testing.T) {
	w := newWorld(t, part("# A\n\nOne tw", llm.StopLength), part("two three ", llm.StopLength), llmtest.Say("three four."))
	w.capture(t, "Kettle", "")
	var heard listener
	got, err := w.Write(t.Context(), w.ada, 1, Options{}, &heard)
	if want := "# A\n\nOne two three four."; err != nil || got.Body != want || !got.Complete || heard.text.String() != want {
		t.Errorf("%+v, %v, heard %q", got, err, heard.text.String())
	}
	if got.Receipt.TokensIn != 3 || got.Receipt.Retries != 3 {
		t.Errorf("the receipt is %+v", got.Receipt)
	}

	w = newWorld(t, part("One ", llm.StopLength), part("two ", llm.StopLength), part("three ", llm.StopLength), llmtest.Say("four."))
	w.capture(t, "Kettle", "")
	got, err = w.Write(t.Context(), w.ada, 1, Options{}, nil)
	if err != nil || got.Body != "One two three " || got.Complete {
		t.Errorf("without an end: %+v, %v", got, err)
	}
	got, err = w.Write(t.Context(), w.ada, 1, Options{Resume: got.Version}, nil)
	if err != nil || got.Body != "One two three four." || !got.Complete {
		t.Errorf("gone on with: %+v, %v", got, err)
	}
}

func TestAQuestionThatIsTooLongIsShortened(t *testing.T) {
	tooLong := llmtest.Fail("", &llm.Error{Kind: llm.TooLong, Provider: llm.Anthropic})
	w := newWorld(t, tooLong, tooLong, llmtest.Say(text), tooLong, tooLong, tooLong, tooLong, tooLong)
	w.capture(t, "Kettle", strings.Repeat("long ", idea.MaxBody/5))
	got, err := w.Write(t.Context(), w.ada, 1, Options{}, nil)
	if err != nil || !got.Complete {
		t.Fatal(got, err)
	}
	var sizes []int
	for _, r := range w.model.Requests() {
		sizes = append(sizes, llm.Tokens(r.Messages[0].Text))
	}
	if !(sizes[0] == sizes[1] && sizes[2] > 20_000) && !(sizes[2] < sizes[0]) {
		t.Errorf("asked with %v tokens", sizes)
	}
	if got.Receipt.Cost == nil {
		t.Error("the refused questions make the cost unknown")
	}
	if _, err := w.Write(t.Context(), w.ada, 1, Options{Regenerate: true}, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("a model that takes nothing: %v", err)
	}
	last := w.model.Requests()[len(w.model.Requests())-1]
	if n := llm.Tokens(last.Messages[0].Text) + llm.Tokens(last.System) + last.MaxTokens; n > 2*minRoom {
		t.Errorf("the last try has %d tokens", n)
	}
}

func TestTrimmedIsOnTheReceipt(t *testing.T) {
	w := newWorld(t, llmtest.Say(text))
	*w.keys = keys{byok.OpenAI: "OOOO"}
	// More than a window of 128,000 holds: 3 bytes each, which count as many.
	w.capture(t, "Kettle", strings.Repeat("አ", idea.MaxBody))
	got, err := w.Write(t.Context(), w.ada, 1, Options{}, nil)
	if err != nil || len(got.Receipt.Trimmed) != 1 || !strings.HasSuffix(got.Receipt.Trimmed[0], "characters of the idea's text") {
		t.Fatalf("%+v, %v", got.Receipt, err)
	}
	if page := w.model.Requests()[0].Messages[0].Text; !strings.Contains(page, "left out for lack of room] "+got.Receipt.Trimmed[0]) {
		t.Error("the model is not told")
	}
}

func TestTheSameQuestionGivesTheSameVersion(t *testing.T) {
	w := newWorld(t, llmtest.Say(text), llmtest.Say(text), llmtest.Say(text), llmtest.Say(text+" It is."), llmtest.Say(text))
	w.capture(t, "Kettle", "")
	write := func(o Options) (artifact.Artifact, *listener) {
		t.Helper()
		var heard listener
		a, err := w.Write(t.Context(), w.ada, 1, o, &heard)
		if err != nil {
			t.Fatal(err)
		}
		return a, &heard
	}
	first, _ := write(Options{})
	again, heard := write(Options{})
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("once more (-want +got):\n%s", diff)
	}
	if heard.version != 1 || heard.text.String() != text {
		t.Errorf("heard %d %q", heard.version, heard.text.String())
	}
	if fresh, _ := write(Options{Regenerate: true}); fresh.Version != 2 || fresh.Receipt.CacheHit || !w.model.calls[2].Fresh {
		t.Errorf("made anew: %+v", fresh)
	}
	// An answer that only begins alike is another one.
	if other, heard := write(Options{Instructions: "Longer."}); other.Version != 3 || heard.text.String() != text+" It is." {
		t.Errorf("another one: %d, heard %q", other.Version, heard.text.String())
	}
	// The gateway has this one, but another version came since.
	got, heard := write(Options{})
	if got.Version != 4 || !got.Receipt.CacheHit || *got.Receipt.Cost != 0 || heard.version != 4 || heard.text.String() != text {
		t.Errorf("after another one: %+v, heard %d %q", got, heard.version, heard.text.String())
	}
}

func TestTheSameAnswerToAnotherQuestion(t *testing.T) {
	w := newWorld(t, llmtest.Say(text), llmtest.Say(text))
	w.capture(t, "Kettle", "")
	for i, o := range []Options{{}, {Instructions: "In short."}} {
		var heard listener
		got, err := w.Write(t.Context(), w.ada, 1, o, &heard)
		if err != nil || got.Version != int64(i+1) || !got.Complete || heard.text.String() != text {
			t.Errorf("%d: %+v, %v, heard %q", i, got, err, heard.text.String())
		}
	}
}

func TestABeginningThatIsTheSameIsKept(t *testing.T) {
	down := &llm.Error{Kind: llm.Network, Provider: llm.Anthropic}
	w := newWorld(t, llmtest.Say(text), llmtest.Fail("# Solar ", down), llmtest.Say("# Solar "))
	w.capture(t, "Kettle", "")
	for i, want := range []struct {
		body     string
		complete bool
	}{{text, true}, {"# Solar ", false}, {"# Solar ", true}} {
		var heard listener
		got, _ := w.Write(t.Context(), w.ada, 1, Options{}, &heard)
		if got.Version != int64(i+1) || got.Body != want.body || got.Complete != want.complete || heard.text.String() != want.body {
			t.Errorf("%d: %+v, heard %q", i, got, heard.text.String())
		}
	}
}

func TestProgressIsSaved(t *testing.T) {
	w := newWorld(t, llmtest.Say("one two three four five six"))
	w.capture(t, "Kettle", "")
	var kept []string
	heard := listener{on: func(string) error {
		a, err := w.Version(t.Context(), 1, 1, 1)
		if err != nil || a.Complete {
			t.Errorf("while it is written: %+v, %v", a, err)
		}
		kept = append(kept, a.Body)
		w.clock.pass(saveEvery / 2)
		return nil
	}}
	if _, err := w.Write(t.Context(), w.ada, 1, Options{}, &heard); err != nil {
		t.Fatal(err)
	}
	want := []string{"one ", "one ", "one two three ", "one two three ", "one two three four five ", "one two three four five "}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Errorf("kept with each piece (-want +got):\n%s", diff)
	}
	if a, _ := w.Version(t.Context(), 1, 1, 1); a.Receipt.Duration != (6 * saveEvery / 2).Milliseconds() {
		t.Errorf("it took %d ms", a.Receipt.Duration)
	}
}

func TestASaveThatFails(t *testing.T) {
	w := newWorld(t, llmtest.Say("one two three"), llmtest.Say("one two three"))
	w.capture(t, "Kettle", "")
	broken := errors.New("disk full")
	heard := listener{on: func(text string) error {
		w.clock.pass(2 * saveEvery)
		w.shelf.mu.Lock()
		defer w.shelf.mu.Unlock()
		w.shelf.fails = nil
		if text == "one " {
			w.shelf.fails = broken
		}
		return nil
	}}
	if got, err := w.Write(t.Context(), w.ada, 1, Options{}, &heard); err != nil || !got.Complete {
		t.Errorf("one save failed on the way: %+v, %v", got, err)
	}
	heard = listener{on: func(string) error {
		w.shelf.mu.Lock()
		defer w.shelf.mu.Unlock()
		w.shelf.fails = broken
		return nil
	}}
	if _, err := w.Write(t.Context(), w.ada, 1, Options{Regenerate: true}, &heard); !errors.Is(err, broken) {
		t.Errorf("the last save failed: %v", err)
	}
}

func TestTwoAtOnce(t *testing.T) {
	w := newWorld(t, llmtest.Say(text), llmtest.Say(text))
	w.capture(t, "Kettle", "")
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			if a, err := w.Write(context.Background(), w.ada, 1, Options{Regenerate: true}, nil); err != nil || a.Body != text {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	group.Wait()
	list, err := w.Versions(t.Context(), 1, 1)
	if err != nil || len(list) != 2 || list[0].Version != 2 || list[0].Body != "" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestNobodyElseGoesOn(t *testing.T) {
	w := newWorld(t, llmtest.Hang("one "), llmtest.Say("two"))
	w.capture(t, "Kettle", "")
	ctx, stop := context.WithCancel(t.Context())
	heard := listener{on: func(string) error {
		// The one who waits for it is let in when it ends, and not before.
		soon, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := w.Write(soon, w.ada, 1, Options{Resume: 1}, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("two go on at once: %v", err)
		}
		stop()
		return nil
	}}
	if _, err := w.Write(ctx, w.ada, 1, Options{}, &heard); err == nil {
		t.Fatal("nobody stopped it")
	}
	if got, err := w.Write(t.Context(), w.ada, 1, Options{Resume: 1}, nil); err != nil || got.Body != "one two" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestClaimIsNotWaitedForWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWork()
		at := place{1, 1, 1}
		release, err := w.claim(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.claim(t.Context(), at); !fault.Is(err, fault.Conflict) {
			t.Errorf("the second gets %v", err)
		}
		time.AfterFunc(time.Second, release)
		again, err := w.claim(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		again()
	})
}

func TestCloseWaits(t *testing.T) {
	w := newWorld(t, llmtest.Hang("one "))
	w.capture(t, "Kettle", "")
	begun := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		heard := listener{on: func(string) error { close(begun); return nil }}
		if _, err := w.Write(context.Background(), w.ada, 1, Options{}, &heard); !strings.Contains(fault.Message(err), "stopping") {
			t.Errorf("ended with %v", err)
		}
	}()
	<-begun
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a, err := w.Version(t.Context(), 1, 1, 1); err != nil || a.Body != "one " || a.Complete {
		t.Errorf("kept %+v, %v", a, err)
	}
	<-ended
}

func TestWhatCannotBeKept(t *testing.T) {
	endless := llmtest.Turn{}
	for range 2 * maxText / 1000 {
		endless.Parts = append(endless.Parts, llm.Text(strings.Repeat("endless ", 125)))
	}
	w := newWorld(t, endless, llmtest.Say("nul\x00 and void"))
	w.capture(t, "Kettle", "")
	got, err := w.Write(t.Context(), w.ada, 1, Options{}, nil)
	if !fault.Is(err, fault.Unavailable) || got.Version != 1 || got.Complete || len(got.Body) < maxText/2 || len(got.Body) > maxText {
		t.Errorf("without an end: %d bytes, %v", len(got.Body), err)
	}
	if got, err := w.Write(t.Context(), w.ada, 1, Options{}, nil); err != nil || got.Body != "nul and void" {
		t.Errorf("%q, %v", got.Body, err)
	}
}

// Whoever goes on asks the model that began, under whatever name it answered.
func TestTheSameModelGoesOn(t *testing.T) {
	for _, tt := range []struct {
		name    string
		begun   Options
		answers string // what the model calls itself
		o       Options
		keys    keys
		want    string
	}{
		{"the same name", Options{Model: "haiku"}, "claude-haiku-4-5-20251001", Options{}, nil, "claude-haiku-4-5-20251001"},
		{"with the day", Options{Model: "gpt-4o-mini"}, "gpt-4o-mini-2024-07-18", Options{}, nil, "gpt-4o-mini"},
		{"one that is gone", Options{Model: "gpt-4o-mini"}, "o9", Options{}, nil, "gpt-4o"},
		{"any", Options{Provider: byok.OpenRouter}, "maker/model", Options{}, nil, "maker/model"},
		{"another that is asked for", Options{Model: "haiku"}, "claude-haiku-4-5-20251001", Options{Model: "gpt-4o"}, nil, "gpt-4o"},
		{"another, for want of its key", Options{Model: "haiku"}, "claude-haiku-4-5-20251001", Options{}, keys{byok.OpenAI: "OOOO"}, "gpt-4o"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begun := part("One ", llm.StopOther)
			begun.Parts[len(begun.Parts)-1] = llm.Stop{Reason: llm.StopOther, Model: tt.answers}
			w := newWorld(t, begun, llmtest.Say("two."))
			*w.keys = keys{byok.Anthropic: "AAAA", byok.OpenAI: "OOOO", byok.OpenRouter: "RRRR"}
			w.capture(t, "Kettle", "")
			got, err := w.Write(t.Context(), w.ada, 1, tt.begun, nil)
			if err != nil || got.Complete || got.Receipt.Model != tt.answers {
				t.Fatalf("%+v, %v", got, err)
			}
			if tt.keys != nil {
				*w.keys = tt.keys
			}
			tt.o.Resume = 1
			if got, err = w.Write(t.Context(), w.ada, 1, tt.o, nil); err != nil || !got.Complete {
				t.Fatalf("%+v, %v", got, err)
			}
			if asked := w.model.Requests()[1].Model; asked != tt.want {
				t.Errorf("%s goes on, want %s", asked, tt.want)
			}
		})
	}
}

func TestRestore(t *testing.T) {
	w := newWorld(t, llmtest.Say("one"), llmtest.Say("two"))
	w.capture(t, "Kettle", "")
	for range 2 {
		if _, err := w.Write(t.Context(), w.ada, 1, Options{Regenerate: true}, nil); err != nil {
			t.Fatal(err)
		}
	}
	w.clock.pass(time.Hour)
	got, err := w.Restore(t.Context(), 1, 1, 1)
	if err != nil || got.Version != 3 || got.Body != "one" || got.RestoredFrom != 1 || !got.Complete || !got.CreatedAt.Equal(w.clock.now()) {
		t.Errorf("%+v, %v", got, err)
	}
	if stored, err := w.Version(t.Context(), 1, 1, 3); err != nil || cmp.Diff(got, stored) != "" {
		t.Errorf("%+v, %v", stored, err)
	}
	for _, f := range []func() error{
		func() error { _, err := w.Restore(t.Context(), 1, 1, 9); return err },
		func() error { _, err := w.Restore(t.Context(), 2, 1, 1); return err },
		func() error { _, err := w.Version(t.Context(), 2, 1, 1); return err },
		func() error { _, err := w.Versions(t.Context(), 2, 1); return err },
		func() error { _, err := w.Versions(t.Context(), 1, 9); return err },
	} {
		if err := f(); !fault.Is(err, fault.NotFound) {
			t.Errorf("what is not there: %v", err)
		}
	}
}
