// Package keytest finds out whether a provider takes a person's key, with
// requests that cost nothing.
package keytest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/gateway"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/provider/anthropic"
	"github.com/neuralrepo/neuralrepo/internal/provider/openai"
	"github.com/neuralrepo/neuralrepo/internal/usage"
	"github.com/neuralrepo/neuralrepo/internal/vault"
)

// patience is how long a test may take in all.
const patience = 15 * time.Second

// maxBody is how much of an answer is read. No list of models is longer.
const maxBody = 4 << 20

// Tester tests keys. It implements byok.Tester.
type Tester struct {
	client func() *http.Client
	within time.Duration
}

// New makes a Tester that sends with the client of a gateway. It asks for it
// at each test: the gateway needs the keys, which need the Tester.
func New(client func() *http.Client) *Tester { return &Tester{client, patience} }

// Each provider is asked something that only a working key may ask, and then,
// where keys can be restricted, something that only a key may ask that may
// ask models: a question without messages, which none answers and all refuse
// only after they have looked at the key.
var questions = map[byok.Provider]string{
	byok.Anthropic: `{"model":"claude-haiku-4-5-20251001","max_tokens":1,"messages":[]}`,
	byok.OpenAI:    `{"model":"gpt-4o-mini","max_completion_tokens":1,"messages":[]}`,
}

// TestKey implements byok.Tester.
func (t *Tester) TestKey(ctx context.Context, who byok.Person, p byok.Provider) (byok.TestResult, error) {
	within, cancel := context.WithTimeout(ctx, t.within)
	defer cancel()
	r := run{t.client(), gateway.With(within, gateway.Call{Who: who, Provider: string(p), Purpose: usage.Test}), p}
	result, err := r.test()
	if ctx.Err() != nil {
		return byok.TestResult{}, context.Cause(ctx)
	}
	if err != nil {
		if result.Verdict = unheard(err); result.Verdict == "" {
			return byok.TestResult{}, err
		}
	}
	return result, nil
}

// unheard returns the verdict on a request that got no answer, or none that
// can be one, "" if that is for a reason of this server.
func unheard(err error) byok.Verdict {
	for _, closed := range []error{vault.ErrOtherKey, vault.ErrDamaged, vault.ErrVersion} {
		if errors.Is(err, closed) {
			return byok.Undecryptable
		}
	}
	kind, ok := llm.KindOf(err)
	switch {
	case ok && kind == llm.Malformed:
		return byok.ProviderDown
	case ok, errors.Is(err, context.DeadlineExceeded):
		return byok.Network
	}
	return ""
}

// run is one test.
type run struct {
	client   *http.Client
	ctx      context.Context
	provider byok.Provider
}

func (r run) test() (byok.TestResult, error) {
	switch r.provider {
	case byok.OpenRouter:
		return r.openRouter()
	case byok.OpenAI:
		return r.inTwo("/models", "/chat/completions")
	}
	return r.inTwo("/v1/models", "/v1/messages")
}

// inTwo asks for the models and then a question. Only the question tells
// whether the key may ask models: there are keys that may do that, and not
// list them.
func (r run) inTwo(list, ask string) (byok.TestResult, error) {
	a, err := r.send(http.MethodGet, list, "")
	if err != nil {
		return byok.TestResult{}, err
	}
	if v := r.verdict(a); v != byok.Valid && v != byok.MissingScope {
		return byok.TestResult{Verdict: v}, nil
	}
	if a, err = r.send(http.MethodPost, ask, questions[r.provider]); err != nil {
		return byok.TestResult{}, err
	}
	return byok.TestResult{Verdict: r.verdict(a)}, nil
}

// openRouter asks for what the key is. Its list of models needs no key and
// tells nothing.
func (r run) openRouter() (byok.TestResult, error) {
	a, err := r.send(http.MethodGet, "/key", "")
	if err != nil {
		return byok.TestResult{}, err
	}
	result := byok.TestResult{Verdict: r.verdict(a)}
	if result.Verdict != byok.Valid {
		return result, nil
	}
	var key struct {
		Data *struct {
			Remaining    *float64 `json:"limit_remaining"`
			Provisioning bool     `json:"is_provisioning_key"`
			Management   bool     `json:"is_management_key"`
		} `json:"data"`
	}
	if json.Unmarshal(a.body, &key) != nil || key.Data == nil {
		result.Verdict = byok.ProviderDown
		return result, nil
	}
	result.Remaining = key.Data.Remaining
	switch {
	case key.Data.Provisioning || key.Data.Management:
		result.Verdict = byok.WrongKind
	case result.Remaining != nil && *result.Remaining <= 0:
		result.Verdict = byok.NoCredit
	}
	return result, nil
}

// answer is what a provider answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (r run) send(method, path, body string) (answer, error) {
	req, err := http.NewRequestWithContext(r.ctx, method, gateway.BaseURL(string(r.provider))+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return answer{}, &llm.Error{Kind: llm.Network, Provider: string(r.provider), Cause: err}
	}
	return answer{resp.StatusCode, resp.Header, text}, nil
}

// verdict reads an answer. That the question is a bad one is what a good key
// gets to hear.
func (r run) verdict(a answer) byok.Verdict {
	if a.status >= 200 && a.status < 300 {
		return byok.Valid
	}
	var e *llm.Error
	if r.provider == byok.Anthropic {
		e = anthropic.Explain(a.status, a.header, a.body)
	} else {
		e = openai.Explain(string(r.provider), a.status, a.header, a.body)
	}
	switch e.Kind {
	case llm.BadKey:
		return byok.Invalid
	case llm.NoScope:
		return byok.MissingScope
	case llm.NoCredit:
		return byok.NoCredit
	case llm.RateLimited:
		return byok.RateLimited
	case llm.BadRequest, llm.NoModel, llm.TooLong:
		return byok.Valid
	}
	return byok.ProviderDown
}
