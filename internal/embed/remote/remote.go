// Package remote understands texts with a model on another machine: any server
// with OpenAI's embeddings API, such as OpenAI, Ollama or vLLM, and Cloudflare's
// Workers AI, which has that API too.
//
// What comes back is not trusted. Every vector is checked for its dimensions
// and for numbers that are none, and made of length one. What the server says
// when it fails is not repeated, since it may have the key in it.
package remote

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/neuralrepo/neuralrepo/internal/embed"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// Options say where the model is and what it is.
type Options struct {
	// BaseURL is what /embeddings is below, such as https://api.openai.com/v1.
	BaseURL string
	Key     secret.Text // sent as a Bearer token, unless it is empty
	Model   string      // as the server calls it
	// Dimensions are those of its vectors; 0 for those of a known model.
	Dimensions int
	// Price is what a million tokens cost; nil for that of a known model, 0
	// for nothing.
	Price *llm.Cost
	// PerMinute is how many requests may be made in a minute; 0 for 300.
	PerMinute int
	// Client sends the requests; nil for one that follows no redirects.
	Client *http.Client
	// Wait waits before a request is made again; nil for the clock.
	Wait func(ctx context.Context, d time.Duration) error
}

const (
	defaultPerMinute = 300
	requestTime      = time.Minute
)

// Embedder asks the server. It is safe for concurrent use.
type Embedder struct {
	opt   Options
	model known
	about embed.Model
	pace  *rate.Limiter
}

// WorkersAI returns the options for Workers AI, in the operator's account at
// Cloudflare.
func WorkersAI(account string, token secret.Text) Options {
	return Options{
		BaseURL: "https://api.cloudflare.com/client/v4/accounts/" + url.PathEscape(account) + "/ai/v1",
		Key:     token,
		Model:   "@cf/baai/bge-m3",
	}
}

// New makes an Embedder. Nothing is sent yet.
func New(opt Options) (*Embedder, error) {
	if u, err := url.Parse(opt.BaseURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("the address of the embeddings must be http:// or https://, a host and perhaps a path, such as https://api.openai.com/v1")
	}
	if opt.Model == "" {
		return nil, errors.New("the model of the embeddings has no name: give the one that its server knows, such as text-embedding-3-small")
	}
	model := models[opt.Model]
	if opt.Dimensions == 0 {
		opt.Dimensions = model.dimensions
	}
	if opt.Dimensions < 1 || opt.Dimensions > maxDimensions {
		return nil, fmt.Errorf("how many dimensions the vectors of %s have is not known: say it, from 1 to %d", opt.Model, maxDimensions)
	}
	if opt.Price == nil {
		opt.Price = model.price
	}
	if opt.PerMinute == 0 {
		opt.PerMinute = defaultPerMinute
	}
	if opt.Client == nil {
		opt.Client = &http.Client{
			Timeout: requestTime,
			// A key is for the address that the operator gave, and for no other.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	if opt.Wait == nil {
		opt.Wait = wait
	}
	opt.BaseURL = strings.TrimRight(opt.BaseURL, "/")
	return &Embedder{
		opt: opt, model: model,
		about: embed.Model{ID: opt.Model, Version: version, Dimensions: opt.Dimensions},
		pace:  rate.NewLimiter(rate.Limit(float64(opt.PerMinute)/60), max(1, opt.PerMinute/10)),
	}, nil
}

// version grows when texts are prepared in another way.
const version = 1

// Model says whose vectors these are. A score is the cosine itself, which is
// what the thresholds of people's settings were made for with bge-m3.
func (e *Embedder) Model() embed.Model { return e.about }

// Embed asks the server for the vectors, in as many requests as it takes. A
// long text is read in windows, and its vector is the mean of theirs.
func (e *Embedder) Embed(ctx context.Context, texts []embed.Text) ([][]float32, error) {
	sums := make([][]float64, len(texts))
	var list []window
	for i, t := range texts {
		sums[i] = make([]float64, e.about.Dimensions)
		for _, text := range e.windows(t) {
			list = append(list, window{i, text})
		}
	}
	for len(list) > 0 {
		n := batch(list)
		vectors, err := e.ask(ctx, list[:n])
		if err != nil {
			return nil, err
		}
		for k, v := range vectors {
			for d, x := range v {
				sums[list[k].text][d] += x
			}
		}
		list = list[n:]
	}
	vectors := make([][]float32, len(texts))
	for i, sum := range sums {
		vectors[i] = whole(sum)
	}
	return vectors, nil
}

// whole makes a vector of length one. One of no length, which is that of a text
// without words, becomes the first direction.
func whole(sum []float64) []float32 {
	length := norm(sum)
	v := make([]float32, len(sum))
	if length < 1e-9 {
		v[0] = 1
		return v
	}
	for i, x := range sum {
		v[i] = float32(x / length)
	}
	return v
}

func norm(v []float64) float64 {
	var square float64
	for _, x := range v {
		square += x * x
	}
	return math.Sqrt(square)
}

// Metered reports whether understanding texts may cost money: unless it is
// known to cost nothing, it may.
func (e *Embedder) Metered() bool { return e.opt.Price == nil || *e.opt.Price > 0 }

// Estimate is what understanding texts takes.
type Estimate struct {
	Tokens int64
	Cost   *llm.Cost // nil if the price is not known
}

// Estimate says what it will take to understand texts, rather too much than
// too little: a token has at least three bytes in most writing.
func (e *Embedder) Estimate(texts []embed.Text) Estimate {
	var out Estimate
	for _, t := range texts {
		for _, w := range e.windows(t) {
			out.Tokens += int64(len(w)+2)/3 + 2 // and where it begins and ends
		}
	}
	if e.opt.Price != nil {
		cost := *e.opt.Price / 1_000_000 * llm.Cost(out.Tokens)
		out.Cost = &cost
	}
	return out
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
