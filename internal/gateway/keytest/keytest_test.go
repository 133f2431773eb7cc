package keytest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/usage"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

const key = "sk-test-0123456789-AAAA"

// opener opens the same key for everybody, with a cap under which nothing is
// left, or fails.
type opener struct{ err error }

func (o opener) Open(context.Context, byok.Person, byok.Provider, string) (byok.Opened, error) {
	var none llm.Cost
	return byok.Opened{Text: secret.New(key), Last4: "AAAA", Cap: &none}, o.err
}

// records remembers what was recorded.
type records struct{ all []usage.Request }

func (r *records) AddRequests(_ context.Context, batch []usage.Request) error {
	r.all = append(r.all, batch...)
	return nil
}

func (*records) Requests(context.Context, owner.ID, usage.Query) ([]usage.Request, error) {
	return nil, nil
}

func (*records) Sums(context.Context, owner.ID, time.Time, time.Time) ([]usage.Sum, error) {
	return nil, nil
}

// reply is what a provider answers to one request.
type reply struct {
	status int
	body   string
}

func dollars(f float64) *float64 { return &f }

func TestTestKey(t *testing.T) {
	const (
		anthropicList = "GET /v1/models"
		anthropicAsk  = "POST /v1/messages"
		openAIList    = "GET /models"
		openAIAsk     = "POST /chat/completions"
		routerKey     = "GET /key"
	)
	anthropicError := func(kind, message string) string {
		return fmt.Sprintf(`{"type":"error","error":{"type":%q,"message":%q}}`, kind, message)
	}
	openAIError := func(code, message string) string {
		return fmt.Sprintf(`{"error":{"message":%q,"type":"invalid_request_error","param":null,"code":%s}}`, message, code)
	}
	badQuestion := reply{400, anthropicError("invalid_request_error", "messages: at least one message is required")}
	badChat := reply{400, openAIError(`"empty_array"`, "Invalid 'messages': empty array.")}
	good := reply{200, `{"data":[]}`}
	for _, test := range []struct {
		name     string
		provider byok.Provider
		replies  map[string]reply
		want     byok.TestResult
	}{
		{"a good key", byok.Anthropic, map[string]reply{anthropicList: good, anthropicAsk: badQuestion}, byok.TestResult{Verdict: byok.Valid}},
		{"an unknown key", byok.Anthropic, map[string]reply{anthropicList: {401, anthropicError("authentication_error", "invalid x-api-key")}}, byok.TestResult{Verdict: byok.Invalid}},
		{"a restricted key", byok.Anthropic, map[string]reply{anthropicList: good, anthropicAsk: {403, anthropicError("permission_error", "no")}}, byok.TestResult{Verdict: byok.MissingScope}},
		{"a key that may ask, not list", byok.Anthropic, map[string]reply{anthropicList: {403, anthropicError("permission_error", "no")}, anthropicAsk: badQuestion}, byok.TestResult{Verdict: byok.Valid}},
		{"no credit", byok.Anthropic, map[string]reply{anthropicList: good, anthropicAsk: {400, anthropicError("invalid_request_error", "Your credit balance is too low to access the Anthropic API.")}}, byok.TestResult{Verdict: byok.NoCredit}},
		{"too many requests", byok.Anthropic, map[string]reply{anthropicList: {429, anthropicError("rate_limit_error", "slow")}}, byok.TestResult{Verdict: byok.RateLimited}},
		{"overloaded", byok.Anthropic, map[string]reply{anthropicList: good, anthropicAsk: {529, anthropicError("overloaded_error", "Overloaded")}}, byok.TestResult{Verdict: byok.ProviderDown}},
		{"the model is gone", byok.Anthropic, map[string]reply{anthropicList: good, anthropicAsk: {404, anthropicError("not_found_error", "model")}}, byok.TestResult{Verdict: byok.Valid}},
		{"not the API", byok.Anthropic, map[string]reply{anthropicList: {404, "<html>"}}, byok.TestResult{Verdict: byok.ProviderDown}},

		{"a good key", byok.OpenAI, map[string]reply{openAIList: good, openAIAsk: badChat}, byok.TestResult{Verdict: byok.Valid}},
		{"an unknown key", byok.OpenAI, map[string]reply{openAIList: {401, openAIError(`"invalid_api_key"`, "Incorrect API key provided: sk-test***AAAA.")}}, byok.TestResult{Verdict: byok.Invalid}},
		{"a key that may list, not ask", byok.OpenAI, map[string]reply{openAIList: good, openAIAsk: {401, openAIError("null", "You have insufficient permissions for this operation. Missing scopes: model.request.")}}, byok.TestResult{Verdict: byok.MissingScope}},
		{"the same, with 403", byok.OpenAI, map[string]reply{openAIList: good, openAIAsk: {403, openAIError("null", "You have insufficient permissions for this operation.")}}, byok.TestResult{Verdict: byok.MissingScope}},
		{"a key that may ask, not list", byok.OpenAI, map[string]reply{openAIList: {403, openAIError("null", "You have insufficient permissions for this operation. Missing scopes: api.model.read.")}, openAIAsk: badChat}, byok.TestResult{Verdict: byok.Valid}},
		{"no credit", byok.OpenAI, map[string]reply{openAIList: good, openAIAsk: {429, openAIError(`"insufficient_quota"`, "You exceeded your current quota.")}}, byok.TestResult{Verdict: byok.NoCredit}},
		{"too many requests", byok.OpenAI, map[string]reply{openAIList: good, openAIAsk: {429, openAIError(`"rate_limit_exceeded"`, "slow")}}, byok.TestResult{Verdict: byok.RateLimited}},
		{"down", byok.OpenAI, map[string]reply{openAIList: {500, `{}`}}, byok.TestResult{Verdict: byok.ProviderDown}},
		{"a proxy's page", byok.OpenAI, map[string]reply{openAIList: {502, `<html>`}}, byok.TestResult{Verdict: byok.ProviderDown}},
		{"a project without this model", byok.OpenAI, map[string]reply{openAIList: good, openAIAsk: {403, openAIError(`"model_not_found"`, "Project has no access to the model")}}, byok.TestResult{Verdict: byok.Valid}},

		{"a good key", byok.OpenRouter, map[string]reply{routerKey: {200, `{"data":{"label":"sk-or-...","limit":null,"limit_remaining":null}}`}}, byok.TestResult{Verdict: byok.Valid}},
		{"a key with a limit", byok.OpenRouter, map[string]reply{routerKey: {200, `{"data":{"limit":10,"limit_remaining":7.25}}`}}, byok.TestResult{Verdict: byok.Valid, Remaining: dollars(7.25)}},
		{"a limit that is used up", byok.OpenRouter, map[string]reply{routerKey: {200, `{"data":{"limit":10,"limit_remaining":0}}`}}, byok.TestResult{Verdict: byok.NoCredit, Remaining: dollars(0)}},
		{"an unknown key", byok.OpenRouter, map[string]reply{routerKey: {401, `{"error":{"message":"User not found.","code":401}}`}}, byok.TestResult{Verdict: byok.Invalid}},
		{"a key that makes keys", byok.OpenRouter, map[string]reply{routerKey: {200, `{"data":{"is_provisioning_key":true}}`}}, byok.TestResult{Verdict: byok.WrongKind}},
		{"no credit", byok.OpenRouter, map[string]reply{routerKey: {402, `{"error":{"message":"Insufficient credits","code":402}}`}}, byok.TestResult{Verdict: byok.NoCredit}},
		{"nothing that can be read", byok.OpenRouter, map[string]reply{routerKey: {200, `<html>`}}, byok.TestResult{Verdict: byok.ProviderDown}},
	} {
		t.Run(string(test.provider)+", "+test.name, func(t *testing.T) {
			var asked []string
			tester, kept := newTester(t, opener{}, func(w http.ResponseWriter, r *http.Request) {
				what := r.Method + " " + r.URL.Path
				asked = append(asked, what)
				if k := r.Header.Get("X-Api-Key") + r.Header.Get("Authorization"); !strings.Contains(k, key) {
					t.Errorf("%s with %q", what, k)
				}
				a, ok := test.replies[what]
				if !ok {
					t.Errorf("asked %s", what)
				}
				w.WriteHeader(a.status)
				_, _ = io.WriteString(w, a.body)
			})
			got, err := tester.TestKey(t.Context(), byok.Person{Owner: 1, ID: "u"}, test.provider)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if len(asked) != len(test.replies) {
				t.Errorf("asked %v", asked)
			}
			for _, r := range kept() {
				if r.Purpose != usage.Test || r.Retries != 0 || r.Cost == nil || *r.Cost != 0 {
					t.Errorf("record %+v", r)
				}
			}
		})
	}
}

