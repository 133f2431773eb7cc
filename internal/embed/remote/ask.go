package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/llm"
)

const (
	attempts  = 4 // that a request is made
	firstWait = time.Second
	maxWait   = time.Minute
	maxAnswer = 64 << 20 // bytes: 64 vectors of 8192 numbers fit
)

type question struct {
	Model      string   `json:"model"`
	Input      []string `json:"input"`
	Format     string   `json:"encoding_format"`
	Dimensions int      `json:"dimensions,omitempty"`
}

type answer struct {
	Data []struct {
		Index     *int      `json:"index"`
		Embedding []float64 `json:"embedding"`
	} `json:"data"`
}

// ask returns the vectors of windows, each of length one. What may be over soon
// is tried again.
func (e *Embedder) ask(ctx context.Context, list []window) ([][]float64, error) {
	q := question{Model: e.opt.Model, Format: "float"}
	for _, w := range list {
		q.Input = append(q.Input, w.said)
	}
	// Only a model that can shorten its vectors knows this field.
	if e.model.dimensions != 0 && e.opt.Dimensions != e.model.dimensions {
		q.Dimensions = e.opt.Dimensions
	}
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	pause := firstWait
	for attempt := 1; ; attempt++ {
		if err := e.pace.Wait(ctx); err != nil {
			return nil, tooSoon(ctx, err)
		}
		vectors, err := e.try(ctx, body, len(list))
		var f *fault.Error
		if err == nil || ctx.Err() != nil {
			return vectors, errors.Join(err, ctx.Err())
		}
		if !errors.As(err, &f) || f.Kind != fault.Unavailable || attempt == attempts || f.RetryAfter > maxWait {
			return nil, err
		}
		if err := e.opt.Wait(ctx, max(pause, f.RetryAfter)); err != nil {
			return nil, err
		}
		pause *= 4
	}
}

// tooSoon tells a limit of the pace, which looks ahead to the deadline, from
// the end of ctx.
func tooSoon(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fault.Wrap(fault.Unavailable, err, "Too many texts wait to be understood. Try again in a moment.")
}

// try makes one request. A fault.Unavailable may be over soon.
func (e *Embedder) try(ctx context.Context, body []byte, n int) ([][]float64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.opt.BaseURL+"/embeddings", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask for embeddings: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	if !e.opt.Key.Empty() {
		r.Header.Set("Authorization", "Bearer "+e.opt.Key.Reveal())
	}
	response, err := e.opt.Client.Do(r)
	if err != nil {
		return nil, unavailable(fmt.Errorf("ask for embeddings: %w", err), 0)
	}
	defer response.Body.Close()
	switch s := response.StatusCode; {
	case s == http.StatusTooManyRequests || s == http.StatusRequestTimeout || s >= 500:
		return nil, unavailable(fmt.Errorf("the server of the embeddings answered %d", s), llm.RetryAfter(response.Header, time.Now()))
	case s != http.StatusOK:
		return nil, fmt.Errorf("the server of the embeddings answered %d: check its address, the name of the model and the key", s)
	}
	b, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return nil, unavailable(fmt.Errorf("read embeddings: %w", err), 0)
	}
	if len(b) > maxAnswer {
		return nil, errors.New("the server of the embeddings answered more than any embeddings are")
	}
	return e.read(b, n)
}

func unavailable(err error, after time.Duration) error {
	return &fault.Error{
		Kind: fault.Unavailable, Cause: err, RetryAfter: after,
		Message: "The server that understands texts does not answer. Try again in a moment.",
	}
}

// read checks an answer and puts its vectors in order.
func (e *Embedder) read(b []byte, n int) ([][]float64, error) {
	var a answer
	if err := json.Unmarshal(b, &a); err != nil {
		return nil, errors.New("the server of the embeddings answered what is no list of vectors")
	}
	if len(a.Data) != n {
		return nil, fmt.Errorf("the server of the embeddings answered %d vectors for %d texts", len(a.Data), n)
	}
	vectors := make([][]float64, n)
	for k, d := range a.Data {
		at := k
		if d.Index != nil {
			at = *d.Index
		}
		if at < 0 || at >= n || vectors[at] != nil {
			return nil, fmt.Errorf("the server of the embeddings numbers its vectors in a way that fits no %d texts", n)
		}
		if len(d.Embedding) != e.about.Dimensions {
			return nil, fmt.Errorf("vectors of %s have %d dimensions on that server, and %d in the settings", e.opt.Model, len(d.Embedding), e.about.Dimensions)
		}
		length := norm(d.Embedding)
		if !(length > 0) || math.IsInf(length, 0) {
			return nil, fmt.Errorf("the server of the embeddings answered a vector of length %v", length)
		}
		for i := range d.Embedding {
			d.Embedding[i] /= length
		}
		vectors[at] = d.Embedding
	}
	return vectors, nil
}
