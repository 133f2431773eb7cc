package job_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// world is a store with somebody's ideas.
type world struct {
	*testing.T
	store *store.Store
	who   owner.ID
}

func onBoth(t *testing.T, test func(*world)) {
	for name, o := range map[string]func(*testing.T) store.Options{
		"sqlite": func(t *testing.T) store.Options {
			return store.Options{Path: filepath.Join(t.TempDir(), "ideas.db"), Durability: store.Normal}
		},
		"postgres": func(t *testing.T) store.Options {
			return store.Options{DatabaseURL: secret.New(pgtest.Database(t))}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Open(t.Context(), o(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			ada := account.User{ID: "ada", Email: "ada@example.org", Settings: "{}"}
			if err := s.CreateUser(t.Context(), &ada); err != nil {
				t.Fatal(err)
			}
			test(&world{t, s, ada.Owner})
		})
	}
}

// ask makes jobs.
func (w *world) ask(subjects ...int64) {
	w.Helper()
	err := w.store.Write(w.Context(), w.who, func(tx idea.Tx) error {
		for _, n := range subjects {
			if err := tx.Meaning.Ask(w.Context(), n, time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

// end ends a job without a result.
func (w *world) end(ctx context.Context, j job.Job) error {
	_, err := w.store.FinishJob(ctx, j, func(idea.Tx) error { return nil })
	return err
}

// run runs a runner until the returned function is called.
func (w *world) run(o job.Options, do func(context.Context, job.Job) error) (r *job.Runner, stop func()) {
	ctx, cancel := context.WithCancel(w.Context())
	o.Look = 10 * time.Millisecond
	o.Retry = time.Millisecond
	r = job.New(w.store, do, o)
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	return r, func() { cancel(); running.Wait() }
}

func TestEveryJobIsDoneOnce(t *testing.T) {
	onBoth(t, func(w *world) {
		const jobs = 40
		var mu sync.Mutex
		times := map[int64]int{}
		done := make(chan struct{})
		var now, most int
		do := func(ctx context.Context, j job.Job) error {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			err := w.end(ctx, j)
			mu.Lock()
			defer mu.Unlock()
			now--
			times[j.Subject]++
			if len(times) == jobs {
				close(done)
			}
			return err
		}
		var list []int64
		for n := range int64(jobs) {
			list = append(list, n+1)
		}
		w.ask(list...)
		_, stop := w.run(job.Options{Workers: 2}, do)
		_, stopOther := w.run(job.Options{Workers: 2}, do) // as another process would
		<-done
		stop()
		stopOther()
		for n, k := range times {
			if k != 1 {
				t.Errorf("job %d was done %d times", n, k)
			}
		}
		if most > 4 {
			t.Errorf("%d jobs were done at a time", most)
		}
	})
}

func TestTriedAgain(t *testing.T) {
	onBoth(t, func(w *world) {
		w.ask(1)
		var tries atomic.Int64
		done := make(chan int, 1)
		_, stop := w.run(job.Options{}, func(ctx context.Context, j job.Job) error {
			switch tries.Add(1) {
			case 1:
				return errors.New("no network")
			case 2:
				panic("no idea")
			}
			defer func() { done <- j.Tries }()
			return w.end(ctx, j)
		})
		if n := <-done; n != 2 {
			t.Errorf("after 2 tries there were %d", n)
		}
		stop()
	})
}

func TestAskedMeanwhile(t *testing.T) {
	onBoth(t, func(w *world) {
		w.ask(1)
		rounds := make(chan int64, 2)
		first := true
		_, stop := w.run(job.Options{}, func(ctx context.Context, j job.Job) error {
			if first {
				first = false
				w.ask(1)
			}
			defer func() { rounds <- j.Round }()
			return w.end(ctx, j)
		})
		if a, b := <-rounds, <-rounds; a != 1 || b != 2 {
			t.Errorf("rounds %d and %d", a, b)
		}
		stop()
	})
}

func TestGivenBackAtTheEnd(t *testing.T) {
	onBoth(t, func(w *world) {
		w.ask(1)
		begun := make(chan struct{})
		_, stop := w.run(job.Options{}, func(ctx context.Context, j job.Job) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		})
		<-begun
		stop()
		now := time.Now()
		jobs, err := w.store.ClaimJobs(w.Context(), "other", now, now.Add(time.Hour), 1)
		if err != nil || len(jobs) != 1 || jobs[0].Tries != 0 {
			t.Errorf("given back: %+v (%v)", jobs, err)
		}
	})
}
