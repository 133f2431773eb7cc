package writer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/digest"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// yearZones are the 24 time zones of the year: full, half and quarter hours,
// summer time on both halves of the earth, by an hour, half and two, and both
// ends of the date line.
var yearZones = []string{
	"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "America/Santiago",
	"America/St_Johns", "America/Havana", "America/Sao_Paulo", "Africa/Casablanca", "Africa/Cairo", "Africa/Lagos",
	"Asia/Beirut", "Asia/Tehran", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney",
	"Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Apia", "Pacific/Pago_Pago", "Antarctica/Troll",
}

// clock is a time that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// fragile is the turns of a program that dies now and then: before it writes,
// or once it has written and before it can say so.
type fragile struct {
	*store.Turns
	mu sync.Mutex
	r  *rand.Rand
}

var errKilled = errors.New("killed")

func (f *fragile) dies() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.r.IntN(20) == 0
}

func (f *fragile) Turn(ctx context.Context, j job.Job) (digest.Turn, error) {
	if f.dies() {
		return digest.Turn{}, errKilled
	}
	return f.Turns.Turn(ctx, j)
}

func (f *fragile) EndTurn(ctx context.Context, j job.Job, next digest.Turn) error {
	if f.dies() {
		return errKilled
	}
	return f.Turns.EndTurn(ctx, j, next)
}

// nobody has no keys, and no connections.
type nobody struct{}

func (nobody) Statuses(context.Context, byok.Person) ([]byok.Status, byok.Provider, error) {
	return nil, "", nil
}

func (nobody) Connections(context.Context, owner.ID, int, map[[2]int64]bool) ([]digest.Connection, error) {
	return nil, nil
}

// reminders is an outbox that counts nudges.
type reminders struct {
	mail.Queue
	mu   sync.Mutex
	sent map[owner.ID]map[string]time.Time
}

func (q *reminders) QueueMail(ctx context.Context, who owner.ID, m mail.Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.sent[who] == nil {
		q.sent[who] = map[string]time.Time{}
	}
	if _, ok := q.sent[who][m.ID]; !ok { // the outbox has each once
		q.sent[who][m.ID] = m.At
	}
	return q.Queue.QueueMail(ctx, who, m)
}

