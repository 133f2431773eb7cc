package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// bodyTime is how long a client may take to send a body.
const bodyTime = 30 * time.Second

// checkParams refuses parameters that no operation can make sense of: given
// twice, not UTF-8, or with a NUL, which PostgreSQL cannot store or compare.
func (r *router) checkParams(ctx huma.Context, next func(huma.Context)) {
	req, _ := humago.Unwrap(ctx)
	query, err := url.ParseQuery(req.URL.RawQuery)
	if err != nil {
		r.fail(ctx, fault.Wrap(fault.Invalid, err, "The part of the address behind the question mark is malformed: encode what it says"))
		return
	}
	for _, p := range ctx.Operation().Parameters {
		var values []string
		switch p.In {
		case "query":
			values = query[p.Name]
		case "path":
			values = []string{req.PathValue(p.Name)}
		}
		if len(values) > 1 {
			r.fail(ctx, fault.OfField(p.Name, "must be given only once"))
			return
		}
		for _, v := range values {
			if err := checkText(p.Name, v); err != nil {
				r.fail(ctx, err)
				return
			}
		}
	}
	next(ctx)
}

// readBody reads the body of a request, so that what follows finds it whole,
// not too long, and of text that can be stored.
func (r *router) readBody(ctx huma.Context, next func(huma.Context)) {
	req, w := humago.Unwrap(ctx)
	if err := checkMediaType(req.Header); err != nil {
		r.fail(ctx, err)
		return
	}
	// Not every connection has deadlines, and one without them is no reason
	// to refuse.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyTime))
	body, err := limitedBody(w, req)
	if err != nil {
		r.fail(ctx, err)
		return
	}
	if err := checkBody(body); err != nil {
		r.fail(ctx, err)
		return
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	next(ctx)
}

// checkMediaType takes a missing type for JSON, and turns every spelling of
// JSON into one.
func checkMediaType(h http.Header) error {
	given := h.Get("Content-Type")
	if given == "" {
		return nil
	}
	media, _, err := mime.ParseMediaType(given)
	if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
		return fault.New(fault.Unsupported, "The body must be JSON: send the header Content-Type: application/json")
	}
	h.Set("Content-Type", "application/json")
	return nil
}

// limitedBody reads a body of at most MaxBody bytes. A longer one is not read
// to its end, whatever its declared length.
func limitedBody(w http.ResponseWriter, req *http.Request) ([]byte, error) {
	tooLarge := func() ([]byte, error) {
		w.Header().Set("Connection", "close")
		return nil, fault.New(fault.TooLarge, "The body is larger than %d bytes: send less at a time", MaxBody)
	}
	if req.ContentLength > MaxBody {
		return tooLarge()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, MaxBody))
	var over *http.MaxBytesError
	var timeout net.Error
	switch {
	case errors.As(err, &over):
		return tooLarge()
	case errors.As(err, &timeout) && timeout.Timeout():
		return nil, fault.Wrap(fault.Invalid, err, "The body did not arrive in time: send it again")
	case err != nil:
		return nil, fault.Wrap(fault.Invalid, err, "The body did not arrive whole: send it again")
	}
	return body, nil
}

// checkBody refuses text that is not UTF-8, which the JSON decoder would
// silently replace, and NUL, which PostgreSQL cannot store.
func checkBody(body []byte) error {
	if !utf8.Valid(body) {
		return inField(body, invalidAt(body), "is not valid UTF-8: send it in UTF-8")
	}
	// A NUL is always written as an escape; a bare one is no JSON.
	const escape = `\u0000`
	for at := 0; ; at++ {
		i := bytes.Index(body[at:], []byte(escape))
		if i < 0 {
			return nil
		}
		at += i
		// Behind an odd number of backslashes it is the text u0000.
		if backslashesBefore(body, at)%2 == 0 {
			return inField(body, at, "has a NUL character (U+0000): remove it")
		}
	}
}

// inField is a fault in the field that holds the byte at an offset.
func inField(body []byte, offset int, text string) error {
	location := "body"
	if field := fieldAt(body, offset); field != "" {
		location += "." + field
	}
	return &fault.Error{Kind: fault.Invalid, Field: fieldOf(location), Message: subject(location) + " " + text}
}

// checkText is checkBody for a parameter.
func checkText(field, s string) error {
	if !utf8.ValidString(s) {
		return fault.OfField(field, "is not valid UTF-8: send it in UTF-8")
	}
	if strings.ContainsRune(s, 0) {
		return fault.OfField(field, "has a NUL character (U+0000): remove it")
	}
	return nil
}

// invalidAt returns the offset of the first byte that is not UTF-8.
func invalidAt(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return len(b)
}

func backslashesBefore(b []byte, at int) int {
	n := 0
	for at-n-1 >= 0 && b[at-n-1] == '\\' {
		n++
	}
	return n
}
