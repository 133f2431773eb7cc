package spec

import (
	"context"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// choose finds the model to ask, and the last characters of the key with
// which it is asked. What a version was written with so far is taken again if
// nothing else is asked for and it can be had.
func (w *Writer) choose(ctx context.Context, who byok.Person, o Options, before artifact.Receipt) (llm.Entry, string, error) {
	statuses, _, err := w.keys.Statuses(ctx, who)
	if err != nil {
		return llm.Entry{}, "", err
	}
	if o.Provider == "" && o.Model == "" && before.Provider != "" {
		if last4, err := keyFor(statuses, byok.Provider(before.Provider)); err == nil {
			if e, ok := w.again(before); ok {
				return e, last4, nil
			}
		}
	}
	e, err := w.entry(ctx, who, o)
	if err != nil {
		return llm.Entry{}, "", err
	}
	if e.Room() < minRoom {
		return llm.Entry{}, "", fault.OfField("model", "cannot be %s: it reads too little at once for a specification", e.ID)
	}
	last4, err := keyFor(statuses, byok.Provider(e.Provider))
	return e, last4, err
}

// again finds the model that wrote a version, or the default of its provider
// if it is not there any more.
func (w *Writer) again(r artifact.Receipt) (llm.Entry, bool) {
	if e, err := w.registry.Find(r.Provider, r.Model, llm.ForSpec); err == nil {
		return e, true
	}
	// Some providers name the day of a model that was asked for without one.
	var best llm.Entry
	for _, e := range w.registry.For(llm.ForSpec) {
		if e.Provider == r.Provider && strings.HasPrefix(r.Model, e.Wire+"-") && len(e.Wire) > len(best.Wire) {
			best = e
		}
	}
	if best.Wire != "" {
		return best, true
	}
	return w.registry.Default(r.Provider, llm.ForSpec)
}

// entry finds the model that was asked for, or the default.
func (w *Writer) entry(ctx context.Context, who byok.Person, o Options) (llm.Entry, error) {
	provider := o.Provider
	if provider != "" && !slices.Contains(byok.Providers, provider) {
		return llm.Entry{}, fault.OfField("provider", "must be one of: anthropic, openai, openrouter")
	}
	if provider == "" {
		var err error
		if provider, err = w.keys.Active(ctx, who); err != nil {
			return llm.Entry{}, err
		}
	}
	if o.Model == "" {
		e, ok := w.registry.Default(string(provider), llm.ForSpec)
		if !ok {
			return llm.Entry{}, fault.OfField("provider", "has no model that writes specifications: choose another one")
		}
		return e, nil
	}
	if e, err := w.registry.Find(string(provider), o.Model, llm.ForSpec); err == nil || o.Provider != "" {
		return e, err
	}
	// The model says which provider is meant.
	return w.registry.Find("", o.Model, llm.ForSpec)
}

// keyFor returns the last characters of a provider's key, or why it cannot be
// used.
func keyFor(all []byok.Status, p byok.Provider) (last4 string, err error) {
	i := slices.IndexFunc(all, func(s byok.Status) bool { return s.Provider == p })
	switch {
	case i < 0 || !all[i].Stored:
		return "", fault.New(fault.Forbidden, "%s", byok.NotConfigured.Sentence(p))
	case all[i].State == byok.StateUndecryptable:
		return "", fault.New(fault.Forbidden, "%s", byok.Undecryptable.Sentence(p))
	}
	return all[i].Last4, nil
}
