package api

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

type listAIRequests struct {
	From     string  `query:"from" maxLength:"40" doc:"Only requests that began at this time or later: a day (UTC), or a date and time." example:"2026-03-01"`
	To       string  `query:"to" maxLength:"40" doc:"Only requests that began before this time, or on this day or before it." example:"2026-03-31"`
	Provider string  `query:"provider" maxLength:"40" example:"anthropic"`
	Model    string  `query:"model" doc:"As it was asked for."`
	Purpose  Purpose `query:"purpose"`
	Outcome  Outcome `query:"outcome"`
	Cursor   string  `query:"cursor" maxLength:"400" doc:"The next_cursor of the page before; with the same filters."`
	Limit    int     `query:"limit" minimum:"0" maximum:"100" doc:"At most this many requests; 20 if not given or 0."`
}

func (s *server) listAIRequests(ctx context.Context, who account.Caller, in *listAIRequests) (*answer[AIRequestList], error) {
	q := usage.Query{
		Provider: in.Provider,
		Model:    in.Model,
		Purpose:  usage.Purpose(in.Purpose),
		Outcome:  usage.Outcome(in.Outcome),
		Limit:    pageSize(in.Limit),
	}
	var err error
	if q.From, _, err = parseWhen("from", in.From); err != nil {
		return nil, err
	}
	if _, q.To, err = parseWhen("to", in.To); err != nil {
		return nil, err
	}
	if q.After, err = parseRequestCursor(in.Cursor); err != nil {
		return nil, err
	}
	page, err := usage.List(ctx, s.Usage, who.User.Owner, q)
	if err != nil {
		return nil, err
	}
	return ok(AIRequestList{
		Requests:   each(page.Requests, wireAIRequest),
		NextCursor: formatRequestCursor(page.Next),
	}), nil
}

// parseWhen reads a day or a moment, and returns where it begins and ends. A
// moment does both at once; an empty text is the zero time.
func parseWhen(field, text string) (begin, end time.Time, err error) {
	if text == "" {
		return time.Time{}, time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil && storable(day) {
		return day, day.AddDate(0, 0, 1), nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || !storable(at) {
		return time.Time{}, time.Time{}, fault.OfField(field, "must be a day such as 2026-03-31 or a time such as 2026-03-31T09:41:00Z")
	}
	return at.UTC(), at.UTC(), nil
}

// storable tells times that a database can compare from those of a slip of
// the pen.
func storable(t time.Time) bool { return t.Year() >= 1970 && t.Year() <= 9999 }

// A cursor is the moment, in microseconds, and the id of the last request of
// a page, in base64url. To clients it is opaque.

func formatRequestCursor(c *usage.Cursor) *string {
	if c == nil {
		return nil
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(c.At.UnixMicro(), 10) + ":" + c.ID))
	return &text
}

func parseRequestCursor(text string) (*usage.Cursor, error) {
	if text == "" {
		return nil, nil
	}
	wrong := fault.OfField("cursor", "must be the next_cursor of a page: begin again without it")
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || !utf8.Valid(plain) || strings.ContainsRune(string(plain), 0) {
		return nil, wrong
	}
	digits, id, found := strings.Cut(string(plain), ":")
	micro, err := strconv.ParseInt(digits, 10, 64)
	at := time.UnixMicro(micro).UTC()
	if !found || err != nil || !storable(at) {
		return nil, wrong
	}
	return &usage.Cursor{At: at, ID: id}, nil
}

// usageDays is how many days of use are added up if the client does not say.
const usageDays = 30

type getAIUsage struct {
	From string `query:"from" maxLength:"40" doc:"The first day, in UTC; 29 days before to if not given." example:"2026-03-01"`
	To   string `query:"to" maxLength:"40" doc:"The last day, in UTC; today if not given." example:"2026-03-31"`
}

func (s *server) getAIUsage(ctx context.Context, who account.Caller, in *getAIUsage) (*answer[AIUsage], error) {
	to, err := parseDay("to", in.To, time.Now().UTC())
	if err != nil {
		return nil, err
	}
	from, err := parseDay("from", in.From, to.AddDate(0, 0, 1-usageDays))
	if err != nil {
		return nil, err
	}
	sums, err := usage.Sums(ctx, s.Usage, who.User.Owner, from, to)
	if err != nil {
		return nil, err
	}
	day := func(s usage.Sum) string { return s.Day.UTC().Format(time.DateOnly) }
	provider := func(s usage.Sum) string { return s.Provider }
	var total usage.Total
	ofDay := map[string][]usage.Sum{}
	for _, sum := range sums {
		total.Add(sum.Total)
		ofDay[day(sum)] = append(ofDay[day(sum)], sum)
	}
	by := func(key func(usage.Sum) string) []AIGroup { return each(usage.By(sums, key), wireAIGroup) }
	return ok(AIUsage{
		From:     from.Format(time.DateOnly),
		To:       to.Format(time.DateOnly),
		PricesOf: s.PricesOf.Format(time.DateOnly),
		Total:    wireAITotal(total),
		ByDay: each(usage.By(sums, day), func(g usage.Grouped[string]) AIDay {
			return AIDay{wireAIGroup(g), each(usage.By(ofDay[g.Key], provider), wireAIGroup)}
		}),
		ByProvider: by(provider),
		ByModel:    by(func(s usage.Sum) string { return s.Model }),
		ByPurpose:  by(func(s usage.Sum) string { return string(s.Purpose) }),
	}), nil
}

// parseDay reads a day; an empty text is the one that is given.
func parseDay(field, text string, otherwise time.Time) (time.Time, error) {
	if text == "" {
		return otherwise, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || !storable(day) {
		return time.Time{}, fault.OfField(field, "must be a day such as 2026-03-31")
	}
	return day, nil
}

func (s *server) listModels(ctx context.Context, who account.Caller, _ *none) (*answer[ModelList], error) {
	offer := byok.Offer{Models: s.Models, WorkersAI: s.WorkersAI}
	choices, err := s.Keys.Choices(ctx, personOf(ctx, who.User), who.User.Plan == account.Pro, offer, llm.ForAgent)
	if err != nil {
		return nil, err
	}
	list := ModelList{Models: each(choices, wireAIModel)}
	for _, c := range choices {
		if c.Default {
			list.Default = &c.ID
		}
	}
	return ok(list), nil
}
