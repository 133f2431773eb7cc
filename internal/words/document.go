package words

import "strings"

// Index returns what a full-text index keeps of an idea.
func Index(title, body string) Document {
	var d Document
	var forms strings.Builder
	listed := map[string]bool{}
	stems := func(text string) string {
		var b strings.Builder
		b.Grow(len(text))
		for s := newScanner(text); s.next(); {
			t := s.token()
			appendWord(&b, t.Stem)
			if t.Form != t.Stem && !listed[t.Form] {
				listed[t.Form] = true
				appendWord(&forms, t.Form)
			}
		}
		return b.String()
	}
	d.Title = stems(title)
	d.Body = stems(body)
	d.Forms = forms.String()
	return d
}

func appendWord(b *strings.Builder, word string) {
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(word)
}
