package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// way is a way to the provider.
type way struct {
	name   string
	url    string  // of chat completions
	server *server // on the way, whose processor time and memory count; nil if there is none
	key    string
	// question makes the body of a request; nil for chat completions.
	question func(model string, stream bool) string
	// begin is the mark of the event with the first piece of the answer's
	// text; "" if the first bytes are it.
	begin string
}

// asks returns the body of a request for an answer of a model.
func (w way) asks(model string, stream bool) string {
	if w.question != nil {
		return w.question(model, stream)
	}
	return question(model, stream)
}

// ask asks for an answer and reads it to its end. It returns when its first
// bytes were there, and adds how late each event was to delay, if that is not
// nil.
func (w way) ask(ctx context.Context, c *http.Client, body string, delay *[]time.Duration) (first time.Time, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, strings.NewReader(body))
	if err != nil {
		return first, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+w.key)
	resp, err := c.Do(req)
	if err != nil {
		return first, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 500))
		return first, fmt.Errorf("%s: %s: %s", w.name, resp.Status, text)
	}
	if delay == nil && w.begin == "" {
		return drain(resp)
	}
	if delay == nil {
		return drainText(resp, w.begin)
	}
	lines := bufio.NewReader(resp.Body)
	for {
		line, err := lines.ReadSlice('\n')
		now := time.Now()
		if first.IsZero() {
			first = now
		}
		if rest, ok := strings.CutPrefix(string(line), `data: {"sent":`); ok {
			sent, err := strconv.ParseInt(strings.TrimRight(rest, "}\r\n"), 10, 64)
			if err != nil {
				return first, err
			}
			*delay = append(*delay, time.Duration(now.UnixNano()-sent))
		}
		if err == io.EOF {
			return first, nil
		}
		if err != nil {
			return first, err
		}
	}
}

// errCut is an answer without its end.
var errCut = errors.New("the answer has no end")

// drain reads an answer and makes sure that it is whole.
func drain(resp *http.Response) (first time.Time, err error) {
	var buf [4 << 10]byte
	const end = "data: [DONE]\n\n"
	var tail [len(end)]byte
	for {
		n, err := resp.Body.Read(buf[:])
		if n > 0 {
			if first.IsZero() {
				first = time.Now()
			}
			if n >= len(tail) {
				copy(tail[:], buf[n-len(tail):n])
			} else {
				copy(tail[:], tail[n:])
				copy(tail[len(tail)-n:], buf[:n])
			}
		}
		if err == io.EOF {
			if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") && string(tail[:]) != end {
				return first, errCut
			}
			return first, nil
		}
		if err != nil {
			return first, err
		}
	}
}

// drainText reads a stream of events, makes sure that it is whole, and returns
// when the first event with the mark was there.
func drainText(resp *http.Response, mark string) (first time.Time, err error) {
	whole := false
	lines := bufio.NewReader(resp.Body)
	for {
		line, err := lines.ReadSlice('\n')
		if first.IsZero() && bytes.Contains(line, []byte(mark)) {
			first = time.Now()
		}
		whole = whole || string(line) == "data: [DONE]\n"
		switch {
		case err == io.EOF && (!whole || first.IsZero()):
			return first, errCut
		case err == io.EOF:
			return first, nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return first, err
		}
	}
}

// question is a request of usual size for a model's answer.
func question(model string, stream bool) string {
	return `{"model":"` + model + `","stream":` + strconv.FormatBool(stream) + `,"max_tokens":500,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"` + strings.Repeat("some words of a question ", 64) + `"}]}`
}

// hold opens streams that wait, calls f, and lets them go.
func hold(ctx context.Context, w way, streams int, f func()) error {
	ctx, cancel := context.WithCancel(ctx)
	c := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	body := w.asks(inWait, true)
	errs := make(chan error)
	var ready, done sync.WaitGroup
	slots := make(chan struct{}, 64) // that open at a time
	for range streams {
		ready.Add(1)
		done.Go(func() {
			slots <- struct{}{}
			resp, err := w.open(ctx, c, body)
			<-slots
			ready.Done()
			if err != nil {
				select {
				case errs <- err:
				case <-ctx.Done():
				}
				return
			}
			<-ctx.Done()
			resp.Body.Close()
		})
	}
	opened := make(chan struct{})
	go func() { ready.Wait(); close(opened) }()
	var err error
	select {
	case err = <-errs:
	case <-opened:
		f()
	}
	cancel()
	done.Wait()
	c.CloseIdleConnections()
	return err
}

// open asks, and returns once the first event is there.
func (w way) open(ctx context.Context, c *http.Client, body string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+w.key)
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	var first [16]byte
	if _, err := io.ReadFull(resp.Body, first[:]); err != nil || resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("%s: %s: %.16q, %w", w.name, resp.Status, first, err)
	}
	return resp, nil
}

// storeKey stores a provider key as a person does.
func storeKey(ctx context.Context, s *server, p person) error {
	body, err := json.Marshal(map[string]string{"api_key": "sk-" + strings.Repeat("aB3x", 12)})
	if err != nil {
		return err
	}
	c := newClient(s.url, 1)
	defer c.http.CloseIdleConnections()
	return c.send(ctx, p.key, request{http.MethodPut, "/user/byok/openai", string(body)}, io.Discard)
}
