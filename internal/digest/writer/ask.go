package writer

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

const (
	// keepFor lets a letter whose writing was cut off be written again for
	// nothing.
	keepFor = digest.MaxLate
	// askTime is how long a model may take. A letter does not wait longer.
	askTime = 90 * time.Second

	// The budget of a letter, in tokens.
	maxQuestion = 8000
	maxAnswer   = 2500 // reasoning included
)

// system is the prompt.
//
//go:embed prompt.md
var system string

// shape is what the answer has to look like.
var shape = llm.Schema{Name: "letter", JSON: json.RawMessage(`{"type":"object","additionalProperties":false,"required":["summary","connections","nudges"],"properties":{"summary":{"type":"string"},"connections":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["a","b","reason"],"properties":{"a":{"type":"integer"},"b":{"type":"integer"},"reason":{"type":"string"}}}},"nudges":{"type":"array","items":{"type":"object","additionalProperties":false,"required":["id","text"],"properties":{"id":{"type":"integer"},"text":{"type":"string"}}}}}}`)}

// embellish adds a model's part. Whatever fails, the letter stays as it is.
func (w *Writer) embellish(ctx context.Context, u account.User, d *digest.Digest) {
	if d.Empty() && len(d.Connections) == 0 && len(d.Stale) == 0 {
		d.AI.State = digest.AISkipped
		return
	}
	who := byok.Person{Owner: u.Owner, ID: u.ID, Preferred: byok.Provider(u.PreferredProvider()), Request: "digest " + d.Until.Format(time.RFC3339)}
	e, last4, ok := w.choose(ctx, who)
	if !ok {
		d.AI.State = digest.AINone
		return
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	bill := gateway.NewBill(w.p.Prices, e, last4)
	began := w.p.Now()
	err := w.ask(ctx, gateway.Call{Who: who, Provider: e.Provider, Purpose: usage.Digest, CacheFor: keepFor, Done: bill.Note}, e, bill, d)
	receipt := bill.Receipt(artifact.Receipt{}, w.p.Now().Sub(began))
	d.AI = digest.AI{State: digest.AIDone, Receipt: &receipt}
	if err != nil {
		d.AI.State = digest.AIFailed
		w.p.Log.InfoContext(ctx, "a letter goes out without a model's part", "error", err)
	}
}

// choose finds the model that writes for a person; false if they have no key
// that can be used.
func (w *Writer) choose(ctx context.Context, who byok.Person) (e llm.Entry, last4 string, ok bool) {
	statuses, active, err := w.p.Keys.Statuses(ctx, who)
	if err != nil {
		w.p.Log.WarnContext(ctx, "cannot look for a key to write a letter with", "error", err)
		return e, "", false
	}
	i := slices.IndexFunc(statuses, func(s byok.Status) bool { return s.Provider == active })
	if active == "" || i < 0 {
		return e, "", false
	}
	e, ok = w.p.Registry.Default(string(active), llm.ForDigest)
	return e, statuses[i].Last4, ok
}

// ask asks a model and takes of its answer what can be used.
func (w *Writer) ask(ctx context.Context, c gateway.Call, e llm.Entry, bill *gateway.Bill, d *digest.Digest) error {
	question, omitted := question(*d, min(maxQuestion, e.Room()/2))
	bill.Omitted(omitted)
	a, err := llm.Collect(w.p.Models.Ask(ctx, c, llm.Request{
		Model:     e.Wire,
		System:    system,
		Messages:  []llm.Message{{Role: llm.User, Text: question}},
		Schema:    &shape,
		MaxTokens: min(maxAnswer, e.MaxOutput),
	}))
	bill.Settle(&a.Usage, a.Stop.Model)
	if err != nil {
		return err
	}
	return take(a.Text, d)
}

// question is what a model reads, of at most room tokens, and what was left
// out. It is the same for the same week, so that a repeated question is known
// as one.
func question(d digest.Digest, room int) (text string, omitted []string) {
	left := room - llm.Tokens(system)
	for _, n := range []int{heads, heads / 2, 80, 0} {
		if text = page(d, n); llm.Tokens(text) <= left || n == 0 {
			return text, omitted
		}
		omitted = []string{"a part of the ideas' texts"}
	}
	return text, omitted
}

func page(d digest.Digest, heads int) string {
	head := func(s string) string {
		r := []rune(fence.Flat(s))
		return string(r[:min(heads, len(r))])
	}
	var p fence.Page
	p.Say("the week: %d new ideas, %d moved, %d shipped", d.NewTotal, d.MovedTotal, d.ShippedTotal)
	for _, i := range d.New {
		p.Item(fmt.Sprintf("new idea #%d, %s, tags and title:", i.Number, i.Status), strings.Join(i.Tags, ", ")+" | "+i.Title)
		if t := head(i.Text); t != "" {
			p.Item(fmt.Sprintf("#%d begins:", i.Number), t)
		}
	}
	for _, list := range [][]digest.Move{d.Moved, d.Shipped} {
		for _, m := range list {
			p.Item(fmt.Sprintf("moved from %s to %s, #%d:", m.From, m.To, m.Number), m.Title)
		}
	}
	for _, c := range d.Connections {
		p.Item(fmt.Sprintf("connection a=%d b=%d, two titles:", c.A.Number, c.B.Number), c.A.Title+" | "+c.B.Title)
	}
	for _, s := range d.Stale {
		p.Item(fmt.Sprintf("stale idea #%d:", s.Number), s.Title)
		if t := head(s.Text); t != "" {
			p.Item(fmt.Sprintf("#%d begins:", s.Number), t)
		}
	}
	p.Say("end of the data: write the letter's part now")
	return p.String()
}
