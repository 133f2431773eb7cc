package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// day returns noon some days after start.
func day(n int) time.Time { return start.AddDate(0, 0, n) }

// letter is a digest that says something of everything.
func letter(kind digest.Kind, until time.Time) digest.Digest {
	return digest.Digest{
		Kind: kind, From: until.AddDate(0, 0, -7), Until: until, CreatedAt: until.Add(time.Second), Zone: "Europe/Berlin", Subject: "Your week",
		Content: digest.Content{
			Week: digest.Week{
				New:      []digest.Idea{{Ref: digest.Ref{Number: 1, Title: "ü"}, Status: idea.Captured, Tags: []string{"a"}, CreatedAt: until.Add(-time.Hour).UTC()}},
				NewTotal: 1, Ideas: 3,
				Stale: []digest.Stale{{Ref: digest.Ref{Number: 2}, Since: start, Nudge: "Try."}}, StaleTotal: 1,
			},
			Connections: []digest.Connection{{A: digest.Ref{Number: 1}, B: digest.Ref{Number: 2}, Score: 0.5, Reason: "So.", ByModel: true}},
			Summary:     "Two\n\nparagraphs",
			AI:          digest.AI{State: digest.AIDone},
		},
	}
}

func testDigests(t *testing.T, s suite) {
	ctx := t.Context()
	add := func(t *testing.T, who owner.ID, d digest.Digest) digest.Digest {
		t.Helper()
		must(t, s.AddDigest(ctx, who, &d, nil))
		return d
	}

	t.Run("what is kept is what was written", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		d := add(t, who, letter(digest.Weekly, day(7)))
		want(t, "number", d.ID, int64(1))
		want(t, "mail", d.Mail, digest.NoMail)
		got, err := s.Digest(ctx, who, 1)
		must(t, err)
		want(t, "letter", got, d)
		_, err = s.Digest(ctx, other, 1)
		wantFault(t, "one that is not there", err, fault.NotFound)
		_, err = s.Digest(ctx, who, 2)
		wantFault(t, "one that is not there", err, fault.NotFound)
	})

	t.Run("one weekly letter for a moment", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		add(t, who, letter(digest.Weekly, day(7)))
		again := letter(digest.Weekly, day(7))
		wantFault(t, "the same again", s.AddDigest(ctx, who, &again, func(digest.Digest) (mail.Message, error) {
			t.Error("a letter that is there already is mailed")
			return mail.Message{}, nil
		}), fault.Conflict)
		add(t, who, letter(digest.Asked, day(7)))
		add(t, who, letter(digest.Asked, day(7)))
		add(t, who, letter(digest.Weekly, day(14)))
		add(t, other, letter(digest.Weekly, day(7)))
		list, total, err := s.Digests(ctx, who, 10, 0)
		must(t, err)
		want(t, "letters", total, 4)
		want(t, "the newest first", list[0].Until, day(14))
		want(t, "lists are brief", list[0].Content, digest.Content{})
	})

	t.Run("pages", func(t *testing.T) {
		who := s.owner(t)
		for n := 1; n <= 5; n++ {
			add(t, who, letter(digest.Weekly, day(7*n)))
		}
		list, total, err := s.Digests(ctx, who, 2, 1)
		must(t, err)
		want(t, "total", total, 5)
		want(t, "numbers", fmt.Sprint(list[0].ID, list[1].ID, len(list)), "4 3 2")
		last, err := s.LastDigests(ctx, who, 2)
		must(t, err)
		want(t, "last", fmt.Sprint(last[0].ID, last[1].ID, len(last)), "5 4 2")
		want(t, "as a whole", last[0].Content, letter(digest.Weekly, day(35)).Content)
	})

	t.Run("asked since", func(t *testing.T) {
		who := s.owner(t)
		add(t, who, letter(digest.Asked, day(1)))
		add(t, who, letter(digest.Asked, day(2)))
		add(t, who, letter(digest.Weekly, day(3)))
		for since, want := range map[time.Time]int{day(1): 2, day(2): 1, day(3): 0} {
			if got, err := s.AskedSince(ctx, who, since); err != nil || got != want {
				t.Errorf("since %v: %d, %v, want %d", since, got, err, want)
			}
		}
	})

	t.Run("the mail goes with it, or neither does", func(t *testing.T) {
		own := open(t, s.fresh(t))
		who := newOwner(t, own)
		write := func(id string, fail error) error {
			d := letter(digest.Asked, day(1))
			return own.AddDigest(ctx, who, &d, func(d digest.Digest) (mail.Message, error) {
				return mail.Message{
					To: "ada@example.org", Subject: fmt.Sprint("Letter ", d.ID), Text: "text", HTML: "<p>html", ID: id,
					Kind: mail.Digest, At: day(1), Until: day(3),
				}, fail
			})
		}
		must(t, write("one", nil))
		broken := errors.New("cannot be written")
		if err := write("two", broken); !errors.Is(err, broken) {
			t.Errorf("a letter that cannot be written: %v", err)
		}
		got, err := own.Digest(ctx, who, 1)
		must(t, err)
		want(t, "mail", got.Mail, digest.MailWaiting)
		_, total, err := own.Digests(ctx, who, 10, 0)
		must(t, err)
		want(t, "letters", total, 1)
		jobs, err := own.Outbox().ClaimJobs(ctx, "a", day(1), day(2), 9)
		must(t, err)
		want(t, "mails", len(jobs), 1)
		m, err := own.Outbox().Mail(ctx, jobs[0])
		must(t, err)
		want(t, "it knows its number", m.Subject, "Letter 1")
		must(t, own.Outbox().EndMail(ctx, jobs[0], mail.Ending{State: mail.Sent, At: day(1)}))
		got, err = own.Digest(ctx, who, 1)
		must(t, err)
		want(t, "mail", got.Mail, digest.MailSent)
	})

	t.Run("ideas that are put off", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a")
		wantFault(t, "no idea", s.PutOff(ctx, who, 2, day(1), time.Time{}), fault.NotFound)
		wantFault(t, "an idea of another", s.PutOff(ctx, s.owner(t), 1, day(1), time.Time{}), fault.NotFound)
	})
}