// A year of people in 24 time zones, with two copies of the program that share
// a database, die now and then, and sleep at times: everybody gets exactly one
// letter a week, for Sunday at nine where they are, and who has more forgotten
// ideas than a letter has room for is reminded at most once a week.
func TestYear(t *testing.T) {
	people := 120
	if s := os.Getenv("NEURALREPO_TEST_PEOPLE"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		people = n
	}
	ctx := t.Context()
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "test.db"), Durability: store.Normal})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	begin := time.Date(2027, 1, 6, 0, 0, 0, 0, time.UTC)
	end := begin.AddDate(1, 0, 0)
	c := &clock{at: begin}
	accounts := account.New(s, account.Options{Now: c.now})
	ideas := idea.New(s, c.now)
	zoneOf, forgotten := map[owner.ID]*time.Location{}, map[owner.ID]int{}
	for n := range people {
		name := yearZones[n%len(yearZones)]
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		u, err := accounts.AddUser(ctx, account.NewUser{Email: fmt.Sprintf("p%d@example.org", n), DisplayName: "P"})
		if err != nil {
			t.Fatal(err)
		}
		zoneOf[u.Owner] = zone
		if _, err := s.UpdateUser(ctx, u.Owner, func(u *account.User) error {
			u.Settings = `{"timezone":"` + name + `"}`
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		forgotten[u.Owner] = 1
		if n%10 == 0 {
			forgotten[u.Owner] = digest.MaxStale + 1 // of which a digest has no room for the last
		}
		for i := range forgotten[u.Owner] {
			if _, err := ideas.Capture(ctx, u.Owner, idea.Draft{Title: fmt.Sprint("Idea ", i)}); err != nil {
				t.Fatal(err)
			}
		}
	}

	r := rand.New(rand.NewPCG(6, 3))
	outbox := &reminders{Queue: s, sent: map[owner.ID]map[string]time.Time{}}
	copies := make([]*fragile, 2)
	writers := make([]*Writer, 2)
	for k := range copies {
		copies[k] = &fragile{Turns: s.Turns(), r: rand.New(rand.NewPCG(6, uint64(10+k)))}
		writers[k] = New(Parts{
			Store: s, Turns: copies[k], People: s, Mail: outbox, Connections: nobody{}, Keys: nobody{},
			Links: digest.NewLinks(secret.New("k"), "https://ideas.example.org"), Now: c.now,
		})
	}
	const hold = 30 * time.Second
	// work is one copy that does what is due, for itself.
	work := func(k int) error {
		for life := 0; ; life++ {
			holder := fmt.Sprint("copy ", k, " life ", life)
			jobs, err := copies[k].ClaimJobs(ctx, holder, c.now(), c.now().Add(hold), 1+k*4)
			if err != nil || len(jobs) == 0 {
				return err
			}
			for _, j := range jobs {
				switch err := writers[k].Do(ctx, j); {
				case errors.Is(err, errKilled) && j.Tries%2 == 0:
					// Nobody gives it back: it is lost until it is due again.
				case err != nil && !errors.Is(err, errKilled):
					return err
				case err != nil:
					if err := copies[k].ReleaseJob(ctx, j, c.now(), c.now().Add(time.Second), true); err != nil {
						return err
					}
				}
			}
		}
	}
	// wakeful is long enough for what was lost by dying to be done again.
	const wakeful = 15 * time.Minute
	steps, woken := 0, begin
	for c.now().Before(end) {
		var g sync.WaitGroup
		errs := make([]error, 2)
		for k := range copies {
			g.Go(func() { errs[k] = work(k) })
		}
		g.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		steps++
		at, _, err := s.Turns().NextJob(ctx)
		if err != nil {
			t.Fatal(err)
		}
		next := at
		if !next.After(c.now()) {
			next = c.now().Add(time.Second)
		}
		if r.IntN(40) == 0 && next.Sub(woken) > wakeful { // everything sleeps, for less than two days
			next = next.Add(time.Duration(r.Int64N(int64(digest.MaxLate - wakeful))))
			woken = next
		}
		c.set(next)
	}
	// What was still held when the year ended.
	c.set(end.Add(time.Minute))
	if err := s.Turns().ReleaseAllJobs(ctx); err != nil {
		t.Fatal(err)
	}
	for range 30 {
		if err := errors.Join(work(0), work(1)); err != nil {
			t.Fatal(err)
		}
		c.set(c.now().Add(hold + time.Second))
	}

	letters := 0
	for who, zone := range zoneOf {
		want := map[int64]bool{}
		for d := 0; ; d++ {
			at := time.Date(2027, 1, 3+d, 9, 0, 0, 0, zone)
			if !at.Before(end) {
				break
			}
			if at.After(begin) && at.Weekday() == time.Sunday {
				want[at.Unix()] = true
			}
		}
		list, total, err := s.Digests(ctx, who, 100, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			if !want[d.Until.Unix()] {
				t.Errorf("in %v, a letter of %v is one too many", zone, d.Until.In(zone))
			}
			delete(want, d.Until.Unix())
			if d.Mail != digest.MailWaiting {
				t.Errorf("in %v, the mail of a letter is %s", zone, d.Mail)
			}
		}
		letters += total
		nudges := slices.SortedFunc(maps.Values(outbox.sent[who]), time.Time.Compare)
		if some := forgotten[who] > digest.MaxStale; some != (len(nudges) > 0) {
			t.Errorf("who has %d forgotten ideas was reminded %d times", forgotten[who], len(nudges))
		}
		for k := range max(0, len(nudges)-1) {
			if gap := nudges[k+1].Sub(nudges[k]); gap < 4*24*time.Hour {
				t.Errorf("in %v, reminders come %v apart", zone, gap)
			}
		}
		if len(nudges) > 53 {
			t.Errorf("in %v, there are %d reminders in a year", zone, len(nudges))
		}
		for at := range want {
			t.Errorf("in %v, there is no letter of %v", zone, time.Unix(at, 0).In(zone))
		}
	}
	t.Logf("%d letters to %d people in %d steps", letters, people, steps)
}