func TestUnheard(t *testing.T) {
	down := httptest.NewServer(nil)
	down.Close()
	for name, test := range map[string]struct {
		opener opener
		answer http.HandlerFunc
		change func(*gateway.Options)
		want   byok.Verdict // "" for an error
	}{
		"reset":        {opener{}, func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, nil, byok.Network},
		"nobody there": {opener{}, nil, func(o *gateway.Options) { o.Upstreams.OpenAI = down.URL }, byok.Network},
		"silence":      {opener{}, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, nil, byok.Network},
		"half an answer": {opener{}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "{")
		}, nil, byok.Network},
		"a redirect": {opener{}, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, nil, byok.ProviderDown},
		"compressed": {opener{}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "\x1f\x8b")
		}, nil, byok.ProviderDown},
		"another key":  {opener{fault.Wrap(fault.Forbidden, vault.ErrOtherKey, "no")}, nil, nil, byok.Undecryptable},
		"damaged":      {opener{fault.Wrap(fault.Forbidden, vault.ErrDamaged, "no")}, nil, nil, byok.Undecryptable},
		"no database":  {opener{errors.New("the disk is full")}, nil, nil, ""},
		"too many now": {opener{fault.New(fault.Limited, "wait")}, nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tester, _ := newTester(t, test.opener, test.answer, func(o *gateway.Options) {
				if test.change != nil {
					test.change(o)
				}
			})
			tester.within = 200 * time.Millisecond
			got, err := tester.TestKey(t.Context(), byok.Person{Owner: 1, ID: "u"}, byok.OpenAI)
			if got.Verdict != test.want || (err != nil) != (test.want == "") {
				t.Errorf("%q, %v, want %q", got.Verdict, err, test.want)
			}
		})
	}
	tester, _ := newTester(t, opener{}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tester.TestKey(ctx, byok.Person{Owner: 1}, byok.OpenAI); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
}

// newTester makes a Tester in front of a provider, and returns what gives the
// records of its requests.
func newTester(t *testing.T, keys gateway.Keys, provider http.HandlerFunc, change ...func(*gateway.Options)) (*Tester, func() []usage.Request) {
	t.Helper()
	if provider == nil {
		provider = func(http.ResponseWriter, *http.Request) {}
	}
	upstream := httptest.NewServer(provider)
	t.Cleanup(upstream.Close)
	prices, err := llm.LoadPrices("")
	if err != nil {
		t.Fatal(err)
	}
	kept := &records{}
	o := gateway.Options{Keys: keys, Usage: kept, Prices: prices, Upstreams: gateway.Upstreams{Anthropic: upstream.URL, OpenAI: upstream.URL, OpenRouter: upstream.URL}}
	for _, c := range change {
		c(&o)
	}
	g, err := gateway.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close(context.Background()) })
	return New(g.Client), func() []usage.Request {
		if err := g.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		return kept.all
	}
}
