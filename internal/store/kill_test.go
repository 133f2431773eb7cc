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

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/words"
)

// victim is what the process that is going to be killed has to know.
type victim struct {
	Path  string
	URL   string
	Owner owner.ID
}

const victimVariable = "NEURALREPO_TEST_VICTIM"

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
			var said int64
			for life := range int64(3) {
				said = oneLife(t, string(v), said+10+7*life)
			}
			numbers := whole(t, first, ada.Owner)
			if int64(len(numbers)) < said {
				t.Errorf("%d ideas were said to be stored, %d are there", said, len(numbers))
			}
		})
	}
}

// oneLife lets a victim live until it has stored the idea with a number, and
// returns the last number that it said.
func oneLife(t *testing.T, v string, until int64) (said int64) {
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
		if said = n; said == until {
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
		fmt.Println("stored", d.Number)
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
