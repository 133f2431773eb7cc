package writer

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// answers is what a model says of the week in week.
const answers = `{"summary":"Both new ideas are about what a household forgets.","connections":[{"a":2,"b":3,"reason":"Both end in a reminder."}],"nudges":[{"id":1,"text":"Ask one neighbour first."}]}`

// week captures #1, which is forgotten, and #2 and #3, which are new.
func (w *world) week(t testing.TB) {
	t.Helper()
	w.capture(t, 50, idea.Draft{Title: "Tool library", Body: "Lend ladders."})
	w.capture(t, 3, idea.Draft{Title: "Kettle", Body: "It remembers.", Tags: []string{"kitchen"}})
	w.capture(t, 2, idea.Draft{Title: "Fridge list"})
	w.close = []digest.Connection{{A: digest.Ref{Number: 2, Title: "Kettle"}, B: digest.Ref{Number: 3, Title: "Fridge list"}, Score: 0.6, Reason: "Close in meaning."}}
}

func TestLetterWithAModel(t *testing.T) {
	w := newWorld(t, llmtest.Say(answers))
	*w.keys.provider = byok.Anthropic
	w.week(t)
	w.pass(t, sunday)
	list := w.letters(t)
	if len(list) != 1 {
		t.Fatalf("%d letters", len(list))
	}
	d := list[0]
	if d.Summary == "" || !d.Connections[0].ByModel || d.Connections[0].Reason != "Both end in a reminder." || d.Stale[0].Nudge != "Ask one neighbour first." {
		t.Errorf("the model's part is not there: %+v", d.Content)
	}
	if d.AI.State != digest.AIDone || d.AI.Receipt == nil || d.AI.Receipt.KeyLast4 != "AbCd" || d.AI.Receipt.Provider != llm.Anthropic || d.AI.Receipt.TokensOut == 0 {
		t.Errorf("the receipt is %+v", d.AI)
	}
	if !d.Until.Equal(sunday) || !d.From.Equal(sunday.AddDate(0, 0, -7)) || d.Subject != "Your week in ideas: 2 new ideas" {
		t.Errorf("%q, from %v to %v", d.Subject, d.From, d.Until)
	}
	call, asked := w.model.calls[0], w.model.Requests()[0]
	if call.Purpose != usage.Digest || call.CacheFor < digest.MaxLate || call.Who.Owner != w.ada.Owner || asked.Schema == nil || asked.MaxTokens == 0 || asked.MaxTokens > maxAnswer {
		t.Errorf("called with %+v", call)
	}
	if !json.Valid(shape.JSON) {
		t.Error("the schema is no JSON")
	}
	if text := asked.Messages[0].Text; !strings.Contains(text, "Lend ladders.") || !strings.Contains(text, "a=2 b=3") {
		t.Errorf("asked:\n%s", text)
	}
}

// Whatever the model does, the letter is there, in time, with what the library
// knows.
func TestLetterWithoutAModelsPart(t *testing.T) {
	down := fault.New(fault.Unavailable, "The provider cannot be reached.")
	for name, c := range map[string]struct {
		turns []llmtest.Turn
		key   byok.Provider
		want  digest.AIState
	}{
		"no key":         {nil, "", digest.AINone},
		"down":           {[]llmtest.Turn{llmtest.Fail("", down)}, byok.OpenAI, digest.AIFailed},
		"no money left":  {[]llmtest.Turn{llmtest.Fail("", fault.New(fault.Limited, "The limit of this month is reached."))}, byok.OpenAI, digest.AIFailed},
		"cut off":        {[]llmtest.Turn{llmtest.Fail(answers[:70], errors.New("connection reset"))}, byok.OpenAI, digest.AIFailed},
		"nonsense":       {[]llmtest.Turn{llmtest.Say("la la la la")}, byok.OpenAI, digest.AIFailed},
		"embarrassing":   {[]llmtest.Turn{llmtest.Say(`{"summary":"As an AI language model I cannot see any ideas."}`)}, byok.OpenAI, digest.AIFailed},
		"of other ideas": {[]llmtest.Turn{llmtest.Say(`{"nudges":[{"id":99,"text":"Think of something."}]}`)}, byok.OpenAI, digest.AIFailed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, c.turns...)
			*w.keys.provider = c.key
			w.week(t)
			w.pass(t, sunday)
			list := w.letters(t)
			if len(list) != 1 {
				t.Fatalf("%d letters", len(list))
			}
			d := list[0]
			if d.AI.State != c.want || (d.AI.Receipt != nil) != (c.want == digest.AIFailed) {
				t.Errorf("the model's part is %+v, want %s", d.AI, c.want)
			}
			if d.Summary != "" || d.Connections[0].Reason != "Close in meaning." || d.Connections[0].ByModel || d.Stale[0].Nudge != "" || d.NewTotal != 2 {
				t.Errorf("it says %+v", d.Content)
			}
		})
	}
}

