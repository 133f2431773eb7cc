package storetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// testMails has a database of its own: a claim takes whatever waits there.
func testMails(t *testing.T, s suite) {
	fresh := func(t *testing.T) (*store.Store, owner.ID) {
		own := open(t, s.fresh(t))
		return own, newOwner(t, own)
	}
	letter := mail.Message{
		To: "ada@example.org", ToName: "Ada", Subject: "Your week", Text: "text", HTML: "<p>html", ID: "week 1",
		Unsubscribe: "https://ideas.example.org/u/1", Kind: mail.Digest, At: at(1), Until: at(1000),
	}
	claim := func(t *testing.T, own *store.Store, holder string, second, n int) []job.Job {
		t.Helper()
		jobs, err := own.Outbox().ClaimJobs(t.Context(), holder, at(second), at(second+15), n)
		must(t, err)
		return jobs
	}

	t.Run("what is queued is what is sent", func(t *testing.T) {
		own, who := fresh(t)
		must(t, own.QueueMail(t.Context(), who, letter))
		due, any, err := own.Outbox().NextJob(t.Context())
		must(t, err)
		want(t, "when", due, at(1))
		want(t, "any", any, true)
		want(t, "before its time", len(claim(t, own, "a", 0, 9)), 0)
		jobs := claim(t, own, "a", 1, 9)
		want(t, "jobs", jobs, []job.Job{{Owner: who, Kind: job.Mail, Subject: 1, Round: 1, Holder: "a"}})
		got, err := own.Outbox().Mail(t.Context(), jobs[0])
		must(t, err)
		want(t, "letter", got, letter)
		want(t, "held by another", len(claim(t, own, "b", 2, 9)), 0)
	})

	t.Run("one of an id", func(t *testing.T) {
		own, who := fresh(t)
		other := newOwner(t, own)
		for range 2 {
			must(t, own.QueueMail(t.Context(), who, letter))
		}
		must(t, own.QueueMail(t.Context(), other, letter))
		jobs := claim(t, own, "a", 1, 9)
		want(t, "letters of two owners", len(jobs), 2)
		for _, j := range jobs {
			must(t, own.Outbox().EndMail(t.Context(), j, mail.Ending{State: mail.Sent, At: at(2)}))
		}
		must(t, own.QueueMail(t.Context(), who, letter))
		want(t, "after it was sent", len(claim(t, own, "a", 3, 9)), 0)
		without := letter
		without.ID = ""
		for range 2 {
			must(t, own.QueueMail(t.Context(), who, without))
		}
		want(t, "without an id", len(claim(t, own, "a", 3, 9)), 2)
		must(t, own.PruneMails(t.Context(), at(3)))
		must(t, own.QueueMail(t.Context(), who, letter))
		want(t, "once it is forgotten", len(claim(t, own, "a", 3, 9)), 1)
	})

	t.Run("how it ends", func(t *testing.T) {
		own, who := fresh(t)
		must(t, own.QueueMail(t.Context(), who, letter))
		j := claim(t, own, "a", 1, 9)[0]
		stranger := j
		stranger.Holder = "b"
		wantFault(t, "by another", own.Outbox().EndMail(t.Context(), stranger, mail.Ending{State: mail.Sent, At: at(2)}), fault.NotFound)
		_, err := own.Outbox().Mail(t.Context(), stranger)
		wantFault(t, "read by another", err, fault.NotFound)
		must(t, own.Outbox().EndMail(t.Context(), j, mail.Ending{State: mail.Bounced, Reason: "no such person", At: at(2)}))
		_, err = own.Outbox().Mail(t.Context(), j)
		wantFault(t, "read after its end", err, fault.NotFound)
		must(t, own.Outbox().ReleaseJob(t.Context(), j, at(2), at(2), true))
		_, any, err := own.Outbox().NextJob(t.Context())
		must(t, err)
		want(t, "any waits", any, false)
	})

	t.Run("tried again", func(t *testing.T) {
		own, who := fresh(t)
		must(t, own.QueueMail(t.Context(), who, letter))
		j := claim(t, own, "a", 1, 9)[0]
		must(t, own.Outbox().ReleaseJob(t.Context(), j, at(2), at(60), true))
		want(t, "too early", len(claim(t, own, "b", 59, 9)), 0)
		j = claim(t, own, "b", 60, 9)[0]
		want(t, "tries", j.Tries, 1)
		// A holder that says nothing has lost it; one that does has not.
		must(t, own.Outbox().HoldJobs(t.Context(), "b", at(90)))
		want(t, "held", len(claim(t, own, "c", 89, 9)), 0)
		want(t, "lost", len(claim(t, own, "c", 90, 9)), 1)
		must(t, own.Outbox().ReleaseAllJobs(t.Context()))
		want(t, "taken back", len(claim(t, own, "d", 0, 9)), 1)
	})

	t.Run("who waits goes first", func(t *testing.T) {
		own, who := fresh(t)
		must(t, own.QueueMail(t.Context(), who, letter))
		link := mail.Message{To: "ada@example.org", ID: "link", Kind: mail.MagicLink, At: at(2)}
		must(t, own.QueueMail(t.Context(), who, link))
		want(t, "the first", claim(t, own, "a", 2, 1)[0].Subject, int64(2))
	})

	t.Run("two processes share", func(t *testing.T) {
		own, who := fresh(t)
		const letters = 60
		for n := range letters {
			m := letter
			m.ID = fmt.Sprint(n)
			must(t, own.QueueMail(t.Context(), who, m))
		}
		var mu sync.Mutex
		seen := map[int64]int{}
		var wg sync.WaitGroup
		for p := range 4 {
			wg.Go(func() {
				for {
					jobs, err := own.Outbox().ClaimJobs(t.Context(), fmt.Sprint("p", p), at(1), at(100), 3)
					if err != nil {
						t.Error(err)
						return
					}
					if len(jobs) == 0 {
						return
					}
					mu.Lock()
					for _, j := range jobs {
						seen[j.Subject]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		want(t, "letters", len(seen), letters)
		for n, times := range seen {
			if times != 1 {
				t.Errorf("letter %d was claimed %d times", n, times)
			}
		}
	})

	t.Run("refused", func(t *testing.T) {
		own, who := fresh(t)
		for name, change := range map[string]func(*mail.Message){
			"a second header":    func(m *mail.Message) { m.Subject = "x\r\nBcc: eve@example.org" },
			"a second recipient": func(m *mail.Message) { m.To = "ada@example.org,eve@example.org" },
			"a long subject":     func(m *mail.Message) { m.Subject = strings.Repeat("x", mail.MaxSubject+1) },
		} {
			m := letter
			change(&m)
			wantFault(t, name, own.QueueMail(t.Context(), who, m), fault.Invalid)
		}
		wantFault(t, "to nobody", own.QueueMail(t.Context(), 1<<30, letter), fault.NotFound)
		want(t, "queued", len(claim(t, own, "a", 9, 9)), 0)
	})

	t.Run("a letter without a time is of now", func(t *testing.T) {
		own, who := fresh(t)
		must(t, own.QueueMail(t.Context(), who, mail.Message{To: "ada@example.org", Text: "x", Kind: mail.Test}))
		jobs, err := own.Outbox().ClaimJobs(t.Context(), "a", time.Now(), time.Now().Add(time.Minute), 1)
		must(t, err)
		m, err := own.Outbox().Mail(t.Context(), jobs[0])
		must(t, err)
		want(t, "for", m.Until.Sub(m.At), mail.KeepTrying)
	})
}
