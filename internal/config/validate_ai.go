package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// Validate is the part of Config.Validate that is about models.
func (a AI) Validate() error {
	return errors.Join(a.validateURLs(), a.validateCloudflare(), a.validateWorkers(), a.validateRates())
}

func (a AI) validateURLs() error {
	var all []error
	for _, base := range []struct{ name, url, such string }{
		{"ANTHROPIC_BASE_URL", a.AnthropicURL, "https://api.anthropic.com"},
		{"OPENAI_BASE_URL", a.OpenAIURL, "https://api.openai.com/v1"},
		{"OPENROUTER_BASE_URL", a.OpenRouterURL, "https://openrouter.ai/api/v1"},
		{"WORKERS_AI_BASE_URL", a.WorkersURL, "http://127.0.0.1:11434/v1"},
	} {
		if base.url == "" {
			continue
		}
		// The error does not repeat the address: there may be a secret in it.
		u, err := url.Parse(base.url)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
			all = append(all, fmt.Errorf("%s must be http:// or https://, a host and perhaps a path, such as %s", base.name, base.such))
		} else if u.User != nil {
			all = append(all, fmt.Errorf("%s has a user or a password in it; leave them out: keys are added to requests in their headers", base.name))
		}
	}
	return errors.Join(all...)
}

func (a AI) validateCloudflare() error {
	var all []error
	switch {
	case a.Gateway == "" && a.GatewayID != "":
		all = append(all, errors.New("CLOUDFLARE_GATEWAY_ID is set, but AI_GATEWAY is not: set AI_GATEWAY=cloudflare to send requests through that gateway, or unset CLOUDFLARE_GATEWAY_ID"))
	case a.Gateway == "" && !a.GatewayToken.Empty():
		all = append(all, errors.New("CLOUDFLARE_AI_GATEWAY_TOKEN is set, but AI_GATEWAY is not: set AI_GATEWAY=cloudflare to send requests through that gateway, or unset the token"))
	case a.Gateway != "" && a.AccountID == "":
		all = append(all, errors.New("AI_GATEWAY=cloudflare needs CLOUDFLARE_ACCOUNT_ID: the dashboard of Cloudflare shows it, 32 hexadecimal digits"))
	case a.Gateway != "" && a.GatewayID == "":
		all = append(all, errors.New("AI_GATEWAY=cloudflare needs CLOUDFLARE_GATEWAY_ID: the name that you gave the gateway at Cloudflare, under AI, AI Gateway"))
	}
	if !a.CloudflareToken.Empty() && a.AccountID == "" {
		all = append(all, errors.New("CLOUDFLARE_API_TOKEN needs CLOUDFLARE_ACCOUNT_ID beside it, or Workers AI cannot be found: the dashboard of Cloudflare shows it, 32 hexadecimal digits"))
	}
	for name, id := range map[string]string{"CLOUDFLARE_ACCOUNT_ID": a.AccountID, "CLOUDFLARE_GATEWAY_ID": a.GatewayID} {
		if strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			all = append(all, fmt.Errorf("%s must be letters, digits, hyphens and underscores, as Cloudflare shows it", name))
		}
	}
	return errors.Join(all...)
}

func (a AI) validateWorkers() error {
	if a.WorkersURL == "" {
		switch {
		case !a.WorkersToken.Empty():
			return errors.New("WORKERS_AI_TOKEN is for a server of your own: name it with WORKERS_AI_BASE_URL; for Workers AI itself, set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID")
		case len(a.WorkersModels) > 0:
			return errors.New("WORKERS_AI_MODELS is for a server of your own: name it with WORKERS_AI_BASE_URL")
		}
	}
	for name, model := range a.WorkersModels {
		if strings.TrimSpace(name) == "" || strings.TrimSpace(model) == "" {
			return errors.New("WORKERS_AI_MODELS must be pairs with commas between them, such as qwen-30b=qwen3:30b,llama-70b=llama3.3")
		}
	}
	return nil
}

func (a AI) validateRates() error {
	var all []error
	if a.RequestsPerMinute < 1 {
		all = append(all, fmt.Errorf("NEURALREPO_AI_REQUESTS_PER_MINUTE is %d: it must be at least 1", a.RequestsPerMinute))
	}
	if a.Streams < 1 {
		all = append(all, fmt.Errorf("NEURALREPO_AI_STREAMS is %d: it must be at least 1", a.Streams))
	}
	return errors.Join(all...)
}

// Warnings are what the operator should read about where models are.
func (a AI) Warnings() []string {
	var all []string
	for _, base := range []struct{ name, url string }{
		{"ANTHROPIC_BASE_URL", a.AnthropicURL},
		{"OPENAI_BASE_URL", a.OpenAIURL},
		{"OPENROUTER_BASE_URL", a.OpenRouterURL},
	} {
		u, err := url.Parse(base.url)
		if err == nil && u.Scheme == "http" && !onThisMachine(u.Hostname()) {
			all = append(all, base.name+" is http://, so people's provider keys travel to "+u.Host+" in the clear. Use https:// unless you trust the network.")
		}
	}
	return all
}

func onThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
