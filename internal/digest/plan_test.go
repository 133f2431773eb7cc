package digest

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/job"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestPlanOf(t *testing.T) {
	local := zone(t, "Asia/Tokyo")
	berlin := zone(t, "Europe/Berlin")
	for settings, want := range map[string]Plan{
		`{}`:  {true, true, local, time.Sunday, 9, true, 30},
		`bad`: {true, true, local, time.Sunday, 9, true, 30},
		`{"timezone":"Europe/Berlin","digest_day":5,"digest_hour":0,"digest_empty":"none","weekly_digest":false,"stale_nudges":false,"stale_threshold_days":7}`: {false, false, berlin, time.Friday, 0, false, 7},
	} {
		got := PlanOf(account.User{Settings: settings}, local)
		if got.Zone.String() != want.Zone.String() {
			t.Errorf("%s: zone %v, want %v", settings, got.Zone, want.Zone)
		}
		got.Zone = want.Zone
		if got != want {
			t.Errorf("%s: %+v, want %+v", settings, got, want)
		}
		if got.Wants(job.Digest) != want.Digests || got.Wants(job.Nudge) != want.Nudges {
			t.Errorf("%s: wants %v, %v", settings, got.Wants(job.Digest), got.Wants(job.Nudge))
		}
	}
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		name, zone  string
		day         time.Weekday
		hour        int
		kind        job.Kind
		after, last string
		want        string
	}{
		{"this Sunday", "Europe/Berlin", time.Sunday, 9, job.Digest, "2026-11-26T10:00:00Z", "", "2026-11-29T08:00:00Z"},
		{"an hour before", "Europe/Berlin", time.Sunday, 9, job.Digest, "2026-11-29T07:00:00Z", "2026-11-22T08:00:00Z", "2026-11-29T08:00:00Z"},
		{"not the same moment again", "Europe/Berlin", time.Sunday, 9, job.Digest, "2026-11-29T08:00:00Z", "2026-11-29T08:00:00Z", "2026-12-06T08:00:00Z"},
		{"nine is nine in summer", "Europe/Berlin", time.Sunday, 9, job.Digest, "2027-03-22T00:00:00Z", "", "2027-03-28T07:00:00Z"},
		{"a day that has begun there", "Pacific/Kiritimati", time.Sunday, 9, job.Digest, "2026-11-28T11:00:00Z", "", "2026-11-28T19:00:00Z"},
		{"an hour that is passed over", "Europe/Berlin", time.Sunday, 2, job.Digest, "2027-03-22T00:00:00Z", "", "2027-03-28T01:00:00Z"},
		{"an hour that comes twice", "Europe/Berlin", time.Sunday, 2, job.Digest, "2026-10-20T00:00:00Z", "", "2026-10-25T00:00:00Z"},
		{"not its second time", "Europe/Berlin", time.Sunday, 2, job.Digest, "2026-10-25T00:00:00Z", "2026-10-25T00:00:00Z", "2026-11-01T01:00:00Z"},
		{"half an hour of summer time", "Australia/Lord_Howe", time.Sunday, 2, job.Digest, "2026-09-30T00:00:00Z", "", "2026-10-03T15:30:00Z"},
		{"midnight that is passed over", "America/Santiago", time.Sunday, 0, job.Digest, "2026-09-01T00:00:00Z", "", "2026-09-06T04:00:00Z"},
		{"a day that is passed over", "Pacific/Apia", time.Friday, 9, job.Digest, "2011-12-27T00:00:00Z", "", "2011-12-30T10:00:00Z"},
		{"too soon after the one before", "Europe/Berlin", time.Tuesday, 9, job.Digest, "2026-11-29T08:00:00Z", "2026-11-29T08:00:00Z", "2026-12-08T08:00:00Z"},
		{"far enough", "Europe/Berlin", time.Friday, 9, job.Digest, "2026-11-29T08:00:00Z", "2026-11-29T08:00:00Z", "2026-12-04T08:00:00Z"},
		{"a reminder between digests", "Europe/Berlin", time.Sunday, 9, job.Nudge, "2026-11-29T08:00:00Z", "", "2026-12-02T08:00:00Z"},
		{"and over the end of the week", "Europe/Berlin", time.Friday, 9, job.Nudge, "2026-11-27T08:00:00Z", "", "2026-11-30T08:00:00Z"},
	} {
		p := Plan{Zone: zone(t, c.zone), Day: c.day, Hour: c.hour}
		last := time.Time{}
		if c.last != "" {
			last = instant(t, c.last)
		}
		if got := p.Next(c.kind, instant(t, c.after), last); !got.Equal(instant(t, c.want)) {
			t.Errorf("%s: %s, want %s", c.name, got.UTC().Format(time.RFC3339), c.want)
		}
	}
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWeekBefore(t *testing.T) {
	p := Plan{Zone: zone(t, "Europe/Berlin")}
	got := p.WeekBefore(instant(t, "2027-03-28T07:00:00Z")) // 9:00 in summer
	if want := instant(t, "2027-03-21T08:00:00Z"); !got.Equal(want) {
		t.Errorf("the week began %s, want 9:00 in winter, %s", got.UTC(), want)
	}
}

