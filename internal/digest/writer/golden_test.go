package writer

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm/llmtest"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

var update = flag.Bool("update", false, "write the letters of testdata anew")

// golden compares both forms of a letter with those that were looked at.
func golden(t *testing.T, name string, m mail.Message) {
	t.Helper()
	for ext, got := range map[string]string{".txt": "Subject: " + m.Subject + "\n\n" + m.Text, ".html": m.HTML} {
		file := filepath.Join("testdata", name+ext)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v; make it with -update, and look at it", err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got; -update writes it anew):\n%s", file, diff)
		}
	}
}

// everything has a letter in which everything occurs, and much that is hostile.
func everything(t testing.TB, w *world) {
	t.Helper()
	w.capture(t, 90, idea.Draft{Title: "Letters to my future self"})
	w.capture(t, 45, idea.Draft{Title: `A kettle <script>alert("x")</script> & 'tea'`})
	for _, title := range []string{"Postgres queue without polling", "SQLite for small teams"} {
		w.capture(t, 20, idea.Draft{Title: title, Tags: []string{"databases"}})
	}
	w.move(t, 4, 3, idea.Shipped)
	w.move(t, 3, 4, idea.Building)
	w.capture(t, 6, idea.Draft{Title: "Neighbourhood tool library", Tags: []string{"community", "sharing"}})
	w.capture(t, 5, idea.Draft{Title: "Lend garden tools in the street\nand a second line", Tags: []string{"community"}})
	w.capture(t, 4, idea.Draft{Title: strings.Repeat("A title that goes on and on ", 7), Status: idea.Exploring})
	w.capture(t, 2, idea.Draft{Title: "Fahrradküche – 自転車 🚲 \u202eevil\u202c", Tags: []string{"ü & ö"}})
	w.capture(t, 1, idea.Draft{Title: "http://evil.example/" + strings.Repeat("verylong", 10)})
	if err := w.store.Write(t.Context(), w.ada.Owner, func(tx idea.Tx) error {
		p := idea.Duplicate{Idea: idea.Brief{Number: 6}, Of: idea.Brief{Number: 5}, Score: 0.83, Status: idea.DuplicatePending, CreatedAt: sunday}
		return tx.Duplicates.Insert(t.Context(), &p)
	}); err != nil {
		t.Fatal(err)
	}
	w.close = []digest.Connection{
		{A: digest.Ref{Number: 4, Title: "SQLite for small teams"}, B: digest.Ref{Number: 3, Title: "Postgres queue without polling"}, Score: 0.6, Reason: "Close in meaning, both tagged databases."},
		{A: digest.Ref{Number: 1, Title: "Letters to my future self"}, B: digest.Ref{Number: 2, Title: `A kettle <script>alert("x")</script> & 'tea'`}, Score: 0.5, Reason: "Close in meaning."},
	}
}

func TestGoldenLetters(t *testing.T) {
	t.Run("everything", func(t *testing.T) {
		w := newWorld(t, llmtest.Say(`{"summary":"Three of the new ideas are about sharing what stands around: tools, a street, a bicycle kitchen. \"Neighbourhood tool library\" may be where they meet.\n\nWhat shipped this week makes room for one of them.","connections":[{"a":4,"b":3,"reason":"Both keep data safe with as few moving parts as possible."}],"nudges":[{"id":1,"text":"Write one letter by hand first; if you would send a second, build it."}]}`))
		*w.keys.provider = byok.Anthropic
		everything(t, w)
		w.pass(t, sunday)
		letters := w.mailed(t)
		if len(letters) != 1 {
			t.Fatalf("%d letters", len(letters))
		}
		golden(t, "everything", letters[0])
		checkLetter(t, letters[0])
	})
	t.Run("quiet", func(t *testing.T) {
		w := newWorld(t)
		w.capture(t, 20, idea.Draft{Title: "Not new, not old"})
		w.pass(t, sunday)
		letters := w.mailed(t)
		golden(t, "quiet", letters[0])
		checkLetter(t, letters[0])
	})
	t.Run("nudge", func(t *testing.T) {
		w := newWorld(t)
		w.settle(t, `{"timezone":"Europe/Berlin","weekly_digest":false}`)
		w.capture(t, 90, idea.Draft{Title: "Letters to my future self"})
		w.capture(t, 45, idea.Draft{Title: `A kettle <script>alert("x")</script> & 'tea'`})
		w.pass(t, sunday.AddDate(0, 0, 3))
		golden(t, "nudge", w.outbox.nudges[0])
		checkLetter(t, w.outbox.nudges[0])
	})
	t.Run("without an address of its own", func(t *testing.T) {
		w := newWorld(t)
		w.p.Links = digest.NewLinks(secret.New("0123456789abcdef"), "")
		w.week(t)
		w.pass(t, sunday)
		m := w.mailed(t)[0]
		if strings.Contains(m.HTML, "<a ") || strings.Contains(m.Text, "http") || m.Unsubscribe != "" {
			t.Errorf("it has links:\n%s\n%s", m.Text, m.HTML)
		}
	})
}

var (
	remote = regexp.MustCompile(`(?i)<(img|script|link|iframe|object|embed|video|audio|form)\b|url\(|@import|\bsrc=|\bon[a-z]+=`)
	linked = regexp.MustCompile(`href="([^"]*)"`)
	style  = regexp.MustCompile(`(?s)<style>.*</style>`)
)

// checkLetter checks what must hold for every letter: nothing of it is loaded
// from elsewhere, its links lead home, it works without its style sheet, and
// its lines are not too long to be read.
func checkLetter(t *testing.T, m mail.Message) {
	t.Helper()
	if found := remote.FindString(m.HTML); found != "" {
		t.Errorf("the HTML has %q", found)
	}
	for _, link := range linked.FindAllStringSubmatch(m.HTML, -1) {
		if !strings.HasPrefix(link[1], "https://ideas.example.org/") {
			t.Errorf("a link leads to %s", link[1])
		}
	}
	if strings.Contains(style.ReplaceAllString(m.HTML, ""), "@media") {
		t.Error("there is style outside of the sheet")
	}
	if len(m.HTML) > 100_000 {
		t.Errorf("the HTML has %d bytes, of which mail programs cut some off", len(m.HTML))
	}
	if strings.ContainsAny(m.HTML+m.Text+m.Subject, "\u202e\u202c") {
		t.Error("a letter has marks that turn text around")
	}
	for line := range strings.Lines(m.Text) {
		if n := len([]rune(strings.TrimSpace(line))); n > 110 && !strings.Contains(line, "http") {
			t.Errorf("a line has %d characters: %s", n, line)
		}
	}
	if m.Subject == "" || strings.Contains(m.Subject, "\n") {
		t.Errorf("the subject is %q", m.Subject)
	}
}