func TestNothingToAskAModel(t *testing.T) {
	w := newWorld(t)
	*w.keys.provider = byok.Anthropic
	w.capture(t, 20, idea.Draft{Title: "Not new, not old"})
	w.pass(t, sunday)
	list := w.letters(t)
	if len(list) != 1 || list[0].AI.State != digest.AISkipped || len(w.model.calls) != 0 || list[0].Subject != "A quiet week for your ideas" {
		t.Errorf("%d letters, asked %d times: %+v", len(list), len(w.model.calls), list)
	}
}

// A long week is cut to what a letter may cost.
func TestBudget(t *testing.T) {
	w := newWorld(t, llmtest.Say(answers))
	*w.keys.provider = byok.OpenRouter
	for range 40 {
		w.capture(t, 2, idea.Draft{Title: strings.Repeat("Title ", 30), Body: strings.Repeat("Körper ", 400)})
	}
	w.pass(t, sunday)
	asked := w.model.Requests()[0]
	if n := llm.Tokens(asked.Messages[0].Text) + llm.Tokens(asked.System); n > maxQuestion {
		t.Errorf("asked with %d tokens", n)
	}
	if d := w.letters(t)[0]; d.AI.Receipt == nil || len(d.AI.Receipt.Trimmed) == 0 {
		t.Errorf("the receipt does not say what was left out: %+v", d.AI)
	}
}

// The question is the same when a letter is begun again, so that the gateway
// knows its answer.
func TestQuestionIsTheSame(t *testing.T) {
	w := newWorld(t, llmtest.Say(answers), llmtest.Say(answers))
	*w.keys.provider = byok.Anthropic
	w.week(t)
	w.pass(t, sunday)
	first := w.model.Requests()[0].Messages[0].Text
	again := newWorld(t, llmtest.Say(answers))
	*again.keys.provider = byok.Anthropic
	again.week(t)
	again.pass(t, sunday.Add(3*time.Hour))
	if second := again.model.Requests()[0].Messages[0].Text; stripped(first) != stripped(second) {
		t.Errorf("asked\n%s\nand three hours later\n%s", first, second)
	}
}

// stripped takes the mark of a page away, which is of each page.
func stripped(s string) string {
	_, rest, _ := strings.Cut(s, "\n")
	return rest
}

func TestEmptyWeeks(t *testing.T) {
	for _, c := range []struct {
		settings string
		ideas    int
		want     int
	}{
		{`{"timezone":"Europe/Berlin"}`, 1, 1},
		{`{"timezone":"Europe/Berlin","digest_empty":"none"}`, 1, 0},
		{`{"timezone":"Europe/Berlin"}`, 0, 0}, // somebody who has not begun
		{`{"timezone":"Europe/Berlin","weekly_digest":false}`, 1, 0},
	} {
		w := newWorld(t)
		w.settle(t, c.settings)
		for range c.ideas {
			w.capture(t, 20, idea.Draft{Title: "An idea"})
		}
		w.pass(t, sunday)
		if got := len(w.letters(t)); got != c.want {
			t.Errorf("%s, %d ideas: %d letters, want %d", c.settings, c.ideas, got, c.want)
		}
	}
}

// A server that slept sends what is less than two days late, and leaves out
// what is later.
func TestLate(t *testing.T) {
	for late, want := range map[time.Duration]int{0: 1, 47 * time.Hour: 1, 48 * time.Hour: 0, 6 * 24 * time.Hour: 0} {
		w := newWorld(t)
		w.week(t)
		w.pass(t, sunday.Add(late))
		list := w.letters(t)
		if len(list) != want {
			t.Fatalf("%v late: %d letters, want %d", late, len(list), want)
		}
		if want == 1 && !list[0].Until.Equal(sunday) {
			t.Errorf("%v late: it is about the time until %v", late, list[0].Until)
		}
		w.pass(t, sunday.AddDate(0, 0, 7))
		if got := len(w.letters(t)); got != want+1 {
			t.Errorf("%v late, and a week later: %d letters", late, got)
		}
	}
}

// Two letters touch each other, whatever was changed between them, so nothing
// is told twice or not at all.
func TestNothingFallsBetween(t *testing.T) {
	w := newWorld(t)
	w.week(t)
	w.pass(t, sunday)
	w.settle(t, `{"timezone":"Pacific/Kiritimati","digest_day":5,"digest_hour":20}`)
	w.pass(t, sunday.Add(time.Hour))
	w.pass(t, sunday.AddDate(0, 0, 6))
	list := w.letters(t)
	if len(list) != 2 {
		t.Fatalf("%d letters", len(list))
	}
	if !list[0].From.Equal(list[1].Until) || list[0].Until.Sub(list[1].Until) < 4*24*time.Hour {
		t.Errorf("%v to %v", list[0].From, list[0].Until)
	}
}

// A connection that was proposed is not proposed again in the next weeks, nor
// is a pair that may be a duplicate.
func TestConnectionsChange(t *testing.T) {
	w := newWorld(t)
	w.week(t)
	w.pass(t, sunday)
	w.pass(t, sunday.AddDate(0, 0, 7))
	if n := len(w.unlike); n != 2 || w.unlike[0][[2]int64{2, 3}] || !w.unlike[1][[2]int64{2, 3}] {
		t.Errorf("left out: %v", w.unlike)
	}
}

