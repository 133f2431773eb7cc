package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A corpus writes ideas that read like ideas as far as an index can tell:
// few words make up most of a text, most words are rare, and words come in
// several forms.
type corpus struct {
	words  []string // the most common first
	rank   map[string]int
	common int // how many of the first are words that a query drops
}

// function are the English words that are everywhere; a query leaves them
// out.
const function = `the of and to a in is that for it on with as are this by be at from or
	we an have not they was you can if which will their more has one all when there so about
	what how who do but into then them these our my your`

// newCorpus makes a vocabulary. Words after the function words are made of
// syllables, with the endings of English.
func newCorpus() corpus {
	const size = 4_000
	c := corpus{words: strings.Fields(function)}
	c.common = len(c.words)
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	onsets := strings.Fields("b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st str t th tr v w z")
	middles := strings.Fields("a ai e ea ee i o oa oo ou u")
	codas := strings.Fields("b ck d g l ll m n nd ng nt p r rd rk rt s sh st t x")
	endings := []string{"", "", "", "", "s", "ing", "ed", "er", "ers", "ation", "ly", "ness"}
	c.rank = map[string]int{}
	for i, word := range c.words {
		c.rank[word] = i
	}
	for len(c.words) < size {
		word := pick(onsets) + pick(middles) + pick(codas)
		if rng.IntN(3) > 0 {
			word += pick(middles) + pick(codas)
		}
		word += pick(endings)
		if _, ok := c.rank[word]; !ok {
			c.rank[word] = len(c.words)
			c.words = append(c.words, word)
		}
	}
	return c
}

// writer is a source of text; its words follow Zipf's law.
type writer struct {
	words []string
	rng   *rand.Rand
	zipf  *rand.Zipf
}

func (c corpus) writer(seed uint64) *writer {
	rng := rand.New(rand.NewPCG(seed, 0))
	return &writer{c.words, rng, rand.NewZipf(rng, 1.1, 4, uint64(len(c.words)-1))}
}

// sentence returns n words, every twelfth or so with a comma behind it.
func (w *writer) sentence(n int) string {
	var b strings.Builder
	for i := range n {
		word := w.words[w.zipf.Uint64()]
		switch {
		case i == 0:
			word = strings.ToUpper(word[:1]) + word[1:]
		case w.rng.IntN(12) == 0:
			b.WriteByte(',')
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}

// idea returns the title, the body and the tags of an idea: a title of three
// to eight words, and a body of one to four paragraphs of Markdown, 75 words
// on average. The same seed always gives the same idea.
func (c corpus) idea(seed uint64) (title, body string, tags []string) {
	w := c.writer(seed)
	title = w.sentence(3 + w.rng.IntN(6))
	var b strings.Builder
	for p := range 1 + w.rng.IntN(4) {
		switch {
		case p > 0 && w.rng.IntN(4) == 0:
			b.WriteString("\n\n- ")
		case p > 0:
			b.WriteString("\n\n")
		}
		for s := range 2 + w.rng.IntN(2) {
			if s > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(w.sentence(6+w.rng.IntN(13)) + ".")
		}
	}
	for _, topic := range w.rng.Perm(40)[:w.rng.IntN(4)] {
		tags = append(tags, fmt.Sprintf("topic-%d", topic))
	}
	return title, b.String(), tags
}

// query returns n different words that stand together in the idea of a seed,
// as somebody would look for it: common and rare ones as they come, but no
// function words. The last one counts as unfinished, as it does while typing.
func (c corpus) query(rng *rand.Rand, seed uint64, n int) string {
	_, body, _ := c.idea(seed)
	all := strings.FieldsFunc(strings.ToLower(body), func(r rune) bool { return r < 'a' || r > 'z' })
	var picked []string
	for _, i := range rng.Perm(len(all)) {
		if word := all[i]; c.rank[word] >= c.common && !slices.Contains(picked, word) {
			if picked = append(picked, word); len(picked) == n {
				break
			}
		}
	}
	return strings.Join(picked, " ")
}
