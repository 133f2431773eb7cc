package digest

import (
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/job"
)

const (
	// MaxLate is how late a letter may be. A server that slept for longer
	// leaves it out.
	MaxLate = 48 * time.Hour
	// DefaultStale is after how many days an idea that was captured counts as
	// stale for somebody who has not said.
	DefaultStale = 30

	// apart is the least time between two letters of a kind, for who moves
	// the day, or moves around the world.
	apart = 4 * 24 * time.Hour
	// nudgeAfter is how many days after the day of the digest ideas that wait
	// are recalled.
	nudgeAfter = 3
)

// Plan is when a person wants letters.
type Plan struct {
	Digests bool
	Nudges  bool
	Zone    *time.Location
	Day     time.Weekday // of the digest
	Hour    int          // 0 to 23, where the person is
	// Short wants a letter also of a week in which nothing happened.
	Short bool
	Stale int // days after which a captured idea is stale
}

// PlanOf reads a person's settings. local is the zone of who has set none.
func PlanOf(u account.User, local *time.Location) Plan {
	s := u.LetterSettings()
	p := Plan{
		Digests: s.Digests, Nudges: s.Nudges, Zone: local,
		Day: time.Weekday(s.Day), Hour: s.Hour, Short: s.Short, Stale: u.StaleDays(DefaultStale),
	}
	if s.Zone != "" {
		if zone, err := time.LoadLocation(s.Zone); err == nil {
			p.Zone = zone
		}
	}
	return p
}

// Wants reports whether the person wants letters of a kind.
func (p Plan) Wants(k job.Kind) bool {
	if k == job.Nudge {
		return p.Nudges
	}
	return p.Digests
}

// Next returns when the first letter of a kind is due after a moment. last is
// when the one before it was, zero if there was none: the next one keeps its
// distance.
func (p Plan) Next(k job.Kind, after, last time.Time) time.Time {
	day := p.Day
	if k == job.Nudge {
		day = (day + nudgeAfter) % 7
	}
	y, m, d := after.In(p.Zone).Date()
	for ahead := -1; ; ahead++ {
		// Noon, and in UTC: the calendar is the same everywhere.
		if date := time.Date(y, m, d+ahead, 12, 0, 0, 0, time.UTC); date.Weekday() != day {
			continue
		}
		slot := at(p.Zone, y, m, d+ahead, p.Hour)
		if slot.After(after) && !tooNear(slot, last) {
			return slot
		}
	}
}

func tooNear(slot, last time.Time) bool {
	return !last.IsZero() && slot.Sub(last) < apart
}

// WeekBefore returns the same time of day seven days before.
func (p Plan) WeekBefore(t time.Time) time.Time {
	y, m, d := t.In(p.Zone).Date()
	h, min, s := t.In(p.Zone).Clock()
	return time.Date(y, m, d-7, h, min, s, t.Nanosecond(), p.Zone)
}

// at returns the first moment at which clocks show an hour of a day, or, where
// they pass over it, the first one behind it.
func at(zone *time.Location, y int, m time.Month, d, hour int) time.Time {
	t := time.Date(y, m, d, hour, 0, 0, 0, zone)
	_, before := t.Add(-25 * time.Hour).Zone()
	_, after := t.Add(25 * time.Hour).Zone()
	if before == after {
		return t
	}
	// Clocks are changed near by. They are so by minutes, and once, in Samoa,
	// by a day.
	wanted := time.Date(y, m, d, hour, 0, 0, 0, time.UTC)
	for t = t.Add(-25 * time.Hour); shown(t).Before(wanted); t = t.Add(time.Minute) {
	}
	return t
}

// shown returns what clocks show, as a time that can be compared.
func shown(t time.Time) time.Time {
	y, m, d := t.Date()
	h, min, s := t.Clock()
	return time.Date(y, m, d, h, min, s, 0, time.UTC)
}
