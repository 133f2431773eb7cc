package gateway

import (
	"bytes"
	"encoding/json"

	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/provider/anthropic"
	"github.com/neuralrepo/neuralrepo/internal/provider/openai"
)

// meter reads from an answer's bytes, as they pass, what it took and whether
// it is whole. It keeps nothing of the text, and its size does not grow with
// the answer.
type meter struct {
	shape  shape
	stream bool
	sniff  sniffer

	// Of a stream: the line that is being read.
	start  [6]byte // its beginning
	length int     // how much there is of it, up to len(start)
	data   bool    // it is a data line, and the sniffer gets it

	first, last []byte // usage objects, the first and the last one
	ended       bool   // the answer said that it is over
	failed      bool   // it said that something went wrong
}

// feed takes the next bytes of the answer.
func (m *meter) feed(b []byte) {
	if !m.stream {
		m.sniff.feed(b)
		if m.sniff.done && !m.ended {
			m.take()
			m.ended = true
		}
		return
	}
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			m.part(b)
			return
		}
		m.part(b[:end])
		m.line()
		b = b[end+1:]
	}
}

// part takes a piece of a line.
func (m *meter) part(b []byte) {
	const field = "data:"
	for len(b) > 0 && !m.data && m.length < len(m.start) {
		m.start[m.length] = b[0]
		m.length++
		b = b[1:]
		m.data = m.length == len(field) && string(m.start[:m.length]) == field
	}
	if m.data && len(b) > 0 {
		m.sniff.feed(b)
	}
}

// line takes the end of a line.
func (m *meter) line() {
	if m.data {
		m.take()
		m.sniff.reset()
	}
	m.length, m.data = 0, false
}

// take reads what the sniffer found in an object.
func (m *meter) take() {
	s := &m.sniff
	if len(s.usage) > 0 && !s.cut {
		if m.first == nil {
			m.first = append(m.first, s.usage...)
		} else {
			m.last = append(m.last[:0], s.usage...)
		}
	}
	m.failed = m.failed || s.failed
	if !m.stream {
		return
	}
	switch {
	case s.bare == len("[DONE]"):
		m.ended = true
	case m.shape == messages:
		m.ended = m.ended || s.kind() == "message_stop"
	case m.shape == responses:
		switch s.kind() {
		case "response.completed", "response.incomplete":
			m.ended = true
		case "response.failed":
			m.failed = true
		}
	}
	m.failed = m.failed || s.kind() == "error"
}

// usage returns what the answer took, if it said so.
func (m *meter) usage() (llm.Usage, bool) {
	if m.first == nil {
		return llm.Usage{}, false
	}
	last := m.last
	if last == nil {
		last = m.first
	}
	switch m.shape {
	case messages:
		return anthropic.ParseUsage(string(m.first), string(last)), true
	case responses:
		return responsesUsage(last), true
	}
	return openai.ParseUsage(string(last)), true
}

// responsesUsage reads the usage object of OpenAI's responses, in which cached
// input is among all input.
func responsesUsage(object []byte) llm.Usage {
	var w struct {
		Input  int64 `json:"input_tokens"`
		Output int64 `json:"output_tokens"`
		In     struct {
			Cached int64 `json:"cached_tokens"`
		} `json:"input_tokens_details"`
		Out struct {
			Reasoning int64 `json:"reasoning_tokens"`
		} `json:"output_tokens_details"`
		Cost json.Number `json:"cost"` // OpenRouter's
	}
	_ = json.Unmarshal(object, &w) // what is no usage object counts nothing
	u := llm.Usage{Input: w.Input - w.In.Cached, CacheRead: w.In.Cached, Output: w.Output, Reasoning: w.Out.Reasoning}
	if billed, err := llm.ParseCost(w.Cost.String()); err == nil {
		u.Billed = &billed
	}
	return u.Sane()
}
