package store_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/usage"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// victim is what the process that is going to be killed has to know.
type victim struct {
	Path  string
	URL   string
	Owner owner.ID
}

const victimVariable = "NEURALREPO_TEST_VICTIM"

// victimDay is when the requests of the victim begin.
var victimDay = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// TestKilled kills a process while it writes as fast as it can. What it has
// said to be stored must be there, and every idea must be there whole.
func TestKilled(t *testing.T) {
	for name, fresh := range engines {
		t.Run(name, func(t *testing.T) {
			options := fresh(t)
			first := open(t, options)
			ada := account.User{ID: "ada", Email: "ada@example.org", Settings: "{}"}
			if err := first.CreateUser(t.Context(), &ada); err != nil {
				t.Fatal(err)
			}
			v, err := json.Marshal(victim{options.Path, options.DatabaseURL.Reveal(), ada.Owner})
			if err != nil {
				t.Fatal(err)
			}
			var said []int64
			var last int64
			for life := range int64(lives) {
				said = append(said, oneLife(t, string(v), last+10+7*life)...)
				last = said[len(said)-1]
			}
			numbers := whole(t, first, ada.Owner)
			if int64(len(numbers)) < last {
				t.Errorf("%d ideas were said to be stored, %d are there", last, len(numbers))
			}
			accounted(t, first, ada.Owner, said)
		})
	}
}

// lives is how many victims are killed one after the other.
const lives = 3

// oneLife lets a victim live until it has stored the idea with a number, and
// returns the numbers that it said.
func oneLife(t *testing.T, v string, until int64) (said []int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	cmd.Env = append(os.Environ(), victimVariable+"="+v)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		n, err := strconv.ParseInt(strings.TrimPrefix(lines.Text(), "stored "), 10, 64)
		if err != nil {
			t.Fatalf("the victim said %q", lines.Text())
		}
		if said = append(said, n); n == until {
			cmd.Process.Kill() // and what it said until then is read to the end
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the victim was not killed")
	}
	return said
}

// TestVictim writes until it is killed. It is nothing without TestKilled.
func TestVictim(t *testing.T) {
	var v victim
	if text := os.Getenv(victimVariable); text == "" {
		return
	} else if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Path: v.Path, DatabaseURL: secret.New(v.URL), Durability: store.Normal})
	if err != nil {
		t.Fatal(err)
	}
	ideas := idea.New(s, nil)
	for {
		d, err := ideas.Capture(t.Context(), v.Owner, idea.Draft{Title: "victim", Body: "everything", Tags: []string{"one", "two"}})
		if err != nil {
			t.Fatal(err)
		}
		e := audit.Entry{At: d.CreatedAt, Action: audit.Open, Request: fmt.Sprint(d.Number)}
		if err := s.NoteProviderKeyUse(t.Context(), v.Owner, "", time.Time{}, e); err != nil {
			t.Fatal(err)
		}
		cost := llm.Dollar
		r := usage.Request{ID: fmt.Sprint(d.Number), Owner: v.Owner, At: victimDay, Provider: "openai", Outcome: usage.Complete, Cost: &cost}
		if _, _, err := s.ReserveSpend(t.Context(), v.Owner, usage.Reservation{ID: r.ID, Provider: r.Provider, At: r.At, Amount: 2 * cost}, 1000*cost); err != nil {
			t.Fatal(err)
		}
		if err := s.AddRequests(t.Context(), []usage.Request{r}); err != nil {
			t.Fatal(err)
		}
		fmt.Println("stored", d.Number)
	}
}

// accounted checks that each request that was said to be stored is there, and
// that the audit and the sums say the same as the requests do. Each life may
// have ended before it said so, after an audit entry, a reservation or the
// request itself.
func accounted(t *testing.T, s *store.Store, who owner.ID, said []int64) {
	t.Helper()
	// A server may still be at the end of what the last victim began. It has
	// the lock on the month until then.
	if _, _, err := s.ReserveSpend(t.Context(), who, usage.Reservation{ID: "none", Provider: "openai", At: victimDay}, 1000*llm.Dollar); err != nil {
		t.Fatal(err)
	}
	requests, err := s.Requests(t.Context(), who, usage.Query{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, r := range requests {
		there[r.ID] = true
	}
	for _, number := range said {
		if !there[fmt.Sprint(number)] {
			t.Errorf("request %d was said to be stored and is not there", number)
		}
	}
	n := int64(len(requests))
	if most := len(said) + lives; len(requests) > most {
		t.Errorf("%d requests are there, want %d at most", n, most)
	}
	sums, err := s.Sums(t.Context(), who, victimDay.AddDate(0, 0, -1), victimDay.AddDate(0, 0, 1))
	if err != nil || len(sums) != 1 || sums[0].Requests != n || sums[0].Cost != llm.Cost(n)*llm.Dollar {
		t.Errorf("%d requests add up to %+v (%v)", n, sums, err)
	}
	spent, err := s.Spent(t.Context(), who, "openai", victimDay)
	if open := spent/llm.Dollar - llm.Cost(n); err != nil || open < 0 || open > 2*lives || open%2 != 0 {
		t.Errorf("%s were spent on %d requests (%v)", spent, n, err)
	}
	err = audit.VerifyAll(t.Context(), s, func(c audit.Checked) {
		if c.Fault != nil || c.Entries < n || c.Entries > n+lives {
			t.Errorf("%d entries were made for %d requests: %v", c.Entries, n, c.Fault)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// whole checks that every idea of an owner has all that comes with it.
func whole(t *testing.T, s *store.Store, who owner.ID) (numbers []int64) {
	t.Helper()
	ctx := t.Context()
	err := s.Read(ctx, who, func(tx idea.Tx) error {
		f := idea.Filter{Limit: 100}
		found := idea.Filter{Limit: 100, Words: words.Parse("everything victim ")}
		for {
			page, err := tx.Ideas.List(ctx, f)
			if err != nil {
				return err
			}
			matches, err := tx.Ideas.List(ctx, found)
			if err != nil {
				return err
			}
			if len(matches.Ideas) != len(page.Ideas) {
				t.Errorf("%d ideas, %d are found by their words", len(page.Ideas), len(matches.Ideas))
			}
			for _, i := range page.Ideas {
				numbers = append(numbers, i.Number)
				events, err := tx.History.Of(ctx, i.Number)
				if err != nil {
					return err
				}
				if len(events) != 1 || len(i.Tags) != 2 {
					t.Errorf("#%d has the tags %v and the history %v", i.Number, i.Tags, events)
				}
			}
			if page.Next == nil {
				break
			}
			f.After, found.After = page.Next, page.Next
		}
		tags, err := tx.Tags.All(ctx)
		if err != nil {
			return err
		}
		for _, tag := range tags {
			if tag.Ideas != len(numbers) {
				t.Errorf("tag %s counts %d ideas of %d", tag.Name, tag.Ideas, len(numbers))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for k, n := range numbers {
		if n != int64(len(numbers)-k) {
			t.Fatalf("numbers have gaps: %v", numbers)
		}
	}
	seq, err := s.ChangeSeq(ctx, who)
	if err != nil || seq != int64(len(numbers)) {
		t.Errorf("%d changes were counted (%v), %d ideas are there", seq, err, len(numbers))
	}
	return numbers
}