func testWeeks(t *testing.T, s suite) {
	ctx := t.Context()
	now := start
	ideas := idea.New(s, func() time.Time { return now })
	capture := func(t *testing.T, who owner.ID, at time.Time, d idea.Draft) int64 {
		t.Helper()
		now = at
		i, err := ideas.Capture(ctx, who, d)
		must(t, err)
		return i.Number
	}
	move := func(t *testing.T, who owner.ID, at time.Time, number int64, to idea.Status) {
		t.Helper()
		now = at
		_, err := ideas.Edit(ctx, who, number, idea.Patch{Status: &to}, nil)
		must(t, err)
	}
	week := func(t *testing.T, who owner.ID, span digest.Span) digest.Week {
		t.Helper()
		w, err := s.Week(ctx, who, span)
		must(t, err)
		return w
	}
	// span is the week that ends at day 35.
	span := digest.Span{From: day(28), Until: day(35), StaleBefore: day(5), Now: day(35)}

	t.Run("nothing", func(t *testing.T) {
		who := s.owner(t)
		w := week(t, who, span)
		want(t, "week", w, digest.Week{})
		want(t, "empty", w.Empty(), true)
	})

	t.Run("what came in", func(t *testing.T) {
		who, other := s.owner(t), s.owner(t)
		capture(t, other, day(30), idea.Draft{Title: "of another"})
		capture(t, who, day(28).Add(-time.Microsecond), idea.Draft{Title: "before"})
		capture(t, who, day(28), idea.Draft{Title: "first", Body: "A long text", Tags: []string{"a", "b"}})
		two := idea.Building
		capture(t, who, day(29), idea.Draft{Title: "second", Tags: []string{"b"}, Status: two})
		gone := capture(t, who, day(30), idea.Draft{Title: "archived", Tags: []string{"b"}})
		must(t, ideas.Archive(ctx, who, gone))
		capture(t, who, day(35), idea.Draft{Title: "behind"})
		long := span
		long.Heads = 6
		w := week(t, who, long)
		want(t, "new", w.New, []digest.Idea{
			{Ref: digest.Ref{Number: 3, Title: "second"}, Status: two, Tags: []string{"b"}, CreatedAt: day(29)},
			{Ref: digest.Ref{Number: 2, Title: "first"}, Status: idea.Captured, Tags: []string{"a", "b"}, CreatedAt: day(28), Text: "A long"},
		})
		want(t, "total", w.NewTotal, 2)
		want(t, "by status", w.ByStatus, []digest.StatusCount{{Status: idea.Building, Count: 1}, {Status: idea.Captured, Count: 1}})
		want(t, "by tag", w.ByTag, []digest.TagCount{{Tag: "b", Count: 2}, {Tag: "a", Count: 1}})
		want(t, "ideas", w.Ideas, 4)
		want(t, "no text unless it is wanted", week(t, who, span).New[1].Text, "")
	})

	t.Run("more than there is room for", func(t *testing.T) {
		who := s.owner(t)
		for n := range digest.MaxIdeas + 3 {
			capture(t, who, day(30).Add(time.Duration(n)*time.Second), idea.Draft{Title: fmt.Sprint(n)})
		}
		w := week(t, who, span)
		want(t, "total", w.NewTotal, digest.MaxIdeas+3)
		want(t, "listed", len(w.New), digest.MaxIdeas)
		want(t, "the newest", w.New[0].Title, fmt.Sprint(digest.MaxIdeas+2))
	})

	t.Run("what moved", func(t *testing.T) {
		who := s.owner(t)
		for range 5 {
			capture(t, who, day(1), idea.Draft{Title: "an idea"})
		}
		move(t, who, day(20), 1, idea.Exploring) // before
		move(t, who, day(29), 2, idea.Exploring) // twice
		move(t, who, day(30), 2, idea.Building)
		move(t, who, day(29), 3, idea.Building) // and back
		move(t, who, day(31), 3, idea.Captured)
		move(t, who, day(32), 4, idea.Shipped)
		move(t, who, day(33), 5, idea.Shelved) // archived
		must(t, ideas.Archive(ctx, who, 5))
		move(t, who, day(36), 1, idea.Shipped) // behind
		w := week(t, who, span)
		want(t, "moved", w.Moved, []digest.Move{{Ref: digest.Ref{Number: 2, Title: "an idea"}, From: idea.Captured, To: idea.Building, At: day(30)}})
		want(t, "shipped", w.Shipped, []digest.Move{{Ref: digest.Ref{Number: 4, Title: "an idea"}, From: idea.Captured, To: idea.Shipped, At: day(32)}})
		want(t, "totals", fmt.Sprint(w.MovedTotal, w.ShippedTotal, w.Empty()), "1 1 false")
	})

	t.Run("duplicates", func(t *testing.T) {
		who := s.owner(t)
		s.titled(t, who, "a", "b", "c")
		s.propose(t, who, 2, 1, 0.8)
		best := s.propose(t, who, 3, 1, 0.9)
		dismissed := s.propose(t, who, 3, 2, 0.95)
		must(t, ideas.DismissDuplicate(ctx, who, dismissed.ID))
		w := week(t, who, span)
		want(t, "total", w.DuplicatesTotal, 2)
		want(t, "the most similar", w.Duplicates[0], digest.Pair{
			ID: best.ID, Score: 0.9, Idea: digest.Ref{Number: 3, Title: "c"}, Duplicate: digest.Ref{Number: 1, Title: "a"},
		})
	})

	t.Run("what is forgotten", func(t *testing.T) {
		who := s.owner(t)
		for n := range 4 {
			capture(t, who, day(n), idea.Draft{Title: fmt.Sprint(n)}) // #1 at day 0
		}
		capture(t, who, day(5), idea.Draft{Title: "not so old"})
		move(t, who, day(3), 2, idea.Exploring)
		must(t, ideas.Archive(ctx, who, 3))
		numbers := func(sp digest.Span) (list []int64) {
			t.Helper()
			w := week(t, who, sp)
			want(t, "total", w.StaleTotal >= len(w.Stale), true)
			for _, i := range w.Stale {
				list = append(list, i.Number)
			}
			return list
		}
		want(t, "the oldest first", numbers(span), []int64{1, 4})
		want(t, "since when", week(t, who, span).Stale[0].Since, day(0))
		few := span
		few.Stale = 1
		want(t, "only so many", numbers(few), []int64{1})

		must(t, s.PutOff(ctx, who, 1, day(35), time.Time{}))
		must(t, s.PutOff(ctx, who, 4, day(35), day(65)))
		want(t, "none of those that were put off", numbers(span), []int64(nil))
		later := digest.Span{From: day(58), Until: day(65), StaleBefore: day(35), Now: day(65)}
		want(t, "once the rest is over", numbers(later), []int64{4, 5})
		title := "edited"
		now = day(40)
		_, err := ideas.Edit(ctx, who, 1, idea.Patch{Title: &title}, nil)
		must(t, err)
		muchLater := digest.Span{From: day(93), Until: day(100), StaleBefore: day(70), Now: day(100)}
		want(t, "one that was kept, and edited since", numbers(muchLater), []int64{4, 5, 1})
	})
}

