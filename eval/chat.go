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
	"strings"
)

// client talks to the program as one person.
type client struct {
	url string // with /api/v1
	key string
}

func (c client) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, r)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-API-Key", c.key)
	req.Header.Set("Content-Type", "application/json")
	return http.DefaultClient.Do(req)
}

// call sends a request and reads the answer into v, which may be nil.
func (c client) call(ctx context.Context, method, path string, body, v any) error {
	resp, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, bytes.TrimSpace(b))
	}
	if v == nil {
		return nil
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

// part is one part of the agent's answer, as far as it matters here.
type part struct {
	Type       string          `json:"type"`
	Delta      string          `json:"delta"`
	ToolName   string          `json:"toolName"`
	ApprovalID string          `json:"approvalId"`
	ErrorText  string          `json:"errorText"`
	Data       json.RawMessage `json:"data"`
	Metadata   struct {
		ConversationID string `json:"conversation_id"`
		Usage          struct {
			In  int64 `json:"tokens_in"`
			Out int64 `json:"tokens_out"`
		} `json:"usage"`
	} `json:"messageMetadata"`
}

// heard is what came of one thing that was said, or of a whole task.
type heard struct {
	Conversation string
	Text         string // of the last answer
	All          string // everything that was sent
	Tools        []string
	Cards        []string
	Errors       []string // told to the person
	Asked        bool     // for approval
	Rounds       int
	In, Out      int64 // tokens
	open         []string
}

// say says something and reads the answer, approvals included.
func (c client) say(ctx context.Context, h *heard, body map[string]any, approve bool) error {
	h.Text = ""
	if err := c.stream(ctx, h, "/agent/chat", body); err != nil {
		return err
	}
	for len(h.open) > 0 {
		id := h.open[0]
		h.open = h.open[1:]
		path := "/agent/conversations/" + h.Conversation + "/approvals/" + id
		if err := c.stream(ctx, h, path, map[string]any{"approved": approve}); err != nil {
			return err
		}
	}
	return nil
}

// stream sends a request that is answered with events and reads them to the
// end. Text begins anew with each step, so that the last one is left.
func (c client) stream(ctx context.Context, h *heard, path string, body any) error {
	resp, err := c.send(ctx, http.MethodPost, path, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		return fmt.Errorf("POST %s: %s: %s", path, resp.Status, bytes.TrimSpace(b))
	}
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		return nil // other approvals are open; the stream comes with the last one
	}
	done := false
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		if data == "[DONE]" {
			done = true
			continue
		}
		var p part
		if err := json.Unmarshal([]byte(data), &p); err != nil {
			return fmt.Errorf("a part of the answer cannot be read: %w", err)
		}
		h.All += data + "\n"
		h.take(p)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if !done {
		return errors.New("the answer broke off without [DONE]")
	}
	return nil
}

func (h *heard) take(p part) {
	if p.Metadata.ConversationID != "" {
		h.Conversation = p.Metadata.ConversationID
	}
	switch p.Type {
	case "start-step":
		h.Rounds++
		h.Text = ""
	case "text-delta":
		h.Text += p.Delta
	case "tool-input-available":
		h.Tools = append(h.Tools, p.ToolName)
	case "tool-approval-request":
		h.Asked = true
		h.open = append(h.open, p.ApprovalID)
	case "data-artifact":
		var card struct{ Type string }
		if json.Unmarshal(p.Data, &card) == nil {
			h.Cards = append(h.Cards, card.Type)
		}
	case "error":
		h.Errors = append(h.Errors, p.ErrorText)
	case "finish":
		h.In += p.Metadata.Usage.In
		h.Out += p.Metadata.Usage.Out
	}
}
