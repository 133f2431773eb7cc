package api

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

func TestDailyQuota(t *testing.T) {
	now := time.Date(2026, 3, 30, 22, 30, 0, 0, time.UTC)
	w := sqliteWorld(t, func(o *account.Options, _ *Deps) {
		o.DailyLimits = map[account.Plan]int{account.Pro: 3}
		o.Now = func() time.Time { return now }
	})
	ada, bob := w.person(t, "ada"), w.person(t, "bob")
	check := func(as credential, status, remaining, reset int) {
		t.Helper()
		r := w.do(t, as, "GET /ideas", "")
		got := []string{strconv.Itoa(r.status), r.header.Get("RateLimit-Limit"), r.header.Get("RateLimit-Remaining"), r.header.Get("RateLimit-Reset"), r.header.Get("RateLimit-Policy")}
		want := []string{strconv.Itoa(status), "3", strconv.Itoa(remaining), strconv.Itoa(reset), "3;w=86400"}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("got %v, want %v: %s", got, want, r.body)
			}
		}
		if status == http.StatusTooManyRequests {
			if r.message(t) != "Rate limit exceeded" || r.header.Get("Retry-After") != strconv.Itoa(reset) {
				t.Errorf("429: %s, Retry-After %s", r.body, r.header.Get("Retry-After"))
			}
		}
	}
	const untilMidnight = 90 * 60
	check(key(ada.key), 200, 2, untilMidnight)
	check(bearer(ada.readingKey), 200, 1, untilMidnight)
	check(bearer(ada.session), 200, 0, untilMidnight)
	check(key(ada.key), 429, 0, untilMidnight)
	check(bearer(ada.session), 429, 0, untilMidnight)

	// The web app is exempt, other people have a day of their own.
	for range 5 {
		r := w.do(t, cookie(ada.session), "GET /ideas", "")
		if r.status != 200 || r.header.Get("RateLimit-Limit") != "" {
			t.Fatalf("a cookie session is limited: %d %v", r.status, r.header)
		}
	}
	check(key(bob.key), 200, 2, untilMidnight)

	// Nobody unknown uses up anything, nor does what needs no credentials.
	w.do(t, key("nrp_nonsense"), "GET /ideas", "")
	w.do(t, nobody, "GET /health", "")
	check(key(bob.key), 200, 1, untilMidnight)

	now = now.Add(90*time.Minute + time.Second)
	check(key(ada.key), 200, 2, 24*60*60-1)
}
