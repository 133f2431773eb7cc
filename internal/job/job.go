// Package job does work in the background that outlives the process.
//
// A job is stored in the transaction of what it follows from, so there is one
// exactly if that is there. Who asks for a job that waits already, changes
// nothing but its round: ten quick edits make one job. Who asks while it is
// being done makes the round that is under way the last but one: a job is
// over when its result is stored, in one transaction, and nobody has asked
// again. What a process was doing when it was killed is done by the next one.
//
// Processes on one database share jobs. Each holds what it does for a while
// and says now and then that it is still at it.
package job

import (
	"context"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Kind is what is to be done.
type Kind string

// Understand is to find out what an idea means and what is close to it.
const Understand Kind = "understand"

// Mail is to deliver a letter. These jobs are kept in the outbox.
const Mail Kind = "mail"

// Digest is to write the weekly digest, Nudge to recall ideas that wait. Both
// are kept as turns.
const (
	Digest Kind = "digest"
	Nudge  Kind = "nudge"
)

// Lane says who goes first.
type Lane int

// The lanes. What is in Later is done when nothing else waits, and what is
// Held is not done until somebody moves it there.
const (
	Now   Lane = iota // somebody waits for it
	Later             // nobody does
	Held              // somebody has to start it
)

// Job is something to do.
type Job struct {
	Owner   owner.ID
	Kind    Kind
	Subject int64 // such as the number of an idea
	Round   int64 // how often somebody asked for it
	Tries   int   // that failed since somebody asked for it
	Holder  string
}

// Store keeps jobs. A job that is not held by its Holder any more, or not in
// its Round, is left alone by everything but HoldJobs and ReleaseJob.
type Store interface {
	// ClaimJobs gives the holder at most n jobs that are due at now and that
	// nobody else holds, those of the lane Now first and none that are Held.
	ClaimJobs(ctx context.Context, holder string, now, until time.Time, n int) ([]Job, error)
	// NextJob returns when the next job is due that somebody may do or does,
	// and false if there is none.
	NextJob(ctx context.Context) (at time.Time, any bool, err error)
	// HoldJobs says that the holder is still at all that it holds.
	HoldJobs(ctx context.Context, holder string, until time.Time) error
	// ReleaseJob gives back a job that is not done, to be done at a moment;
	// if somebody asked again meanwhile, at once. Failed counts a try.
	ReleaseJob(ctx context.Context, j Job, now, at time.Time, failed bool) error
	// ReleaseAllJobs takes back what any process holds. It is for the start
	// of one that knows that it is alone.
	ReleaseAllJobs(ctx context.Context) error
}
