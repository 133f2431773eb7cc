package words

import (
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// stemmer finds what English words have in common: "linking" and "links" are
// "link". The zero value is ready.
type stemmer struct{ env snowballstem.Env }

// stem returns the stem of a folded word. Words with digits or letters of
// other scripts are their own stem. Other Latin languages are stemmed by
// English rules, too: what matters is that a text and a query agree.
func (s *stemmer) stem(form string) string {
	for i := range len(form) {
		if form[i] < 'a' || form[i] > 'z' {
			return form
		}
	}
	s.env.SetCurrent(form)
	s.env.LimitBackward = 0
	english.Stem(&s.env)
	if stem := s.env.Current(); stem != "" {
		return stem
	}
	return form
}
