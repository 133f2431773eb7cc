package audit

import (
	"slices"
	"testing"
	"time"
)

// chain makes n entries.
func chain(n int) []Entry {
	var out []Entry
	last := Entry{}
	for i := range n {
		last = Entry{
			At: time.Date(2026, 1, 1, 0, 0, i, 999, time.FixedZone("", 3600)), Action: Open,
			Provider: "anthropic", Purpose: "spec", Request: "r",
		}.Follow(last)
		out = append(out, last)
	}
	return out
}

// verify returns the position of the first entry that does not fit, or -1.
func verify(entries []Entry) int {
	last := Entry{}
	for i, e := range entries {
		if Verify(last, e) != nil {
			return i
		}
		last = e
	}
	return -1
}

func TestVerify(t *testing.T) {
	if at := verify(chain(5)); at != -1 {
		t.Fatalf("a good chain fails at %d", at)
	}
	for name, c := range map[string]struct {
		change func([]Entry) []Entry
		at     int
	}{
		"time":             {func(es []Entry) []Entry { es[2].At = es[2].At.Add(time.Microsecond); return es }, 2},
		"action":           {func(es []Entry) []Entry { es[2].Action = Test; return es }, 2},
		"provider":         {func(es []Entry) []Entry { es[2].Provider = "openai"; return es }, 2},
		"purpose":          {func(es []Entry) []Entry { es[2].Purpose = "digest"; return es }, 2},
		"request":          {func(es []Entry) []Entry { es[2].Request = ""; return es }, 2},
		"detail":           {func(es []Entry) []Entry { es[2].Detail = "x"; return es }, 2},
		"text moved":       {func(es []Entry) []Entry { es[2].Provider, es[2].Purpose = "anthropics", "pec"; return es }, 2},
		"taken out":        {func(es []Entry) []Entry { return slices.Delete(es, 2, 3) }, 2},
		"first taken out":  {func(es []Entry) []Entry { return es[1:] }, 0},
		"exchanged":        {func(es []Entry) []Entry { es[2], es[3] = es[3], es[2]; return es }, 2},
		"doubled":          {func(es []Entry) []Entry { return slices.Insert(es, 2, es[1]) }, 2},
		"hashed anew":      {func(es []Entry) []Entry { es[2].Detail = "x"; es[2].Hash = es[2].sum(); return es }, 3},
		"of another chain": {func(es []Entry) []Entry { es[2] = Entry{Action: Open, Detail: "x"}.Follow(es[1]); return es }, 3},
	} {
		if at := verify(c.change(chain(5))); at != c.at {
			t.Errorf("%s: found at %d, want %d", name, at, c.at)
		}
	}
}
