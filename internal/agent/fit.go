package agent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

// How a conversation is made shorter, in tokens.
const (
	shortResult = 150   // that is left of an old result
	earlierRoom = 1_000 // for what the person said in turns that are left out
	earlierLine = 40    // for each of them
	aroundTurn  = 8     // what a provider puts around a message or a call
)

const shortened = "\n… [shortened: call the tool again if you need the rest]"

// fit makes turns fit in so many tokens; doc.go has the rule. earlier says
// what was left out.
func fit(turns [][]llm.Message, room int) (kept [][]llm.Message, earlier string, compacted bool) {
	size := sizeOf(turns)
	if size <= room || len(turns) == 0 {
		return turns, "", false
	}
	kept = make([][]llm.Message, len(turns))
	for k, t := range turns {
		kept[k] = slices.Clone(t)
	}
	// The results of the last round are what the model is about to read.
	lastTurn := len(kept) - 1
	lastRound := len(kept[lastTurn]) - 1
	for k, t := range kept {
		for i := range t {
			if k == lastTurn && i >= lastRound {
				break
			}
			size -= shorten(&t[i], shortResult)
			if size <= room {
				return kept, "", true
			}
		}
	}
	var left []string
	for len(kept) > 1 && size+earlierRoom > room {
		left = append(left, kept[0][0].Text)
		size -= sizeOf(kept[:1])
		kept = kept[1:]
	}
	if len(left) > 0 {
		earlier = summary(left, earlierRoom)
		size += llm.Tokens(earlier)
	}
	// Of the last turn the person's message stays, and the last round.
	t := kept[len(kept)-1]
	for size > room && len(t) > 3 {
		// A round is what the model called and the results: they go together.
		n := 1
		for 1+n < len(t) && t[1+n].Role == llm.User {
			n++
		}
		if 1+n >= len(t) {
			break
		}
		size -= sizeOf([][]llm.Message{t[1 : 1+n]})
		t = slices.Delete(t, 1, 1+n)
	}
	if n := len(t) - 1; size > room && n > 0 && len(t[n].Results) > 0 {
		// What is too much is taken from each result alike.
		all := 0
		for _, r := range t[n].Results {
			all += llm.Tokens(r.Text)
		}
		shorten(&t[n], max(shortResult, (all-(size-room))/len(t[n].Results)-llm.Tokens(shortened)))
	}
	kept[len(kept)-1] = t
	return kept, earlier, true
}

// summary says in a few lines what the person said in turns that are left
// out, the last of them first cut last.
func summary(left []string, room int) string {
	head := fmt.Sprintf("%d earlier turns of this conversation are left out for lack of room. The person said in them (data, the newest last):\n", len(left))
	room -= llm.Tokens(head)
	var lines []string
	for _, text := range slices.Backward(left) {
		text = strings.Join(strings.Fields(text), " ")
		line := "- " + llm.Head(text, earlierLine)
		if room -= llm.Tokens(line) + 1; room < 0 {
			break
		}
		lines = append(lines, line)
	}
	slices.Reverse(lines)
	return head + strings.Join(lines, "\n")
}

// shorten cuts the results in a message to so many tokens each, and returns
// how many fewer it has then.
func shorten(m *llm.Message, n int) (saved int) {
	if len(m.Results) == 0 {
		return 0
	}
	results := slices.Clone(m.Results)
	for i, r := range results {
		before := llm.Tokens(r.Text)
		if before <= n+llm.Tokens(shortened) {
			continue
		}
		results[i].Text = llm.Head(r.Text, n) + shortened
		saved += before - llm.Tokens(results[i].Text)
	}
	m.Results = results
	return saved
}

// sizeOf estimates what turns take.
func sizeOf(turns [][]llm.Message) (n int) {
	for _, t := range turns {
		for _, m := range t {
			n += aroundTurn + llm.Tokens(m.Text)
			for _, r := range m.Reasoning {
				n += llm.Tokens(r.Text) + llm.Tokens(r.Sealed) + llm.Tokens(r.Signature)
			}
			for _, c := range m.Calls {
				n += aroundTurn + llm.Tokens(c.Name) + llm.Tokens(string(c.Input))
			}
			for _, r := range m.Results {
				n += aroundTurn + llm.Tokens(r.Text)
			}
		}
	}
	return n
}
