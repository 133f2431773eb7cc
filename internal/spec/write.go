package spec

import (
	"context"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// KeepFor is how long the gateway keeps an answer, so that the same question
// costs nothing.
const KeepFor = 24 * time.Hour

// continuations are how often an answer that became too long is continued by
// itself.
const continuations = 2

// Write writes a specification of an idea and returns the version that it is
// kept as. The sink, which may be nil, is told the text as it arrives.
//
// If the writing fails after something arrived, both the version and the
// failure are returned; a version without a number is none. The same question
// once more, whose answer the gateway had, gives the newest version again if
// that is the same.
func (w *Writer) Write(ctx context.Context, who byok.Person, number int64, o Options, sink Sink) (artifact.Artifact, error) {
	o, err := o.checked()
	if err != nil {
		return artifact.Artifact{}, err
	}
	ctx, end, err := w.work.Begin(ctx)
	if err != nil {
		return artifact.Artifact{}, err
	}
	defer end()
	about, err := w.ideas.Get(ctx, who.Owner, number)
	if err != nil {
		return artifact.Artifact{}, err
	}
	d, err := w.draft(ctx, who.Owner, number, o)
	if err != nil {
		return artifact.Artifact{}, err
	}
	defer d.giveBack()
	d.sink = sink
	e, last4, err := w.choose(ctx, who, o, d.before)
	if err != nil {
		return artifact.Artifact{}, err
	}
	d.bill = gateway.NewBill(w.prices, e, last4)
	m, err := w.gather(ctx, who.Owner, about)
	if err != nil {
		return artifact.Artifact{}, err
	}
	a := answer{w, d, e, m, gateway.Call{
		Who:      who,
		Provider: e.Provider,
		Purpose:  usage.Spec,
		CacheFor: KeepFor,
		Fresh:    o.Regenerate,
		Done:     d.bill.Note,
	}}
	complete, err := a.whole(ctx)
	if err != nil && context.Cause(ctx) == errStopping {
		err = errStopping
	}
	return d.end(ctx, complete, err)
}

// answer is what a model is to write.
type answer struct {
	w        *Writer
	draft    *draft
	entry    llm.Entry
	material material
	call     gateway.Call
}

// whole reads the answer in as many parts as it takes, and reports whether it
// came to its end.
func (a answer) whole(ctx context.Context) (complete bool, err error) {
	room := a.entry.Room()
	for left := continuations; ; {
		before := string(a.draft.body)
		stop, err := a.part(ctx, room)
		grown := string(a.draft.body) != before
		kind, _ := llm.KindOf(err)
		switch {
		case kind == llm.TooLong && !grown && room/2 >= minRoom:
			room /= 2
		case err != nil || stop != llm.StopLength || !grown || left == 0:
			return stop == llm.StopEnd, err
		default:
			left--
		}
	}
}

// part asks once and adds the answer to the draft.
func (a answer) part(ctx context.Context, room int) (stop llm.StopReason, err error) {
	d := a.draft
	seam, shown := newSeam(string(d.body))
	r, omitted := ask(a.entry, room, a.material, d.version.Instructions, shown)
	d.bill.Omitted(omitted)
	var used *llm.Usage
	var model string
	for p, failure := range a.w.models.Ask(ctx, a.call, r) {
		if failure != nil {
			err = failure
			break
		}
		switch p := p.(type) {
		case llm.Text:
			// No database keeps every character that a model may write.
			err = d.add(ctx, seam.add(strings.ReplaceAll(string(p), "\x00", "")))
		case llm.Usage:
			used = &p
		case llm.Stop:
			stop, model = p.Reason, p.Model
		}
		if err != nil {
			break
		}
	}
	d.bill.Settle(used, model)
	// What the seam held back has arrived, however the answer ended.
	if last := d.add(ctx, seam.close()); err == nil {
		err = last
	}
	return stop, err
}
