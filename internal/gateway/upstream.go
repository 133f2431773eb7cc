package gateway

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// Upstreams are where requests go. The zero value is the providers' own
// addresses, and no Workers AI.
type Upstreams struct {
	// Addresses in the form that the SDKs take, "" for the provider's own:
	// https://api.anthropic.com, https://api.openai.com/v1,
	// https://openrouter.ai/api/v1.
	Anthropic, OpenAI, OpenRouter string
	WorkersAI                     WorkersAI
	// Cloudflare, if its Account is set, has everything sent through
	// Cloudflare AI Gateway, but for providers with an address above.
	Cloudflare Cloudflare
}

// WorkersAI answers for models that need no key of the person's: Workers AI,
// or any server that speaks OpenAI's chat completions.
type WorkersAI struct {
	BaseURL string      // "http://localhost:11434/v1"; "" for Cloudflare's, which needs Account
	Account string      // Cloudflare's account id
	Token   secret.Text // may be empty with a BaseURL
}

// Enabled reports whether there is anything to ask.
func (w WorkersAI) Enabled() bool { return w.BaseURL != "" || w.Account != "" && !w.Token.Empty() }

// Cloudflare is an AI Gateway of Cloudflare's that requests pass.
type Cloudflare struct {
	BaseURL string // "" for https://gateway.ai.cloudflare.com
	Account string
	Gateway string
	Token   secret.Text // empty if the gateway asks for none
}

// upstream is where the requests of one provider go.
type upstream struct {
	provider string
	base     url.URL     // its path has no slash at the end
	token    secret.Text // the server's own, of Workers AI
	through  secret.Text // opens Cloudflare's gateway; empty if it needs none or is not used
	relayed  bool        // through Cloudflare's gateway
}

// resolve checks the addresses.
func (u Upstreams) resolve() (map[string]*upstream, error) {
	all := map[string]*upstream{}
	add := func(provider, own, standard, relay string) error {
		up := &upstream{provider: provider}
		address := own
		if own == "" {
			address = standard
			if c := u.Cloudflare; c.Account != "" && relay != "" {
				base := c.BaseURL
				if base == "" {
					base = "https://gateway.ai.cloudflare.com"
				}
				address = strings.TrimRight(base, "/") + "/v1/" + url.PathEscape(c.Account) + "/" + url.PathEscape(c.Gateway) + relay
				up.through, up.relayed = c.Token, true
			}
		}
		base, err := url.Parse(address)
		if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
			return fmt.Errorf("the address of %s must be like %s, without a query or credentials", llm.Title(provider), standard)
		}
		up.base = url.URL{Scheme: base.Scheme, Host: base.Host, Path: strings.TrimRight(base.Path, "/")}
		all[provider] = up
		return nil
	}
	if c := u.Cloudflare; c.Account != "" && c.Gateway == "" {
		return nil, fmt.Errorf("Cloudflare AI Gateway needs the id of a gateway besides the account")
	}
	if err := add(llm.Anthropic, u.Anthropic, "https://api.anthropic.com", "/anthropic"); err != nil {
		return nil, err
	}
	if err := add(llm.OpenAI, u.OpenAI, "https://api.openai.com/v1", "/openai"); err != nil {
		return nil, err
	}
	if err := add(llm.OpenRouter, u.OpenRouter, "https://openrouter.ai/api/v1", "/openrouter/v1"); err != nil {
		return nil, err
	}
	if w := u.WorkersAI; w.Enabled() {
		standard := "https://api.cloudflare.com/client/v4/accounts/" + url.PathEscape(w.Account) + "/ai/v1"
		if err := add(llm.WorkersAI, w.BaseURL, standard, "/workers-ai/v1"); err != nil {
			return nil, err
		}
		all[llm.WorkersAI].token = w.Token
	}
	return all, nil
}

// url returns the address of an endpoint's path.
func (u *upstream) url(path, query string) *url.URL {
	to := u.base
	to.Path += path
	to.RawQuery = query
	return &to
}

// authorise puts the key in, in the provider's own header. Cloudflare ignores
// a key that is stored there as soon as it sees an Authorization header, and
// none is: what is sent is always the person's.
func (u *upstream) authorise(h http.Header, key secret.Text) {
	switch {
	case u.provider == llm.Anthropic:
		h.Set("X-Api-Key", key.Reveal())
	case !key.Empty():
		h.Set("Authorization", "Bearer "+key.Reveal())
	}
	if u.relayed {
		// What Cloudflare would keep is not ours to give away, and its cache
		// does not tell people apart.
		h.Set("Cf-Aig-Collect-Log-Payload", "false")
		h.Set("Cf-Aig-Skip-Cache", "true")
		if !u.through.Empty() {
			h.Set("Cf-Aig-Authorization", "Bearer "+u.through.Reveal())
		}
	}
}
