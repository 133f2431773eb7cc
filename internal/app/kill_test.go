package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/embed/embedtest"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/vector"
)

const (
	victimVariable = "NEURALREPO_TEST_APP_VICTIM"
	killsVariable  = "NEURALREPO_TEST_KILLS" // on each database, if not a few
)

// victim is what the process that is going to be killed has to know.
type victim struct{ Data, URL string }

// forTests lets the stand-in understand ideas, and gives up on who was killed
// soon.
func forTests() understanding {
	return understanding{embedders: []embed.Embedder{embedtest.New()}, pace: pace{hold: 2 * time.Second}}
}

// TestKilled kills the whole program in the middle of a storm of captures, at
// random moments. What was acknowledged must be there, each idea understood
// and proposed exactly once.
func TestKilled(t *testing.T) {
	kills := 3
	if n, err := strconv.Atoi(os.Getenv(killsVariable)); err == nil {
		kills = n
	}
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		key := someone(t, cfg, "ada")[0]
		v, err := json.Marshal(victim{cfg.Data, cfg.DatabaseURL.Reveal()})
		if err != nil {
			t.Fatal(err)
		}
		s := newStorm(key)
		for range kills {
			s.life(t, string(v))
		}
		s.check(t, cfg)
	})
}

// TestKilledVictim serves until it is killed. It is nothing without TestKilled.
func TestKilledVictim(t *testing.T) {
	var v victim
	if text := os.Getenv(victimVariable); text == "" {
		return
	} else if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	cfg := settings(t)
	cfg.Data, cfg.DatabaseURL = v.Data, secret.New(v.URL)
	a, err := build(t.Context(), cfg, "", slog.New(slog.DiscardHandler), forTests())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Println(a.URL())
	t.Fatal(<-a.Failed())
}

// TestPostgresRestarted restarts the database under the program in the middle
// of a storm of captures.
func TestPostgresRestarted(t *testing.T) {
	if os.Getenv(pgtest.SkipVariable) == "1" {
		t.Skip("needs PostgreSQL, and " + pgtest.SkipVariable + " is 1")
	}
	cluster, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	}()
	cfg := settings(t)
	cfg.DatabaseURL = secret.New(cluster.URL() + "&options=-c%20synchronous_commit%3Don")
	s := newStorm(someone(t, cfg, "ada")[0])
	a, err := build(t.Context(), cfg, "", slog.New(slog.DiscardHandler), forTests())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	enough := func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.acknowledged) >= 120 }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var sides sync.WaitGroup
	for range 4 {
		sides.Go(func() {
			for !enough() && ctx.Err() == nil {
				_ = s.capture(ctx, a.URL()) // which may fail while there is no database
			}
		})
	}
	for range 3 {
		if err := cluster.Restart(); err != nil {
			t.Error(err)
		}
	}
	sides.Wait()
	if ctx.Err() != nil {
		t.Error("captures did not succeed again")
	}
	if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
	s.check(t, cfg)
}

// storm captures every text twice, from several sides at a time.
type storm struct {
	key  string
	next atomic.Int64

	mu           sync.Mutex
	acknowledged map[int64]string // titles by number
}

func newStorm(key string) *storm { return &storm{key: key, acknowledged: map[int64]string{}} }

// title is that of the n-th capture: that of the one before it or after it,
// and like no others.
func title(n int64) string {
	r := rand.New(rand.NewPCG(uint64(n/2), 1))
	words := make([]string, 8)
	for k := range words {
		words[k] = strconv.FormatUint(r.Uint64(), 36)
	}
	return strings.Join(words, " ")
}

// capture sends one capture and notes if it is acknowledged.
func (s *storm) capture(ctx context.Context, url string) error {
	title := title(s.next.Add(1))
	body, err := json.Marshal(map[string]string{"title": title})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, "POST", url+"/api/v1/ideas", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-API-Key", s.key)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	var got struct{ Number int64 }
	if answer.StatusCode != http.StatusCreated {
		return fmt.Errorf("%d %s", answer.StatusCode, text)
	}
	if err := json.Unmarshal(text, &got); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acknowledged[got.Number] = title
	return nil
}

