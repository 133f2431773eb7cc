package embedtest

import (
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/words"
)

// TestMeaningIsInNoWords keeps queries by meaning apart from those by words:
// what full-text search could find tells nothing about a model.
func TestMeaningIsInNoWords(t *testing.T) {
	s := load(t)
	var all, shared int
	for _, q := range s.Queries {
		if q.Kind != Meaning {
			continue
		}
		all++
		wanted := s.Ideas[q.Wanted]
		in := map[string]bool{}
		for _, word := range words.Tokenize(wanted.Title + "\n" + wanted.Body) {
			in[word.Stem] = true
		}
		for _, word := range words.Tokenize(q.Text) {
			if in[word.Stem] && len(word.Stem) > 3 {
				t.Logf("%q has %q of %q", q.Text, word.Form, wanted.Title)
				shared++
				break
			}
		}
	}
	if shared > all/9 { // words such as "with" and "para" among them
		t.Errorf("%d of %d queries have a word of what they look for", shared, all)
	}
}
