package e5

import "github.com/neuralrepo/neuralrepo/internal/embed"

// The scores of this model, placed so that the thresholds a person sets mean
// what they say: at 0.75 two ideas are probably one, at 0.5 they are about
// the same thing. docs/embedding.md has what passes at each, on the ideas
// that the points were chosen with and on others.

// ideas is how close two ideas are.
func ideas() embed.Closeness {
	return embed.Closeness{{Cosine: 0, Score: 0}, {Cosine: 0.35, Score: 0.5}, {Cosine: 0.59, Score: 0.75}, {Cosine: 0.85, Score: 0.98}, {Cosine: 1, Score: 1}}
}

// search is how close an idea is to a query, which says less than an idea.
func search() embed.Closeness {
	return embed.Closeness{{Cosine: 0, Score: 0}, {Cosine: 0.14, Score: 0.3}, {Cosine: 0.22, Score: 0.5}, {Cosine: 0.38, Score: 0.75}, {Cosine: 0.65, Score: 1}}
}
