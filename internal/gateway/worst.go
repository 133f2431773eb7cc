package gateway

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// What a request is counted as beyond its text. A token has at least a byte,
// so a text has at most as many tokens as bytes; pictures have more.
const (
	hidden           = 2_000  // tokens that providers add to a request with tools
	anthropicPicture = 5_000  // more than Anthropic counts for any picture
	openAIPicture    = 50_000 // more than any other model counts for one
)

// worst returns the most that a request can cost. With a cap on its key, a
// request whose cost has no bound is refused: all that it may have in it is
// listed here, and what is not listed may cost something that nobody knows.
func (g *Gateway) worst(x *exchange) (llm.Cost, error) {
	if x.end.free {
		return 0, nil
	}
	refuse := func(format string, args ...any) (llm.Cost, error) {
		f := fault.New(fault.Invalid, "Your %s key has a monthly cap, and what this request may cost cannot be told: "+format+". Or lift the cap in Settings, AI providers.",
			append([]any{llm.Title(x.call.Provider)}, args...)...)
		return 0, f
	}
	q := x.question
	var list []string
	switch {
	case x.end.shape == messages && x.call.Provider == llm.Anthropic:
		list = messagesFields
	case strings.HasSuffix(x.end.path, "/chat/completions"):
		list = chatFields
	default:
		return refuse("ask by chat completions or messages instead")
	}
	price, priced := g.prices.Price(x.call.Provider, q.model)
	switch {
	case !q.clear || !json.Valid(x.body):
		return refuse("send a JSON object that names each thing once")
	case q.model == "":
		return refuse("name a model")
	case !priced || strings.ContainsRune(q.model, ':'):
		return refuse("the price of this model is not in the server's table; choose one that is")
	case q.most < 0 || q.count < 1:
		return refuse("max_tokens and n must be whole numbers above 0")
	}
	for _, beta := range x.header.Values("Anthropic-Beta") {
		for _, dear := range []string{"context-1m", "fast-mode"} {
			if strings.Contains(beta, dear) {
				return refuse("leave the beta %s out", dear)
			}
		}
	}
	b := bounds{fields: list}
	if !b.body(x.body) {
		return refuse("%s", b.why)
	}
	most := q.most
	if most == 0 {
		if most = g.longest(x.call.Provider, q.model); most == 0 {
			return refuse("set max_tokens")
		}
	}
	picture := int64(openAIPicture)
	if x.call.Provider == llm.Anthropic {
		picture = anthropicPicture
	}
	if most > 1<<30 || q.count > 1<<10 || most*q.count > 1<<30 {
		return refuse("max_tokens or n is too large")
	}
	dearest := max(price.Input, price.CacheRead, price.CacheWrite, price.CacheWrite1h)
	return llm.Price{Input: dearest, Output: price.Output}.Of(llm.Usage{
		Input:  int64(len(x.body)) + hidden + b.pictures*picture,
		Output: most * q.count,
	}), nil
}

// longest returns the most that a model writes; 0 if that is not known. It
// writes no more than it can hold.
func (g *Gateway) longest(provider, model string) int64 {
	if g.registry == nil {
		return 0
	}
	for _, p := range []llm.Purpose{llm.ForAgent, llm.ForSpec, llm.ForDigest} {
		for _, e := range g.registry.For(p) {
			if e.Provider == provider && e.Wire == model {
				return int64(e.Context)
			}
		}
	}
	return 0
}

// What a request under a cap may have in it: things that do not change what a
// token costs, and add none but those that are counted.
var (
	chatFields = []string{
		"model", "messages", "max_tokens", "max_completion_tokens", "n", "stream", "stream_options",
		"temperature", "top_p", "top_k", "min_p", "stop", "seed", "user", "metadata", "store",
		"frequency_penalty", "presence_penalty", "repetition_penalty", "logit_bias", "logprobs", "top_logprobs",
		"tools", "tool_choice", "parallel_tool_calls", "functions", "function_call", "response_format",
		"reasoning_effort", "reasoning", "verbosity", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "usage",
		"modalities", "service_tier",
	}
	messagesFields = []string{
		"model", "messages", "max_tokens", "stream", "system", "temperature", "top_p", "top_k", "stop_sequences",
		"metadata", "tools", "tool_choice", "thinking", "cache_control", "output_config", "output_format", "service_tier",
	}
	// parts are the kinds of content.
	parts = []string{"text", "image", "image_url", "tool_use", "tool_result", "thinking", "redacted_thinking", "refusal"}
	// tiers are what costs no more than the list price.
	tiers = []string{"auto", "default", "flex", "standard_only"}
	// ownTools are the tools that the client itself carries out.
	ownTools = []string{"", "function", "custom"}
	// ownKinds begin the names of Anthropic's tools of this sort.
	ownKinds = []string{"bash_", "text_editor_", "computer_", "memory_"}
)

