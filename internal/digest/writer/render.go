package writer

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"
	"time"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

//go:embed letters
var files embed.FS

var (
	texts = texttemplate.Must(texttemplate.New("").Funcs(texttemplate.FuncMap(functions)).ParseFS(files, "letters/*.txt"))
	htmls = htmltemplate.Must(htmltemplate.New("").Funcs(htmltemplate.FuncMap(functions)).ParseFS(files, "letters/*.html"))
)

var functions = map[string]any{
	"count": count,
	"oneOf": func(n int, one, many string) string {
		if n == 1 {
			return one
		}
		return many
	},
	"status": statusName,
	"join":   strings.Join,
	"paragraphs": func(s string) []string {
		return strings.Split(s, "\n\n")
	},
	"statuses": func(list []digest.StatusCount) string {
		var parts []string
		for _, c := range list {
			parts = append(parts, fmt.Sprintf("%d %s", c.Count, statusName(c.Status)))
		}
		return strings.Join(parts, ", ")
	},
	"tags": func(list []digest.TagCount) string {
		var parts []string
		for _, c := range list {
			parts = append(parts, fmt.Sprintf("%s (%d)", c.Tag, c.Count))
		}
		return "Tags: " + strings.Join(parts, ", ")
	},
	"wrap": wrap,
	"dict": dict,
}

// dict gives a template several values.
func dict(pairs ...any) map[string]any {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

// maxTitle is how many characters of a title stand in a letter.
const maxTitle = 120

// keptFor is for how long a mail of a letter is tried: after that, the next
// one is near.
const keptFor = 5 * 24 * time.Hour

// view is what the templates see.
type view struct {
	digest.Digest
	Name    string
	Heading string // what the letter is about, in a few words
	Span    string // "22 to 29 November"
	Quiet   bool   // nothing happened
	More    int    // new ideas that are not listed
	Stale   []staleView
	links
}

// links are the addresses in a letter; all are "" if they are not known.
type links struct {
	Letter, Settings, Review, End string
	base                          *digest.Links
}

// Idea returns the address of an idea.
func (l links) Idea(number int64) string { return l.base.Page(fmt.Sprintf("/ideas/%d", number)) }

// staleView is a stale idea with what can be answered.
type staleView struct {
	digest.Stale
	Days                 int
	Keep, Snooze, Shelve string
}

// letter writes the mail of a digest.
func (w *Writer) letter(u account.User, d digest.Digest) (mail.Message, error) {
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		zone = w.p.Zone
	}
	now := d.CreatedAt
	v := view{
		Digest: shortened(d), Name: u.DisplayName, Quiet: d.Empty(), More: d.NewTotal - len(d.New),
		Heading: heading(d), Span: span(d.From.In(zone), d.Until.In(zone)),
		Stale: w.stales(u.Owner, d.Stale, d.Until, now),
		links: links{
			Letter:   w.p.Links.Page(letterPath(d.ID)),
			Settings: w.p.Links.Page("/settings/letters"),
			Review:   w.p.Links.Page("/duplicates"),
			End:      w.p.Links.End(digest.EndDigests, u.Owner, now),
			base:     w.p.Links,
		},
	}
	m := mail.Message{
		To: u.Email, ToName: u.DisplayName, Subject: d.Subject, Kind: mail.Digest,
		ID: digestID(d), At: now, Until: now.Add(keptFor), Unsubscribe: v.End,
	}
	return render(m, "digest", v)
}

// letterPath is the page of a letter; of one that is not kept, that of all.
func letterPath(id int64) string {
	if id == 0 {
		return "/digests"
	}
	return fmt.Sprintf("/digests/%d", id)
}

// nudgeLetter writes the mail that recalls ideas.
func (w *Writer) nudgeLetter(u account.User, week digest.Week, due time.Time) (mail.Message, error) {
	now := w.time()
	v := view{
		Name:  u.DisplayName,
		Stale: w.stales(u.Owner, week.Stale, due, now),
		links: links{
			Settings: w.p.Links.Page("/settings/letters"),
			End:      w.p.Links.End(digest.EndNudges, u.Owner, now),
			base:     w.p.Links,
		},
	}
	m := mail.Message{
		To: u.Email, ToName: u.DisplayName, Kind: mail.Nudge,
		Subject: "Still worth keeping? " + fence.Flat(short(week.Stale[0].Title, 80)),
		ID:      nudgeID(due), At: now, Until: now.Add(digest.MaxLate), Unsubscribe: v.End,
	}
	return render(m, "nudge", v)
}

