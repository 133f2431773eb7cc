package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"
)

// What the gateway is measured with, each a process of its own: a provider
// that answers at once, and a proxy that does nothing but pass on.
const (
	asProvider = "provider"
	asProxy    = "proxy"
	asReader   = "reader" // the same proxy, which reads a request before it sends it
)

// standIn serves as one of them until ctx ends: args are what, the address,
// and of the proxy where the provider is.
func standIn(ctx context.Context, args []string) error {
	var handler http.Handler
	switch {
	case len(args) == 2 && args[0] == asProvider:
		handler = http.HandlerFunc(provide)
	case len(args) == 3 && (args[0] == asProxy || args[0] == asReader):
		to, err := url.Parse(args[2])
		if err != nil {
			return err
		}
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 512 // two for a host would measure dialling
		transport.DisableCompression = true
		handler = &httputil.ReverseProxy{
			Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to) },
			Transport:     transport,
			FlushInterval: -1,
		}
		if args[0] == asReader {
			handler = readFirst(handler)
		}
	default:
		return errors.New("this program takes flags alone")
	}
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	mux.HandleFunc("/api/v1/health", func(http.ResponseWriter, *http.Request) {})
	l, err := net.Listen("tcp", args[1])
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// readFirst gives a handler the body of a request from memory.
func readFirst(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// How the provider answers, by the model that is asked for.
const (
	inOne  = "gpt-4o"       // in one piece
	inMany = "gpt-4o-mini"  // a stream, as fast as it goes
	inPace = "gpt-4.1"      // a stream with pauses, each event with its time
	inWait = "gpt-4.1-nano" // a stream that begins and then waits
)

const (
	manyEvents = 20
	paceEvents = 20
	paceEvery  = 10 * time.Millisecond
)

// eventText is an event of the usual length.
const eventText = `data: {"id":"chatcmpl-0123456789","object":"chat.completion.chunk","created":1790000000,"model":"m","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}],"usage":null}` + "\n\n"

const lastEvents = `data: {"id":"chatcmpl-0123456789","object":"chat.completion.chunk","created":1790000000,"model":"m","choices":[],"usage":{"prompt_tokens":400,"completion_tokens":20,"total_tokens":420,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}` + "\n\ndata: [DONE]\n\n"

var wholeAnswer = `{"id":"chatcmpl-0123456789","object":"chat.completion","created":1790000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"` + strings.Repeat("word ", 100) + `"},"finish_reason":"stop"}],"usage":{"prompt_tokens":400,"completion_tokens":100,"total_tokens":500}}`

// provide answers like a provider of chat completions.
func provide(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	asked := string(body[:min(len(body), 100)])
	if strings.Contains(asked, `"`+inOne+`"`) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, wholeAnswer)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := w.(http.Flusher)
	switch {
	case strings.Contains(asked, `"`+inWait+`"`):
		_, _ = io.WriteString(w, eventText)
		flusher.Flush()
		<-r.Context().Done()
		return
	case strings.Contains(asked, `"`+inPace+`"`):
		for range paceEvents {
			_, _ = fmt.Fprintf(w, "data: {\"sent\":%d}\n\n", time.Now().UnixNano())
			flusher.Flush()
			time.Sleep(paceEvery)
		}
	default:
		for range manyEvents {
			_, _ = io.WriteString(w, eventText)
			flusher.Flush()
		}
	}
	_, _ = io.WriteString(w, lastEvents)
}