// zones have every kind of clock: full, half and quarter hours, summer time by
// an hour, half and two, changed at midnight, in Ramadan, on either half of
// the earth, and both ends of the date line.
var zones = []string{
	"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "America/Santiago", "America/St_Johns",
	"America/Havana", "Africa/Casablanca", "Africa/Cairo", "Asia/Beirut", "Asia/Tehran", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo",
	"Asia/Gaza", "Australia/Lord_Howe", "Australia/Eucla", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Apia", "Pacific/Pago_Pago",
	"Antarctica/Troll", "America/Asuncion",
}

// Whenever somebody asks and whatever day, hour and zone it is: the next
// letter is ahead, on its day, at its hour or right behind one that is passed
// over, within two weeks, and no earlier one would do.
func TestNextIsRight(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	begin, end := instant(t, "2009-01-01T00:00:00Z"), instant(t, "2037-12-31T00:00:00Z")
	for range 4000 {
		p := Plan{Zone: zone(t, zones[r.IntN(len(zones))]), Day: time.Weekday(r.IntN(7)), Hour: r.IntN(24)}
		after := begin.Add(time.Duration(r.Int64N(int64(end.Sub(begin)))))
		var last time.Time
		if r.IntN(2) == 0 {
			last = after.Add(-time.Duration(r.Int64N(int64(8 * 24 * time.Hour))))
		}
		got := p.Next(job.Digest, after, last)
		say := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%v, day %v at %d, after %v, last %v: %v", p.Zone, p.Day, p.Hour, after.In(p.Zone), last, got.In(p.Zone))
			t.Fatalf(format, args...)
		}
		if !got.After(after) || got.Sub(after) > 13*24*time.Hour {
			say("that is %v ahead", got.Sub(after))
		}
		if !last.IsZero() && got.Sub(last) < 4*24*time.Hour {
			say("that is %v after the one before", got.Sub(last))
		}
		y, m, d := got.In(p.Zone).Date()
		wanted := time.Date(y, m, d, p.Hour, 0, 0, 0, time.UTC)
		if shown(got.In(p.Zone)).Equal(wanted) {
			if wanted.Weekday() != p.Day {
				say("that is a %v", wanted.Weekday())
			}
			// It comes once a week: nothing shows it between.
			for back := got.Add(-time.Hour); back.After(got.Add(-26 * time.Hour)); back = back.Add(-30 * time.Minute) {
				if shown(back.In(p.Zone)).Equal(wanted) {
					say("clocks show that at %v already", back.In(p.Zone))
				}
			}
		} else if !shown(got.Add(-time.Minute).In(p.Zone)).Before(shown(got.In(p.Zone)).Add(-29 * time.Minute)) {
			say("clocks show another hour, and pass over none")
		}
	}
}

// Over years, letters come once a week for whoever stays where they are, and
// never closer than four days for who changes everything all the time.
func TestRhythm(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2))
	for _, name := range zones {
		p := Plan{Zone: zone(t, name), Day: time.Weekday(r.IntN(7)), Hour: r.IntN(24)}
		last := p.Next(job.Digest, instant(t, "2024-01-01T00:00:00Z"), time.Time{})
		for range 3 * 52 {
			next := p.Next(job.Digest, last, last)
			if gap := next.Sub(last); gap < 7*24*time.Hour-3*time.Hour || gap > 7*24*time.Hour+3*time.Hour {
				t.Fatalf("%s: %v to %v", name, last.In(p.Zone), next.In(p.Zone))
			}
			last = next
		}
		for range 200 {
			p = Plan{Zone: zone(t, zones[r.IntN(len(zones))]), Day: time.Weekday(r.IntN(7)), Hour: r.IntN(24)}
			next := p.Next(job.Digest, last, last)
			if gap := next.Sub(last); gap < 4*24*time.Hour || gap > 13*24*time.Hour {
				t.Fatalf("after a move, %v comes after %v", next, last)
			}
			last = next
		}
	}
}