// render fills both forms of a letter.
func render(m mail.Message, name string, v view) (mail.Message, error) {
	var text, html bytes.Buffer
	if err := texts.ExecuteTemplate(&text, name+".txt", v); err != nil {
		return m, fmt.Errorf("write the text of a letter: %w", err)
	}
	if err := htmls.ExecuteTemplate(&html, name+".html", v); err != nil {
		return m, fmt.Errorf("write the HTML of a letter: %w", err)
	}
	m.Text, m.HTML = tidy(text.String()), html.String()
	return m, nil
}

// tidy leaves no two empty lines in a row.
func tidy(s string) string {
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return strings.TrimSpace(s) + "\n"
}

func (w *Writer) stales(who owner.ID, list []digest.Stale, at, now time.Time) []staleView {
	var views []staleView
	for _, s := range list {
		s.Title = line(s.Title)
		views = append(views, staleView{
			s, s.Days(at),
			w.p.Links.Answer(digest.Keep, who, s.Number, now),
			w.p.Links.Answer(digest.Snooze, who, s.Number, now),
			w.p.Links.Answer(digest.Shelve, who, s.Number, now),
		})
	}
	return views
}

// shortened returns a digest whose titles have room in a letter.
func shortened(d digest.Digest) digest.Digest {
	d.New = append([]digest.Idea{}, d.New...)
	for i := range d.New {
		d.New[i].Title = line(d.New[i].Title)
	}
	for _, list := range []*[]digest.Move{&d.Moved, &d.Shipped} {
		*list = append([]digest.Move{}, *list...)
		for i := range *list {
			(*list)[i].Title = line((*list)[i].Title)
		}
	}
	d.Duplicates = append([]digest.Pair{}, d.Duplicates...)
	for i := range d.Duplicates {
		p := &d.Duplicates[i]
		p.Idea.Title, p.Duplicate.Title = line(p.Idea.Title), line(p.Duplicate.Title)
	}
	d.Connections = append([]digest.Connection{}, d.Connections...)
	for i := range d.Connections {
		c := &d.Connections[i]
		c.A.Title, c.B.Title = line(c.A.Title), line(c.B.Title)
	}
	return d
}

func line(s string) string { return short(fence.Flat(s), maxTitle) }

func short(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

// subject names a letter in lists of mails.
func subject(d digest.Digest) string {
	if d.Empty() {
		return "A quiet week for your ideas"
	}
	return "Your week in ideas: " + heading(d)
}

// heading says in a few words what there was.
func heading(d digest.Digest) string {
	var parts []string
	for _, p := range []struct {
		n    int
		one  string
		many string
	}{
		{d.NewTotal, "new idea", "new ideas"},
		{d.ShippedTotal, "shipped", "shipped"},
		{d.MovedTotal, "moved", "moved"},
	} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.one, p.many))
		}
	}
	return strings.Join(parts, ", ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

var statusNames = map[idea.Status]string{
	idea.Captured: "Captured", idea.Exploring: "Exploring", idea.Building: "Building", idea.Shipped: "Shipped", idea.Shelved: "Shelved",
}

func statusName(s idea.Status) string { return statusNames[s] }

// span names the days of a letter.
func span(from, until time.Time) string {
	switch {
	case from.Year() != until.Year():
		return from.Format("2 January 2006") + " to " + until.Format("2 January 2006")
	case from.Month() != until.Month():
		return from.Format("2 January") + " to " + until.Format("2 January 2006")
	}
	return from.Format("2") + " to " + until.Format("2 January 2006")
}

// wide is how long the lines of a text are, in characters.
const wide = 72

// wrap breaks a text into lines that begin with an indent; the first one has
// what is before it there already.
func wrap(indent, s string) string {
	var b strings.Builder
	n := utf8.RuneCountInString(indent)
	for i, word := range strings.Fields(s) {
		size := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case n+1+size > wide:
			b.WriteString("\n" + indent)
			n = utf8.RuneCountInString(indent)
		default:
			b.WriteString(" ")
			n++
		}
		b.WriteString(word)
		n += size
	}
	return b.String()
}
