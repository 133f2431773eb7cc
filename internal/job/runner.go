package job

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Options say how a Runner works.
type Options struct {
	Workers int              // how many jobs at a time; 1 if it is 0
	Hold    time.Duration    // after which a process that says nothing has lost its jobs; 15 s if it is 0
	Look    time.Duration    // how often to look for jobs that nobody told of; 2 s if it is 0
	Retry   time.Duration    // until the second try; 1 s if it is 0
	Now     func() time.Time // nil for the system's clock
	Log     *slog.Logger     // nil for none
}

// longestRetry is the longest time between two tries.
const longestRetry = 10 * time.Minute

// Runner does jobs.
type Runner struct {
	store  Store
	do     func(context.Context, Job) error
	o      Options
	holder string
	wake   chan struct{}
}

// New makes a runner. do does a job and, if that succeeds, must end it in the
// transaction in which it stores the result, unless somebody asked again.
func New(store Store, do func(context.Context, Job) error, o Options) *Runner {
	if o.Workers <= 0 {
		o.Workers = 1
	}
	if o.Hold <= 0 {
		o.Hold = 15 * time.Second
	}
	if o.Look <= 0 {
		o.Look = 2 * time.Second
	}
	if o.Retry <= 0 {
		o.Retry = time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Runner{store: store, do: do, o: o, holder: cryptorand.Text(), wake: make(chan struct{}, 1)}
}

// Wake says that there may be a job. It never waits.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run does jobs until ctx ends. Then it gives back what is not done and
// returns once nobody is at work any more.
func (r *Runner) Run(ctx context.Context) {
	var workers sync.WaitGroup
	defer workers.Wait()
	free := make(chan struct{}, r.o.Workers) // a token for each that is at work
	workers.Go(func() { r.hold(ctx) })
	for {
		n, err := r.claim(ctx, &workers, free)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			r.o.Log.WarnContext(ctx, "cannot look for work in the background", "error", err)
		}
		if n > 0 {
			continue
		}
		if !r.rest(ctx, err != nil) {
			return
		}
	}
}

// claim waits for a free worker, and starts as many jobs as there are free
// workers. It returns how many that were.
func (r *Runner) claim(ctx context.Context, workers *sync.WaitGroup, free chan struct{}) (int, error) {
	select {
	case free <- struct{}{}:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	<-free // only this goroutine adds tokens
	now := r.o.Now()
	at, any, err := r.store.NextJob(ctx)
	if err != nil || !any || at.After(now) {
		return 0, err
	}
	jobs, err := r.store.ClaimJobs(ctx, r.holder, now, now.Add(r.o.Hold), cap(free)-len(free))
	if err != nil {
		return 0, err
	}
	for _, j := range jobs {
		free <- struct{}{}
		workers.Go(func() {
			defer func() { <-free }()
			r.work(ctx, j)
		})
	}
	return len(jobs), nil
}

// rest waits until there may be something to do, and returns false when ctx
// ended instead.
func (r *Runner) rest(ctx context.Context, failed bool) bool {
	wait := r.o.Look
	if !failed {
		if at, any, err := r.store.NextJob(ctx); err == nil && any {
			wait = min(wait, max(at.Sub(r.o.Now()), time.Millisecond))
		}
	}
	alarm := time.NewTimer(wait)
	defer alarm.Stop()
	select {
	case <-r.wake:
	case <-alarm.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// hold says now and then that the jobs of this process are being done.
func (r *Runner) hold(ctx context.Context) {
	tick := time.NewTicker(r.o.Hold / 3)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		err := r.store.HoldJobs(ctx, r.holder, r.o.Now().Add(r.o.Hold))
		if err != nil && ctx.Err() == nil {
			r.o.Log.WarnContext(ctx, "cannot keep work in the background", "error", err)
		}
	}
}

// releaseTime is how long giving back a job may take when the process stops.
const releaseTime = 5 * time.Second

// work does a job and gives it back if it is not done.
func (r *Runner) work(ctx context.Context, j Job) {
	err := r.try(ctx, j)
	now := r.o.Now()
	at, failed := now, false
	switch {
	case err == nil: // of no effect, unless somebody asked again
	case ctx.Err() != nil: // it was not its fault
	default:
		at, failed = now.Add(r.pause(j, err)), true
		r.o.Log.WarnContext(ctx, "work in the background failed and is tried again",
			"kind", j.Kind, "subject", j.Subject, "tries", j.Tries+1, "at", at, "error", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTime)
	defer cancel()
	if err := r.store.ReleaseJob(ctx, j, now, at, failed); err != nil {
		r.o.Log.WarnContext(ctx, "cannot give back work in the background", "error", err)
	}
}

// try does a job. That it panics is an error like others.
func (r *Runner) try(ctx context.Context, j Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return r.do(ctx, j)
}

// pause is how long to wait after a try that failed: twice as long after each,
// and never the same for all, so that they do not come back together.
func (r *Runner) pause(j Job, err error) time.Duration {
	d := longestRetry
	if j.Tries < 20 {
		d = min(d, r.o.Retry<<j.Tries)
	}
	d = d/2 + rand.N(d/2+1)
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		d = max(d, f.RetryAfter)
	}
	return d
}
