// Package embed says what it takes to understand a text: an Embedder turns
// texts into vectors, so that texts that mean alike lie close together.
//
// Vectors of one model say nothing to those of another. So a vector is always
// kept with the model's ID and Version, and a vector of another model is as
// good as none. How close is close differs between models too, so a model
// brings its own scale: Closeness turns the cosine of two vectors into the
// score that a person sees and that thresholds in settings are about.
//
// The model that is part of the program, and others, are in packages below this one.
package embed

import (
	"context"
	"crypto/sha256"
)

// Embedder turns texts into vectors.
type Embedder interface {
	// Model says whose vectors these are, at no cost.
	Model() Model
	// Embed returns a vector of length one for every text, in their order.
	// A text without any words has a vector too. It takes any number of texts
	// of any length and stops early when ctx is done.
	Embed(ctx context.Context, texts []Text) ([][]float32, error)
}

// Model is what must be known of a model to use its vectors.
type Model struct {
	ID         string // the same for as long as vectors can be compared
	Version    int    // grows when the same text gives another vector
	Dimensions int
	Ideas      Closeness // of two ideas
	Search     Closeness // of a query and an idea
}

// Text is something to understand.
type Text struct {
	// Query is whether somebody looks for it. Models are trained to place a
	// question near its answers, which are other texts than it.
	Query bool
	Title string
	Body  string // Markdown, perhaps empty; a query has none
}

// Idea returns the text of an idea.
func Idea(title, body string) Text { return Text{Title: title, Body: body} }

// Query returns the text of a query.
func Query(text string) Text { return Text{Query: true, Title: text} }

// Sum identifies what a text says. An idea whose sum is that of the text its
// vector was made of need not be embedded again.
func (t Text) Sum() [sha256.Size]byte {
	h := sha256.New()
	kind := "idea"
	if t.Query {
		kind = "query"
	}
	// A byte that is in no UTF-8 keeps title and body apart.
	for _, part := range []string{kind, t.Title, t.Body} {
		h.Write([]byte(part))
		h.Write([]byte{0xff})
	}
	return [sha256.Size]byte(h.Sum(nil))
}
