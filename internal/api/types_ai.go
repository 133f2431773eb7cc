package api

import (
	"bytes"
	"errors"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// Dollars is an amount of US dollars, a JSON number without rounding.
type Dollars llm.Cost

// MarshalJSON writes the amount.
func (d Dollars) MarshalJSON() ([]byte, error) { return llm.Cost(d).MarshalJSON() }

// UnmarshalJSON reads an amount. The schema has seen that it is a number.
func (d *Dollars) UnmarshalJSON(b []byte) error {
	c, err := llm.ParseCost(string(bytes.TrimSpace(b)))
	if err != nil {
		return errors.New("has an amount of US dollars that is not from 0 to a million, or is longer than 40 characters")
	}
	*d = Dollars(c)
	return nil
}

// Schema describes the amount.
func (Dollars) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "US dollars.", Examples: []any{0.00315}}
}

// dollars is an amount that may be missing.
func dollars(c *llm.Cost) *Dollars {
	if c == nil {
		return nil
	}
	d := Dollars(*c)
	return &d
}

// The enumerations of the AI part.
type (
	Provider     byok.Provider
	KeyState     byok.State
	Verdict      byok.Verdict
	AuditAction  audit.Action
	Purpose      usage.Purpose
	Outcome      usage.Outcome
	MissingThing byok.Missing
)

// Schema lists the values.
func (Provider) Schema(r huma.Registry) *huma.Schema { return enum(r, "Provider", byok.Providers) }

// Schema lists the values.
func (KeyState) Schema(r huma.Registry) *huma.Schema { return enum(r, "KeyState", byok.States) }

// Schema lists the values.
func (Verdict) Schema(r huma.Registry) *huma.Schema { return enum(r, "Verdict", byok.Verdicts) }

// Schema lists the values.
func (AuditAction) Schema(r huma.Registry) *huma.Schema { return enum(r, "AuditAction", audit.Actions) }

// Schema lists the values.
func (Purpose) Schema(r huma.Registry) *huma.Schema { return enum(r, "Purpose", usage.Purposes) }

// Schema lists the values.
func (Outcome) Schema(r huma.Registry) *huma.Schema { return enum(r, "Outcome", usage.Outcomes) }

// Schema lists the values.
func (MissingThing) Schema(r huma.Registry) *huma.Schema {
	return enum(r, "MissingThing", []byok.Missing{byok.NoKey, byok.NoPlan, byok.NoWorkersAI})
}

// nullable lets properties be null whose schema alone cannot say so.
func nullable(s *huma.Schema, names ...string) *huma.Schema {
	for _, name := range names {
		s.Properties[name] = orNull(s.Properties[name])
	}
	return s
}

// ProviderStatus is how one provider stands for the caller.
type ProviderStatus struct {
	Provider       Provider `json:"provider"`
	Configured     bool     `json:"configured" doc:"Whether a key is stored."`
	Last4          *string  `json:"last4" doc:"The last four characters of the key. More of it is never shown."`
	Preferred      bool     `json:"preferred"`
	CreatedAt      *Time    `json:"created_at" doc:"When the first key of this provider was stored."`
	UpdatedAt      *Time    `json:"updated_at" doc:"When this key was stored."`
	LastUsedAt     *Time    `json:"last_used_at"`
	State          KeyState `json:"state"`
	LastTest       *KeyTest `json:"last_test"`
	Remaining      *float64 `json:"remaining" doc:"US dollars that are left of the key's own limit at the time of the last test, where the provider says so."`
	MonthlyCap     *Dollars `json:"monthly_cap" doc:"What the key may cost in a month (UTC); null for any amount."`
	SpentThisMonth Dollars  `json:"spent_this_month" doc:"What this month (UTC) has cost, with what is held back for requests that are under way."`
}

// TransformSchema lets values be null where there is no key.
func (ProviderStatus) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "created_at", "updated_at", "last_used_at", "last_test", "monthly_cap")
}

// KeyTest is what the last test of a key has shown.
type KeyTest struct {
	OK      bool    `json:"ok"`
	Error   *string `json:"error" doc:"What is the matter, in a sentence."`
	Verdict Verdict `json:"verdict"`
	At      Time    `json:"at"`
}

// ProviderStatusList is how every provider stands.
type ProviderStatusList struct {
	Providers []ProviderStatus `json:"providers"`
	Preferred *Provider        `json:"preferred" doc:"From the settings."`
	Active    *Provider        `json:"active" doc:"The one that the next call uses."`
}

// TransformSchema lets the providers be null.
func (ProviderStatusList) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "preferred", "active")
}

// NewProviderKey is a provider key that somebody stores.
type NewProviderKey struct {
	APIKey secret.Text `json:"api_key" doc:"White space around it is dropped." example:"the-key-of-your-provider"`
}