func TestNudge(t *testing.T) {
	wednesday := sunday.AddDate(0, 0, 3)
	forgotten := func(t *testing.T, n int) *world {
		w := newWorld(t)
		for k := range n {
			w.capture(t, 50, idea.Draft{Title: fmt.Sprint("Forgotten ", k+1)})
		}
		w.pass(t, sunday)
		return w
	}
	t.Run("what the digest had no room for", func(t *testing.T) {
		w := forgotten(t, digest.MaxStale+2)
		w.pass(t, wednesday)
		if len(w.outbox.nudges) != 1 {
			t.Fatalf("%d reminders", len(w.outbox.nudges))
		}
		m := w.outbox.nudges[0]
		if m.Subject != "Still worth keeping? Forgotten 6" || !strings.Contains(m.Text, "Forgotten 7") || strings.Contains(m.Text, "Forgotten 5") || m.Unsubscribe == "" {
			t.Errorf("%q:\n%s", m.Subject, m.Text)
		}
		w.pass(t, wednesday.AddDate(0, 0, 3))
		if len(w.outbox.nudges) != 1 {
			t.Errorf("%d reminders in a week", len(w.outbox.nudges))
		}
	})
	t.Run("nothing else", func(t *testing.T) {
		w := forgotten(t, digest.MaxStale)
		w.pass(t, wednesday)
		if len(w.outbox.nudges) != 0 {
			t.Errorf("reminded of what the digest said: %v", w.outbox.nudges)
		}
	})
	t.Run("without digests", func(t *testing.T) {
		w := newWorld(t)
		w.settle(t, `{"timezone":"Europe/Berlin","weekly_digest":false}`)
		w.capture(t, 50, idea.Draft{Title: "Forgotten"})
		w.pass(t, wednesday)
		if len(w.outbox.nudges) != 1 || len(w.letters(t)) != 0 {
			t.Errorf("%d reminders, %d letters", len(w.outbox.nudges), len(w.letters(t)))
		}
	})
	t.Run("unwanted", func(t *testing.T) {
		w := forgotten(t, digest.MaxStale+1)
		w.settle(t, `{"timezone":"Europe/Berlin","stale_nudges":false}`)
		w.pass(t, wednesday)
		if len(w.outbox.nudges) != 0 {
			t.Errorf("%d reminders", len(w.outbox.nudges))
		}
	})
	t.Run("put off", func(t *testing.T) {
		w := forgotten(t, digest.MaxStale+1)
		if err := w.store.PutOff(t.Context(), w.ada.Owner, digest.MaxStale+1, sunday, time.Time{}); err != nil {
			t.Fatal(err)
		}
		w.pass(t, wednesday)
		if len(w.outbox.nudges) != 0 {
			t.Errorf("reminded of what was kept: %v", w.outbox.nudges)
		}
	})
}

func TestNow(t *testing.T) {
	w := newWorld(t)
	w.week(t)
	w.clock.set(sunday.Add(26 * time.Hour))
	for n := range askedRoom {
		d, err := w.Now(t.Context(), w.ada)
		if err != nil || d.ID != int64(n+1) || d.Kind != digest.Asked || d.NewTotal != 2 || d.Mail != digest.MailWaiting {
			t.Fatalf("%d: %+v, %v", n, d, err)
		}
		w.clock.set(w.clock.now().Add(time.Second))
	}
	_, err := w.Now(t.Context(), w.ada)
	if !fault.Is(err, fault.Limited) {
		t.Errorf("one more: %v", err)
	}
	w.clock.set(w.clock.now().Add(askedTime))
	if _, err := w.Now(t.Context(), w.ada); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

func TestPreviewKeepsNothing(t *testing.T) {
	w := newWorld(t)
	*w.keys.provider = byok.Anthropic
	w.week(t)
	w.clock.set(sunday)
	m, err := w.Preview(t.Context(), w.ada)
	if err != nil || !strings.Contains(m.Text, "Kettle") || !strings.Contains(m.HTML, "Kettle") {
		t.Errorf("%+v, %v", m, err)
	}
	if len(w.letters(t)) != 0 || len(w.mailed(t)) != 0 || len(w.model.calls) != 0 {
		t.Error("something came of it")
	}
}

func TestNext(t *testing.T) {
	w := newWorld(t)
	w.clock.set(sunday.Add(-time.Hour))
	at, zone, err := w.Next(t.Context(), w.ada)
	if err != nil || !at.Equal(sunday) || zone.String() != "Europe/Berlin" {
		t.Errorf("%v in %v, %v", at, zone, err)
	}
	w.settle(t, `{"weekly_digest":false}`)
	if at, zone, err := w.Next(t.Context(), w.ada); err != nil || !at.IsZero() || zone != time.UTC {
		t.Errorf("%v in %v, %v", at, zone, err)
	}
}