// bounds looks at everything in a request that could make it dearer than its
// tokens are.
type bounds struct {
	fields   []string
	pictures int64
	why      string // what to change
}

// fail notes what to change, and stops the search.
func (b *bounds) fail(why string) bool {
	if b.why == "" {
		b.why = why
	}
	return false
}

// object goes through an object in which no name may be there twice: of two,
// the provider could take the other.
func (b *bounds) object(value []byte, f func(key string, value []byte) bool) bool {
	var seen []string
	return fields(value, func(k, v []byte) bool {
		key := string(k)
		if slices.Contains(seen, key) {
			return b.fail("name each thing once")
		}
		seen = append(seen, key)
		return f(key, v)
	}) || b.fail("send what the provider documents")
}

func (b *bounds) body(body []byte) bool {
	return b.object(body, func(key string, v []byte) bool {
		switch key {
		case "messages":
			return elements(v, b.message) || b.fail("messages must be a list of messages")
		case "system":
			return b.content(v)
		case "tools":
			return string(v) == "null" || elements(v, b.tool) || b.fail("tools must be a list of tools")
		case "modalities":
			return string(v) == "null" || elements(v, func(v []byte) bool { return text(v) == "text" }) || b.fail("ask for text alone")
		case "service_tier":
			return string(v) == "null" || slices.Contains(tiers, text(v)) || b.fail("leave service_tier out")
		}
		if !slices.Contains(b.fields, key) {
			if len(key) > 40 || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
				key = "what the provider does not document"
			}
			return b.fail("leave " + key + " out")
		}
		return true
	})
}

func (b *bounds) message(v []byte) bool {
	return b.object(v, func(key string, v []byte) bool {
		switch key {
		case "content":
			return b.content(v)
		case "audio":
			return string(v) == "null" || b.fail("send no audio")
		}
		return true
	})
}

// content is a text, or a list of parts.
func (b *bounds) content(v []byte) bool {
	if len(v) > 0 && v[0] == '"' || string(v) == "null" {
		return true
	}
	return elements(v, b.part) || b.fail("content must be text or a list of parts")
}

func (b *bounds) part(v []byte) bool {
	const fetched = "send pictures in the request, not by address or file id"
	return b.object(v, func(key string, v []byte) bool {
		switch key {
		case "type":
			kind := text(v)
			if kind == "image" || kind == "image_url" {
				b.pictures++
			}
			return slices.Contains(parts, kind) || b.fail("send text and pictures alone")
		case "content":
			return b.content(v)
		case "source":
			return b.object(v, func(key string, v []byte) bool {
				return key != "type" && key != "url" && key != "file_id" || key == "type" && text(v) == "base64" || b.fail(fetched)
			})
		case "image_url":
			return b.object(v, func(key string, v []byte) bool {
				return key != "url" || strings.HasPrefix(text(v), "data:") || b.fail(fetched)
			})
		case "file", "file_id", "input_audio", "audio":
			return b.fail(fetched)
		}
		return true
	})
}

func (b *bounds) tool(v []byte) bool {
	return b.object(v, func(key string, v []byte) bool {
		if key != "type" {
			return true
		}
		kind := text(v)
		return slices.Contains(ownTools, kind) || slices.ContainsFunc(ownKinds, func(k string) bool { return strings.HasPrefix(kind, k) }) ||
			b.fail("leave out tools that the provider carries out")
	})
}

// reserve holds the most that a request can cost back from the month, if its
// key has a cap.
func (g *Gateway) reserve(x *exchange, limit llm.Cost) error {
	if x.call.Purpose == usage.Test {
		return nil // tests of keys are made so that they cannot cost anything
	}
	amount, err := g.worst(x)
	if err != nil || amount == 0 {
		return err
	}
	if g.spend == nil {
		return fault.New(fault.Unavailable, "This server keeps no account of what is spent, so a key with a cap cannot be used")
	}
	spent, ok, err := g.hold(x, amount, limit)
	if err == nil && !ok {
		// What is settled but not yet written down may make room.
		_ = g.log.flush(x.ctx)
		spent, ok, err = g.hold(x, amount, limit)
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "What this request may cost could not be noted, so it was not sent. Try again.")
	}
	if !ok {
		return fault.New(fault.Forbidden, "The monthly cap of $%s on your %s key has no room for this request: it may cost up to $%s, and $%s are spent or held for requests under way. Lower max_tokens, or raise the cap in Settings, AI providers.",
			limit, llm.Title(x.call.Provider), amount, spent)
	}
	return nil
}