// testTurns has a database of its own: a claim takes whatever waits there.
func testTurns(t *testing.T, s suite) {
	ctx := t.Context()
	own := open(t, s.fresh(t))
	who := newOwner(t, own)
	turns := own.Turns()
	claim := func(t *testing.T, holder string, now time.Time, n int) []job.Job {
		t.Helper()
		list, err := turns.ClaimJobs(ctx, holder, now, now.Add(time.Minute), n)
		must(t, err)
		return list
	}
	kinds := func(list []job.Job) map[job.Kind]bool {
		m := map[job.Kind]bool{}
		for _, j := range list {
			m[j.Kind] = true
		}
		return m
	}

	t.Run("everybody has a turn of each kind", func(t *testing.T) {
		list := claim(t, "a", day(0), 9)
		want(t, "kinds", kinds(list), map[job.Kind]bool{job.Digest: true, job.Nudge: true})
		want(t, "held by another", len(claim(t, "b", day(0), 9)), 0)
		for _, j := range list {
			got, err := turns.Turn(ctx, j)
			must(t, err)
			want(t, "not found out yet", got, digest.Turn{})
			must(t, turns.EndTurn(ctx, j, digest.Turn{Slot: day(7), Last: day(1)}))
			_, err = turns.Turn(ctx, j)
			wantFault(t, "one that is not there", err, fault.NotFound)
		}
		at, any, err := turns.NextJob(ctx)
		must(t, err)
		want(t, "next", at, day(7))
		want(t, "any", any, true)
		got, err := turns.TurnOf(ctx, who, job.Digest)
		must(t, err)
		want(t, "turn", got, digest.Turn{Slot: day(7), Last: day(1)})
	})

	t.Run("settings move it", func(t *testing.T) {
		edit := func(settings string) {
			t.Helper()
			_, err := own.UpdateUser(ctx, who, func(u *account.User) error { u.Settings = settings; return nil })
			must(t, err)
		}
		edit(`{"digest_hour":7}`)
		list := claim(t, "a", day(2), 9)
		want(t, "due at once", len(list), 2)
		got, err := turns.Turn(ctx, list[0])
		must(t, err)
		want(t, "what was promised is kept", got, digest.Turn{Slot: day(7), Last: day(1)})
		edit(`{"digest_hour":8}`) // while it is held
		for _, j := range list {
			must(t, turns.EndTurn(ctx, j, digest.Turn{Slot: day(8)}))
			_, err := turns.Turn(ctx, j)
			must(t, err) // it is not ended
			must(t, turns.ReleaseJob(ctx, j, day(2), day(3), false))
		}
		again := claim(t, "a", day(2), 9)
		want(t, "found anew at once", len(again), 2)
		for _, j := range again {
			must(t, turns.EndTurn(ctx, j, digest.Turn{Slot: day(9), Last: day(1)}))
		}
		edit(`{"digest_hour":8}`)
		want(t, "the same settings ask for nothing", len(claim(t, "a", day(2), 9)), 0)
		_, err = own.UpdateUser(ctx, who, func(u *account.User) error { u.DisplayName = "Other"; return nil })
		must(t, err)
		want(t, "nor does a name", len(claim(t, "a", day(2), 9)), 0)
	})

	t.Run("what a process lost", func(t *testing.T) {
		list := claim(t, "dead", day(9), 9)
		want(t, "due", len(list), 2)
		want(t, "still held", len(claim(t, "b", day(9).Add(30*time.Second), 9)), 0)
		must(t, turns.HoldJobs(ctx, "dead", day(9).Add(2*time.Minute)))
		want(t, "held for longer", len(claim(t, "b", day(9).Add(time.Minute), 9)), 0)
		second := claim(t, "b", day(9).Add(2*time.Minute), 9)
		want(t, "lost", len(second), 2)
		must(t, turns.EndTurn(ctx, list[0], digest.Turn{Slot: day(99)}))
		got, err := turns.TurnOf(ctx, who, list[0].Kind)
		must(t, err)
		want(t, "the dead end nothing", got.Slot, day(9))
		must(t, turns.ReleaseJob(ctx, second[0], day(9), day(10), true))
		must(t, turns.ReleaseAllJobs(ctx))
		third := claim(t, "c", day(10), 1)
		want(t, "given back", len(third), 1)
		rest := claim(t, "c", day(10), 9)
		want(t, "and the other", len(rest), 1)
		for _, j := range append(third, rest...) {
			tries := 0
			if j.Kind == second[0].Kind {
				tries = 1
			}
			want(t, "tries", j.Tries, tries)
			must(t, turns.EndTurn(ctx, j, digest.Turn{Slot: day(400)}))
		}
	})

	t.Run("set by a clock that was wrong", func(t *testing.T) {
		must(t, turns.AskDistant(ctx, day(401)))
		want(t, "none is that far ahead", len(claim(t, "a", day(20), 9)), 0)
		must(t, turns.AskDistant(ctx, day(33)))
		list := claim(t, "a", day(20), 9)
		want(t, "found anew", len(list), 2)
		for _, j := range list {
			must(t, turns.EndTurn(ctx, j, digest.Turn{Slot: day(21)}))
		}
	})

	t.Run("of many, the first", func(t *testing.T) {
		for range 3 {
			newOwner(t, own)
		}
		list := claim(t, "a", day(22), 5)
		want(t, "claimed", len(list), 5)
		want(t, "those that wait for longest first", len(claim(t, "b", day(20), 9)), 1)
		for _, j := range list {
			if j.Owner == who {
				t.Errorf("claimed %+v, which is due last", j)
			}
		}
	})
}
