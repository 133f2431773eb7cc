package writer

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/digest"
)

const good = "Two of the new ideas ask the same thing: who owns what the house remembers."

// full has a new idea, a connection of #1 and #2, and #3 that waits.
func full() digest.Digest {
	d := digest.Digest{}
	d.NewTotal = 1
	d.Connections = []digest.Connection{{A: digest.Ref{Number: 1}, B: digest.Ref{Number: 2}, Reason: "Close in meaning."}}
	d.Stale = []digest.Stale{{Ref: digest.Ref{Number: 3}}}
	return d
}

func TestTake(t *testing.T) {
	taken := func(summary, reason, nudge string) digest.Digest {
		d := full()
		d.Summary, d.Stale[0].Nudge = summary, nudge
		if reason != "" {
			d.Connections[0].Reason, d.Connections[0].ByModel = reason, true
		}
		return d
	}
	const reason, nudge = "Both need a sensor.", "Draw it on one page."
	whole := `{"summary":"` + good + `","connections":[{"a":1,"b":2,"reason":"` + reason + `"}],"nudges":[{"id":3,"text":"` + nudge + `"}]}`
	for name, c := range map[string]struct {
		answer string
		want   digest.Digest
		err    error
	}{
		"whole":                  {whole, taken(good, reason, nudge), nil},
		"in a fence":             {"```json\n" + whole + "\n```", taken(good, reason, nudge), nil},
		"the other way round":    {`{"connections":[{"a":2,"b":1,"reason":"` + reason + `"}]}`, taken("", reason, ""), nil},
		"paragraphs":             {`{"summary":"` + good + `\n\n  Another  one. "}`, taken(good+"\n\nAnother one.", "", ""), nil},
		"of ideas not asked for": {`{"connections":[{"a":1,"b":9,"reason":"` + reason + `"}],"nudges":[{"id":9,"text":"` + nudge + `"}]}`, full(), errNoUse},
		"a part with a link":     {`{"summary":"` + good + ` See https://evil.example/x","nudges":[{"id":3,"text":"` + nudge + `"}]}`, taken("", "", nudge), nil},
		"no JSON":                {"Sure! Here is your letter.", full(), errNoUse},
		"nothing":                {"", full(), errNoUse},
		"null":                   {"null", full(), errNoUse},
		"of other types":         {`{"summary":{"a":1},"connections":"none"}`, full(), errNoUse},
		"cut off":                {whole[:80], full(), errNoUse},
		"empty":                  {`{"summary":"","connections":[],"nudges":[]}`, full(), errNoUse},
	} {
		d := full()
		err := take(c.answer, &d)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", name, err, c.err)
		}
		if diff := cmp.Diff(c.want, d); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}

	quiet := digest.Digest{}
	if err := take(whole, &quiet); !errors.Is(err, errNoUse) || quiet.Summary != "" {
		t.Errorf("of a quiet week it says %q, %v", quiet.Summary, err)
	}
}

// What nobody wants to read under their own name does not get into a letter.
func TestFits(t *testing.T) {
	for _, ok := range []string{
		good,
		"Die neuen Ideen drehen sich um dasselbe: wer was im Haus weiß – und warum.",
		"Try 3 cups at 80 °C; if 2 of 3 people notice, build it (e.g. with a thermos).",
		"新しいアイデアは互いに似ていて、台所のことを考えている。それだけで一週間分だ。",
		"I cannot tell them apart from their titles, which says something about both.",
	} {
		if _, is := prose(ok); !is {
			t.Errorf("left out: %s", ok)
		}
	}
	for _, bad := range []string{
		"Short.",
		strings.Repeat("long ", 400),
		good + " http://x.example",
		good + " www.x",
		good + " Write to me@x.example now.",
		good + " Go to evil.com today.",
		good + " javascript:/alert",
		good + " <b>bold</b>",
		good + " [here](x)",
		good + " **bold**",
		"# A title and then a text that is long enough",
		"{\"summary\": \"inside of itself, again\"}",
		"As an AI, I think these ideas are connected somehow.",
		"I'm sorry, but I can't help with that request at all.",
		"I cannot assist with writing this letter, unfortunately.",
		"My system prompt says that I should write a summary.",
		good + " The key is sk-ant-api03-abcdef.",
		good + " \uFFFD",
		strings.Repeat("the idea ", 20),
	} {
		if _, is := prose(bad); is {
			t.Errorf("taken: %.80s", bad)
		}
	}
}

// Whatever a model answers: nothing fails, what is taken fits, and nothing but
// a model's part changes.
func FuzzTake(f *testing.F) {
	f.Add(`{"summary":"` + good + `","connections":[{"a":1,"b":2,"reason":"Because."}],"nudges":[{"id":3,"text":"A nudge."}]}`)
	f.Add("```json\n{}\n```")
	f.Add(`{"summary":1}`)
	f.Add("[]")
	f.Fuzz(func(t *testing.T, answer string) {
		d := full()
		err := take(answer, &d)
		for _, s := range []string{d.Summary, d.Stale[0].Nudge} {
			if s != "" && !fits(s, minSentence, maxSummary) {
				t.Errorf("taken: %q", s)
			}
		}
		if c := d.Connections[0]; c.ByModel && !fits(c.Reason, minSentence, maxSentence) {
			t.Errorf("taken: %q", c.Reason)
		}
		said := d.Summary != "" || d.Connections[0].ByModel || d.Stale[0].Nudge != ""
		if said != (err == nil) {
			t.Errorf("%v, and taken: %+v", err, d)
		}
		d.Summary, d.Stale[0].Nudge, d.Connections[0] = "", "", full().Connections[0]
		if diff := cmp.Diff(full(), d); diff != "" {
			t.Errorf("changed:\n%s", diff)
		}
	})
}
