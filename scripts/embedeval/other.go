package main

import (
	"encoding/json"
	"math"
	"os"

	"github.com/neuralrepo/neuralrepo/internal/embed/embedtest"
)

// writeTexts writes what a model should read: an idea is its title, a line
// break and its body.
func writeTexts(set embedtest.Set, path string) error {
	text := func(i embedtest.Idea) string { return i.Title + "\n" + i.Body }
	var out struct{ Ideas, Again, Queries []string }
	for _, i := range set.Ideas {
		out.Ideas = append(out.Ideas, text(i))
	}
	for _, p := range set.Again {
		out.Again = append(out.Again, text(p.Idea))
	}
	for _, q := range set.Queries {
		out.Queries = append(out.Queries, q.Text)
	}
	data, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

// readVectors reads what another model made of the texts.
func readVectors(path string) (embedtest.Vectors, error) {
	var v embedtest.Vectors
	data, err := os.ReadFile(path)
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return v, err
	}
	for _, list := range [][][]float32{v.Ideas, v.Again, v.Queries} {
		for _, vector := range list {
			length := math.Sqrt(embedtest.Cosine(vector, vector))
			for i := range vector {
				vector[i] = float32(float64(vector[i]) / max(length, 1e-12))
			}
		}
	}
	return v, nil
}
