package writer

import (
	"context"
	"slices"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/digest"
)

// maxNudged is how many ideas a nudge recalls.
const maxNudged = 3

// nudge recalls ideas that the last digest did not name. Without such ideas
// there is no letter.
func (w *Writer) nudge(ctx context.Context, u account.User, plan digest.Plan, due time.Time) error {
	if w.p.Mail == nil {
		return nil // the page of letters has the same ideas
	}
	week, err := w.p.Store.Week(ctx, u.Owner, digest.Span{
		From: due, Until: due, Now: w.time(), Stale: maxNudged + 2*digest.MaxStale,
		StaleBefore: due.Add(-time.Duration(plan.Stale) * 24 * time.Hour),
	})
	if err != nil || len(week.Stale) == 0 {
		return err
	}
	recent, err := w.p.Store.LastDigests(ctx, u.Owner, recall)
	if err != nil {
		return err
	}
	named := named(recent, due)
	week.Stale = slices.DeleteFunc(week.Stale, func(s digest.Stale) bool { return named[s.Number] })
	if len(week.Stale) == 0 {
		return nil
	}
	week.Stale = week.Stale[:min(maxNudged, len(week.Stale))]
	m, err := w.nudgeLetter(u, week, due)
	if err != nil {
		return err
	}
	return w.p.Mail.QueueMail(ctx, u.Owner, m)
}

// named returns the stale ideas of the digests of the last seven days.
func named(recent []digest.Digest, due time.Time) map[int64]bool {
	named := map[int64]bool{}
	for _, d := range recent {
		if due.Sub(d.Until) < 7*24*time.Hour {
			for _, s := range d.Stale {
				named[s.Number] = true
			}
		}
	}
	return named
}

// nudgeID tells a nudge from all other mails of a person.
func nudgeID(due time.Time) string { return "nudge-" + stamp(due) }

// digestID tells the mail of a digest from all others.
func digestID(d digest.Digest) string {
	return string("digest-" + d.Kind + "-" + digest.Kind(stamp(d.Until)))
}

func stamp(t time.Time) string { return t.UTC().Format("20060102T150405.000000") }