// life starts a victim, captures from four sides, and kills it after some.
func (s *storm) life(t *testing.T, v string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledVictim$")
	cmd.Env = append(os.Environ(), victimVariable+"="+v)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(url, "http://") {
		t.Fatalf("the victim said %q (%v)", url, err)
	}
	url = strings.TrimSpace(url)
	var left atomic.Int64
	left.Store(5 + rand.Int64N(40))
	var sides sync.WaitGroup
	for range 4 {
		sides.Go(func() {
			for s.capture(t.Context(), url) == nil {
				if left.Add(-1) == 0 {
					cmd.Process.Kill()
				}
			}
		})
	}
	sides.Wait()
	cmd.Process.Kill() // if a capture failed before
	if err := cmd.Wait(); err == nil {
		t.Fatal("the victim was not killed")
	}
	if left.Load() > 0 {
		t.Errorf("captures failed before the victim was killed")
	}
}

// check starts the program once more, lets it do what is left, and looks at
// everything.
func (s *storm) check(t *testing.T, cfg config.Config) {
	t.Helper()
	a, err := build(t.Context(), cfg, "", slog.New(slog.DiscardHandler), forTests())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	users, err := a.store.ListUsers(t.Context(), 0, 2)
	if err != nil || len(users) != 1 {
		t.Fatal(users, err)
	}
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	who := users[0].Owner
	idle(t, a, who)
	s.compare(t, a, who)
}

// idle returns once nothing is left to be done in the background.
func idle(t *testing.T, a *App, who owner.ID) {
	t.Helper()
	<-a.meaning.missing.done
	changes := a.hub.Subscribe(who)
	defer changes.Close()
	for {
		_, any, err := a.store.NextJob(t.Context())
		if err == nil && !any {
			return
		}
		// A change comes with the end of a job, unless nothing has changed.
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err = changes.Next(ctx)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
}

// compare checks that every acknowledged idea is there with all that follows.
func (s *storm) compare(t *testing.T, a *App, who owner.ID) {
	t.Helper()
	e := embedtest.New()
	m := vector.Model{ID: e.Model().ID, Version: e.Model().Version, Dimensions: e.Model().Dimensions}
	byTitle := map[string][]int64{}
	err := a.store.Read(t.Context(), who, func(tx idea.Tx) error {
		pairs := map[[2]int64]int{}
		pending, err := tx.Duplicates.Pending(t.Context())
		if err != nil {
			return err
		}
		for _, d := range pending {
			pairs[[2]int64{d.Of.Number, d.Idea.Number}]++
		}
		f := idea.Filter{Limit: 100}
		n := 0
		for more := true; more; more = f.After != nil {
			page, err := tx.Ideas.List(t.Context(), f)
			if err != nil {
				return err
			}
			f.After = page.Next
			for _, i := range page.Ideas {
				n++
				byTitle[i.Title] = append(byTitle[i.Title], i.Number)
				if i.Processing {
					t.Errorf("#%d is processing", i.Number)
				}
				if title, ok := s.acknowledged[i.Number]; ok && title != i.Title {
					t.Errorf("#%d is called %q, was acknowledged as %q", i.Number, i.Title, title)
				}
				delete(s.acknowledged, i.Number)
				want, err := e.Embed(t.Context(), []embed.Text{embed.Idea(i.Title, i.Body)})
				if err != nil {
					return err
				}
				got, _, err := a.store.Vector(t.Context(), who, m, i.Number)
				if err != nil {
					return errors.Join(fmt.Errorf("#%d", i.Number), err)
				}
				if diff := cmp.Diff(want[0], got); diff != "" {
					t.Errorf("#%d has another vector: %s", i.Number, diff)
				}
				if err := once(t, tx, i.Number, pairs); err != nil {
					return err
				}
			}
		}
		t.Logf("%d ideas, %d proposals", n, len(pairs))
		for title, numbers := range byTitle {
			if len(numbers) == 2 && pairs[[2]int64{min(numbers[0], numbers[1]), max(numbers[0], numbers[1])}] != 1 {
				t.Errorf("%v, both called %q, are not proposed once", numbers, title)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for n, title := range s.acknowledged {
		t.Errorf("#%d %q was acknowledged and is not there", n, title)
	}
}

// once checks that an idea is related to each other at most once, and to none
// that it may be a duplicate of.
func once(t *testing.T, tx idea.Tx, number int64, pairs map[[2]int64]int) error {
	t.Helper()
	out, in, err := tx.Relations.Of(t.Context(), number)
	seen := map[int64]bool{}
	for _, r := range append(out, in...) {
		n := r.Other.Number
		if seen[n] || pairs[[2]int64{min(n, number), max(n, number)}] > 0 {
			t.Errorf("#%d and #%d are proposed twice", number, n)
		}
		seen[n] = true
	}
	return err
}