// ProviderKeyStored is how the provider stands with its new key.
type ProviderKeyStored struct {
	ProviderStatus
	Warning *string `json:"warning" doc:"A sentence about a key that does not look as usual; it is stored all the same."`
}

// TransformSchema lets values be null where there is no key.
func (ProviderKeyStored) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return ProviderStatus{}.TransformSchema(r, s)
}

// ProviderKeyPatch changes what belongs to a stored key.
type ProviderKeyPatch struct {
	MonthlyCap Optional[Dollars] `json:"monthly_cap" minimum:"0" maximum:"100000" doc:"What the key may cost in a month (UTC), in US dollars; null for any amount."`
}

// ProviderKeyTested says whether the provider takes the key.
type ProviderKeyTested struct {
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty" doc:"What is the matter, in a sentence, unless ok."`
}

// AuditLog is a page of what was done with the caller's provider keys.
type AuditLog struct {
	Entries []AuditEntry `json:"entries" doc:"The newest first."`
	Next    *int64       `json:"next" doc:"What to send as before for the next page; null if this is the last one."`
}

// AuditEntry is one thing that was done with a provider key.
type AuditEntry struct {
	Number    int64       `json:"number" doc:"1, 2, 3 … without a gap."`
	At        Time        `json:"at"`
	Action    AuditAction `json:"action"`
	Provider  *string     `json:"provider" doc:"null if no provider is preferred any more."`
	Purpose   *string     `json:"purpose" doc:"What the key was opened for."`
	RequestID *string     `json:"request_id" doc:"The X-Request-Id of the request that asked for it."`
	Detail    *string     `json:"detail" doc:"A few words, such as the verdict of a test."`
}

// AIRequestList is a page of requests to models.
type AIRequestList struct {
	Requests   []AIRequest `json:"requests" doc:"The newest first."`
	NextCursor *string     `json:"next_cursor" doc:"What to send as cursor for the next page."`
}

// AIRequest is one request to a model, however often it was tried.
type AIRequest struct {
	ID           string   `json:"id"`
	At           Time     `json:"at"`
	Provider     string   `json:"provider"`
	Model        string   `json:"model"`
	Purpose      Purpose  `json:"purpose"`
	Stream       bool     `json:"stream"`
	Status       *int     `json:"status" doc:"The HTTP status of the provider's last answer."`
	Outcome      Outcome  `json:"outcome"`
	Retries      int      `json:"retries"`
	CacheHit     bool     `json:"cache_hit" doc:"The answer was kept from before; the provider was not asked."`
	FirstByteMS  *float64 `json:"first_byte_ms"`
	DurationMS   float64  `json:"duration_ms"`
	OverheadUS   float64  `json:"overhead_us" doc:"Microseconds of the duration that the gateway itself took."`
	TokensIn     *int64   `json:"tokens_in"`
	TokensCached *int64   `json:"tokens_cached" doc:"Those of tokens_in that were in the provider's cache."`
	TokensOut    *int64   `json:"tokens_out"`
	Cost         *Dollars `json:"cost" doc:"null if it is not known, which is not 0."`
}

// TransformSchema lets the cost be null.
func (AIRequest) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "cost")
}

// AITotal is what requests to models add up to.
type AITotal struct {
	Requests     int64   `json:"requests"`
	Failed       int64   `json:"failed" doc:"Those that did not end complete."`
	CacheHits    int64   `json:"cache_hits"`
	TokensIn     int64   `json:"tokens_in"`
	TokensCached int64   `json:"tokens_cached"`
	TokensOut    int64   `json:"tokens_out"`
	Cost         Dollars `json:"cost" doc:"Of the requests whose cost is known."`
	Unpriced     int64   `json:"unpriced" doc:"Requests whose cost is not known."`
}

// AIGroup is the total of the requests that have one thing in common.
type AIGroup struct {
	Key string `json:"key" doc:"The day, the provider, the model or the purpose."`
	AITotal
}

// AIDay is the total of a day, and what of it was whose.
type AIDay struct {
	AIGroup
	ByProvider []AIGroup `json:"by_provider"`
}

// AIUsage is what the caller's requests to models add up to.
type AIUsage struct {
	From       string    `json:"from" format:"date" doc:"The first day, in UTC."`
	To         string    `json:"to" format:"date" doc:"The last day."`
	PricesOf   string    `json:"prices_of" format:"date" doc:"The day of the price table that the server reckons with now."`
	Total      AITotal   `json:"total"`
	ByDay      []AIDay   `json:"by_day" doc:"Days without requests are missing."`
	ByProvider []AIGroup `json:"by_provider"`
	ByModel    []AIGroup `json:"by_model"`
	ByPurpose  []AIGroup `json:"by_purpose"`
}

