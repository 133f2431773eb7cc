package spec

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Sink is told what is written as it arrives. An error of its ends the
// writing, as a person does who leaves.
type Sink interface {
	// Start is called once, before anything else, and not at all if nothing
	// was written.
	Start(version int64, provider, model string) error
	// Text is called with what is to be put behind what there was.
	Text(piece string) error
}

// How a draft is kept.
const (
	saveEvery = 3 * time.Second // at most this much of the writing is lost
	saveTime  = 10 * time.Second
	maxText   = 1 << 20 // bytes; more is no specification
)

// draft is a version while it is being written.
type draft struct {
	w     *Writer
	who   owner.ID
	sink  Sink
	bill  *gateway.Bill
	begun time.Time

	version artifact.Artifact // as it is stored; without a number if it is not
	before  artifact.Receipt  // of what an earlier writing took
	release func()            // gives the claim on the version back
	body    []byte
	sent    int  // bytes of body that the sink has
	told    bool // the sink has the start
	saved   time.Time
	// twin is the newest version, if it is complete and the text is the same
	// as far as it has come: it may be that version again, so nothing is
	// stored or told as long as that is so.
	twin *artifact.Artifact
}

// draft begins a version, or takes one up that broke off.
func (w *Writer) draft(ctx context.Context, who owner.ID, number int64, o Options) (*draft, error) {
	d := &draft{w: w, who: who, begun: w.now()}
	if o.Resume == 0 {
		d.version = artifact.Artifact{Idea: number, Kind: artifact.Spec, Instructions: o.Instructions}
		if o.Regenerate {
			return d, nil
		}
		newest, err := w.store.Artifact(ctx, who, number, artifact.Spec, 0)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if err == nil && newest.Complete {
			d.twin = &newest
		}
		return d, nil
	}
	release, err := w.work.claim(ctx, place{who, number, o.Resume})
	if err != nil {
		return nil, err
	}
	d.release = release
	if d.version, err = w.Version(ctx, who, number, o.Resume); err == nil && d.version.Complete {
		err = fault.New(fault.Conflict, "Version %d is complete: there is nothing to go on with", o.Resume)
	}
	if err != nil {
		d.giveBack()
		return nil, err
	}
	d.before = d.version.Receipt
	d.body = []byte(d.version.Body)
	d.sent = len(d.body)
	return d, nil
}

// giveBack lets others write the version.
func (d *draft) giveBack() {
	if d.release != nil {
		d.release()
	}
}

// add changes the end of the text.
func (d *draft) add(ctx context.Context, p patch) error {
	if p.text == "" {
		return nil
	}
	kept := len(d.body) - p.drop
	if kept+len(p.text) > maxText {
		return fault.New(fault.Unavailable, "The model does not come to an end: what it wrote so far is kept. Ask for less, or choose another model.")
	}
	d.body = append(d.body[:kept], p.text...)
	d.sent = min(d.sent, kept)
	if d.twin != nil && (kept > len(d.twin.Body) || !strings.HasPrefix(d.twin.Body[kept:], p.text)) {
		d.twin = nil
	}
	switch {
	case d.twin != nil || len(bytes.TrimSpace(d.body)) == 0:
		return nil
	case d.version.Version == 0:
		if err := d.store(ctx); err != nil {
			return err
		}
	case d.w.now().Sub(d.saved) >= saveEvery:
		if err := d.save(ctx); err != nil {
			// The next save, or the last, may succeed.
			d.w.log.WarnContext(ctx, "a draft could not be saved", "idea", d.version.Idea, "version", d.version.Version, "cause", err)
		}
	}
	return d.tell()
}

// store gives the draft its number.
func (d *draft) store(ctx context.Context) error {
	d.update()
	d.version.CreatedAt = d.version.UpdatedAt
	ctx, cancel := keeping(ctx)
	defer cancel()
	if err := d.w.store.AddArtifact(ctx, d.who, &d.version); err != nil {
		return err
	}
	d.saved = d.w.now()
	release, err := d.w.work.claim(ctx, place{d.who, d.version.Idea, d.version.Version})
	if err == nil {
		d.release = release
	}
	return err
}

// save keeps the draft as it is.
func (d *draft) save(ctx context.Context) error {
	d.update()
	d.saved = d.w.now()
	ctx, cancel := keeping(ctx)
	defer cancel()
	return d.w.store.UpdateArtifact(ctx, d.who, d.version)
}

func (d *draft) update() {
	d.version.Body = string(d.body)
	d.version.Receipt = d.bill.Receipt(d.before, d.w.now().Sub(d.begun))
	d.version.UpdatedAt = d.w.time()
}

// keeping is a context for what must be kept although nobody waits any more.
func keeping(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), saveTime)
}

// tell passes on what the sink does not have yet. A sink that failed is told
// nothing more.
func (d *draft) tell() (err error) {
	if d.sink == nil {
		return nil
	}
	defer func() {
		if err != nil {
			d.sink = nil
		}
	}()
	if !d.told {
		d.told = true
		if err := d.sink.Start(d.version.Version, d.version.Receipt.Provider, d.version.Receipt.Model); err != nil {
			return err
		}
	}
	if d.sent == len(d.body) {
		return nil
	}
	piece := string(d.body[d.sent:])
	d.sent = len(d.body)
	return d.sink.Text(piece)
}

// end keeps what was written and returns it, with the failure that ended it.
// Without a failure it is complete or not.
func (d *draft) end(ctx context.Context, complete bool, failure error) (artifact.Artifact, error) {
	text := string(d.body)
	switch {
	case strings.TrimSpace(text) == "":
		if failure == nil {
			failure = fault.New(fault.Unavailable, "The model wrote nothing: try again, or choose another model")
		}
		return artifact.Artifact{}, failure
	case failure != nil && d.version.Body == text && d.saved.IsZero():
		return artifact.Artifact{}, failure // a version that nothing was added to
	case failure == nil && complete && d.twin != nil && d.twin.Body == text && d.bill.Hit():
		d.version = *d.twin
		return d.version, d.tell()
	}
	d.version.Complete = complete && failure == nil
	keep := d.save
	if d.version.Version == 0 {
		keep = d.store
	}
	if err := keep(ctx); err != nil {
		return artifact.Artifact{}, errors.Join(err, failure)
	}
	if err := d.tell(); failure == nil {
		failure = err
	}
	return d.version, failure
}
