package llm

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// MaxErrorBody is how much of an answer that is not a stream is read, in
// bytes. No provider's error is longer.
const MaxErrorBody = 64 << 10

// Exchange sends an adapter's requests. What comes back is either the open
// stream of an answer or an error of this package, so that no SDK retries,
// follows a redirect, or makes an error text of what the provider wrote.
type Exchange struct {
	Client   *http.Client
	Provider string
	// Explain reads what the provider answered instead of a stream. The
	// status may be 200: some report an error that way.
	Explain func(status int, header http.Header, body []byte) *Error
}

// Do sends one request. It is the HTTP client that an SDK is given.
func (x *Exchange) Do(req *http.Request) (*http.Response, error) {
	for name := range req.Header {
		// The SDKs tell the provider about the machine they run on.
		if strings.HasPrefix(name, "X-Stainless-") {
			req.Header.Del(name)
		}
	}
	client := *x.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Do(req)
	if err != nil {
		return nil, x.broken(req.Context(), err)
	}
	body := &streamBody{ReadCloser: resp.Body, exchange: x, ctx: req.Context()}
	if resp.StatusCode == http.StatusOK && isStream(resp.Header) {
		resp.Body = body
		return resp, nil
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(body, MaxErrorBody))
	if err != nil {
		return nil, err
	}
	e := x.Explain(resp.StatusCode, resp.Header, text)
	e.Provider = x.Provider
	return nil, e
}

func isStream(h http.Header) bool {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return kind == "text/event-stream"
}

// Failure makes an error of this package of what ended a stream. Errors of
// the transport have passed through Do and are one already; what is left is a
// stream that the SDK could not read.
func (x *Exchange) Failure(err error) error {
	if explained(err) {
		return err
	}
	// The SDK's text may quote the stream, so it is not kept.
	return &Error{Kind: Malformed, Provider: x.Provider, Cause: errors.New("the stream has an event that is not valid")}
}

// explained reports whether err is one that Stream may yield as it is.
func explained(err error) bool {
	_, fail := errors.AsType[*Error](err)
	_, flt := errors.AsType[*fault.Error](err)
	return fail || flt
}

// Cut returns the failure of a stream that ended before the answer did.
func (x *Exchange) Cut() error {
	return &Error{Kind: Network, Provider: x.Provider, Cause: io.ErrUnexpectedEOF}
}

// broken explains an error of the transport. The gateway is part of the
// transport, and what it says stays as it is.
func (x *Exchange) broken(ctx context.Context, err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if explained(err) {
		return err
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return &Error{Kind: Cancelled, Provider: x.Provider, Cause: context.Cause(ctx)}
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return &Error{Kind: Network, Provider: x.Provider, Cause: err}
}

// streamBody explains what breaks a stream where it breaks: behind the SDK's
// decoder a lost connection looks like an event that is not valid.
type streamBody struct {
	io.ReadCloser
	exchange *Exchange
	ctx      context.Context
}

func (b *streamBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = b.exchange.broken(b.ctx, err)
	}
	return n, err
}

// ByStatus returns the failure that a status means where the provider does
// not say more.
func ByStatus(status int) Kind {
	switch status {
	case http.StatusUnauthorized:
		return BadKey
	case http.StatusPaymentRequired:
		return NoCredit
	case http.StatusForbidden:
		return NoScope
	case http.StatusNotFound:
		return NoModel
	case http.StatusRequestTimeout, http.StatusConflict:
		return Overloaded
	case http.StatusRequestEntityTooLarge:
		return TooLong
	case http.StatusTooManyRequests:
		return RateLimited
	}
	switch {
	case status >= 500:
		return Overloaded
	case status >= 400:
		return BadRequest
	}
	return Malformed // a redirect, or a success that is not a stream
}

// maxRetryAfter bounds what a provider may ask for.
const maxRetryAfter = 24 * time.Hour

// RetryAfter reads when the provider wants to be asked again; 0 if it does
// not say.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	var d time.Duration
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		d = bounded(ms * float64(time.Millisecond))
	} else if s, err := strconv.ParseFloat(h.Get("Retry-After"), 64); err == nil {
		d = bounded(s * float64(time.Second))
	} else if t, err := http.ParseTime(h.Get("Retry-After")); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}

// bounded turns nanoseconds into a duration; a number that is none is 0.
func bounded(ns float64) time.Duration {
	if !(ns > 0) {
		return 0
	}
	return time.Duration(min(ns, float64(maxRetryAfter)))
}

// CleanCode returns a provider's name of a failure if it looks like one: a
// few words of small letters, digits, "_" and ".". No key looks like that.
func CleanCode(code string) string {
	if len(code) > 48 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz0123456789_.") != "" {
		return ""
	}
	return code
}

// CleanID returns a provider's request id if it looks like one, and not like
// a key.
func CleanID(id string) string {
	if len(id) > 64 || strings.HasPrefix(id, "sk-") || strings.HasPrefix(id, "nrp_") {
		return ""
	}
	for _, c := range id {
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return ""
		}
	}
	return id
}