// ModelList is the models that the agent can be asked with.
type ModelList struct {
	Models  []AIModel `json:"models"`
	Default *string   `json:"default" doc:"The id of the one that is asked if none is named; null if none can be."`
}

// AIModel is a model, and whether the caller can ask it.
type AIModel struct {
	ID        string        `json:"id" example:"sonnet"`
	Name      string        `json:"name" example:"Sonnet"`
	Title     string        `json:"title" example:"Claude Sonnet 4"`
	Provider  string        `json:"provider"`
	NeedsKey  bool          `json:"needs_key" doc:"Whether it takes a provider key of one's own."`
	Context   int           `json:"context" doc:"Tokens that it can hold."`
	BestFor   string        `json:"best_for"`
	Default   bool          `json:"default"`
	Available bool          `json:"available"`
	Reason    *ModelMissing `json:"reason" doc:"Why it is not available."`
}

// TransformSchema lets the reason be null.
func (AIModel) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "reason")
}

// ModelMissing is what the caller lacks to ask a model.
type ModelMissing struct {
	Code MissingThing `json:"code"`
	Text string       `json:"text"`
}

func wireProviderStatus(k byok.Status, spent llm.Cost) ProviderStatus {
	w := ProviderStatus{
		Provider:       Provider(k.Provider),
		Configured:     k.Stored,
		Last4:          orNone(k.Last4),
		Preferred:      k.Preferred,
		CreatedAt:      moment(k.CreatedAt),
		UpdatedAt:      moment(k.UpdatedAt),
		LastUsedAt:     moment(k.LastUsedAt),
		State:          KeyState(k.State),
		MonthlyCap:     dollars(k.Cap),
		SpentThisMonth: Dollars(spent),
	}
	if t := k.LastTest; t != nil {
		w.LastTest = &KeyTest{
			OK:      t.Verdict == byok.Valid,
			Error:   orNone(t.Verdict.Sentence(k.Provider)),
			Verdict: Verdict(t.Verdict),
			At:      Time(t.At),
		}
		w.Remaining = t.Remaining
	}
	return w
}

// moment is a time that is zero if it is not known.
func moment(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	w := Time(t)
	return &w
}

func wireAuditEntry(e audit.Entry) AuditEntry {
	return AuditEntry{
		Number:    e.Number,
		At:        Time(e.At),
		Action:    AuditAction(e.Action),
		Provider:  orNone(e.Provider),
		Purpose:   orNone(e.Purpose),
		RequestID: orNone(e.Request),
		Detail:    orNone(e.Detail),
	}
}

func wireAIRequest(r usage.Request) AIRequest {
	w := AIRequest{
		ID:         r.ID,
		At:         Time(r.At),
		Provider:   r.Provider,
		Model:      r.Model,
		Purpose:    Purpose(r.Purpose),
		Stream:     r.Stream,
		Status:     orNone(r.Status),
		Outcome:    Outcome(r.Outcome),
		Retries:    r.Retries,
		CacheHit:   r.Hit,
		DurationMS: milliseconds(r.Duration),
		OverheadUS: float64(r.Overhead) / float64(time.Microsecond),
		Cost:       dollars(r.Cost),
	}
	if r.FirstByte > 0 {
		ms := milliseconds(r.FirstByte)
		w.FirstByteMS = &ms
	}
	if t := r.Tokens; t != nil {
		w.TokensIn, w.TokensCached, w.TokensOut = &t.In, &t.Cached, &t.Out
	}
	return w
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func wireAITotal(t usage.Total) AITotal {
	return AITotal{
		Requests:     t.Requests,
		Failed:       t.Failed,
		CacheHits:    t.Hits,
		TokensIn:     t.Tokens.In,
		TokensCached: t.Tokens.Cached,
		TokensOut:    t.Tokens.Out,
		Cost:         Dollars(t.Cost),
		Unpriced:     t.Unpriced,
	}
}

func wireAIGroup(g usage.Grouped[string]) AIGroup { return AIGroup{g.Key, wireAITotal(g.Total)} }

func wireAIModel(c byok.Choice) AIModel {
	m := AIModel{
		ID:        c.ID,
		Name:      c.Name,
		Title:     c.Title,
		Provider:  c.Provider,
		NeedsKey:  c.NeedsKey,
		Context:   c.Context,
		BestFor:   c.BestFor,
		Default:   c.Default,
		Available: c.Missing == "",
	}
	if c.Missing != "" {
		m.Reason = &ModelMissing{MissingThing(c.Missing), c.Text}
	}
	return m
}
