package byok

import (
	"context"
	"slices"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// Choice is a model that could be asked, and whether this person can ask it.
type Choice struct {
	llm.Entry
	Default bool // the one that is asked when the person names none
	// Missing says why it cannot be asked, "" if it can.
	Missing Missing
	Text    string // Missing in a sentence for the person
}

// Missing is what a person lacks to ask a model.
type Missing string

// What can be missing.
const (
	NoKey       Missing = "no_key"        // a provider key that opens
	NoPlan      Missing = "plan"          // the plan that the model is a part of
	NoWorkersAI Missing = "no_workers_ai" // Workers AI, on this server
)

// Offer is what a server has to offer besides people's own keys.
type Offer struct {
	Models    *llm.Registry
	WorkersAI bool // it is set up
}

// Choices returns the models that serve a purpose, in the order of the
// registry. pro says whether the person's plan includes the models that need
// no key. The default is the first provider's own default that can be asked:
// models with the person's key come before those without one.
func (k *Keys) Choices(ctx context.Context, who Person, pro bool, offer Offer, purpose llm.Purpose) ([]Choice, error) {
	keys, err := k.store.ProviderKeys(ctx, who.Owner)
	if err != nil {
		return nil, err
	}
	var all []Choice
	for _, e := range offer.Models.For(purpose) {
		c := Choice{Entry: e}
		switch p := Provider(e.Provider); {
		case e.NeedsKey && !k.usable(keys, p):
			c.Missing, c.Text = NoKey, k.lack(keys, p)
		case !e.NeedsKey && !offer.WorkersAI:
			c.Missing, c.Text = NoWorkersAI, "Workers AI is not set up on this server. Whoever runs it can do that; a key of your own needs no set-up."
		case !e.NeedsKey && !pro:
			c.Missing, c.Text = NoPlan, "This model is part of the Pro plan."
		}
		all = append(all, c)
	}
	if i := lead(all, purpose, who.Preferred); i >= 0 {
		all[i].Default = true
	}
	return all, nil
}

// lead returns the index of the default among the choices, -1 if none of them
// can be asked.
func lead(all []Choice, purpose llm.Purpose, preferred Provider) int {
	at := func(provider string) int {
		return slices.IndexFunc(all, func(c Choice) bool {
			return c.Provider == provider && c.Missing == "" && slices.Contains(c.DefaultFor, purpose)
		})
	}
	p, ok := Choose(preferred, func(p Provider) bool { return at(string(p)) >= 0 })
	if !ok {
		return at(llm.WorkersAI)
	}
	return at(string(p))
}

// lack says why a provider's models cannot be asked.
func (k *Keys) lack(keys []Key, p Provider) string {
	if slices.ContainsFunc(keys, func(k Key) bool { return k.Provider == p }) {
		return Undecryptable.Sentence(p)
	}
	return NotConfigured.Sentence(p)
}
