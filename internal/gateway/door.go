package gateway

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// Accounts lets people in by the door. account.Accounts does.
type Accounts interface {
	Authenticate(ctx context.Context, c account.Credentials) (account.Caller, error)
	Take(ctx context.Context, c account.Caller) (account.Allowance, error)
}

// DoorPath is where Door belongs.
const DoorPath = "/gateway/"

// TTLHeader is the header of a request that lets its answer be kept, and one
// that was kept be given, for so many seconds.
const TTLHeader = "X-NeuralRepo-Cache-TTL"

const (
	bodyTime = 2 * time.Minute // that a client may take to send its request
	readTime = time.Minute     // that it may take to read what is sent
	piece    = 4 << 10         // of an answer that is passed on at once: streams come in less
	bigPiece = 32 << 10        // and where there is more
)

// Door returns the handler for tools of the person's own: the providers' SDKs
// work with it as they are, with the base URL /gateway/anthropic,
// /gateway/openai/v1 or /gateway/openrouter/api/v1, and an API key of ours
// where theirs would be.
func (g *Gateway) Door() http.Handler {
	d := &door{gateway: g}
	d.pieces.New = func() any { return new([piece]byte) }
	d.bigPieces.New = func() any { return new([bigPiece]byte) }
	return d
}

type door struct {
	gateway   *Gateway
	pieces    sync.Pool // of *[piece]byte
	bigPieces sync.Pool // of *[bigPiece]byte
}

// ServeHTTP implements http.Handler.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	provider, err := d.pass(w, r)
	if err != nil && r.Context().Err() == nil {
		refuse(w, provider, err)
	}
}

// pass lets a request through. An error it returns is to be told to the
// client, who has got nothing yet.
func (d *door) pass(w http.ResponseWriter, r *http.Request) (provider string, err error) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), strings.TrimSuffix(DoorPath, "/"))
	provider, rest, ok := split(path)
	if !ok {
		return "", fault.New(fault.NotFound, "There is nothing here: use the base URL %[1]santhropic, %[1]sopenai/v1 or %[1]sopenrouter/api/v1", DoorPath)
	}
	who, err := d.admit(r)
	if err != nil {
		return provider, err
	}
	if e, ok := find(provider, r.Method, rest); !ok || e.inner {
		return provider, fault.New(fault.NotFound, "%s %s is not to be had through this server: only asking models and listing them is", r.Method, rest)
	}
	call := Call{Who: byok.Person{Owner: who.User.Owner, ID: who.User.ID}, Provider: provider, Purpose: usage.Proxy}
	if call.CacheFor, err = cacheFor(r.Header); err != nil {
		return provider, err
	}
	call.Fresh = noCache(r.Header)

	ctrl := http.NewResponseController(w)
	req := (&http.Request{
		Method: r.Method, URL: r.URL, Header: r.Header, ContentLength: r.ContentLength,
		Body: http.MaxBytesReader(w, r.Body, MaxBody),
	}).WithContext(With(r.Context(), call))
	to := *r.URL
	to.Host, to.Path, to.RawPath = innerHost, strings.TrimPrefix(r.URL.Path, strings.TrimSuffix(DoorPath, "/")), ""
	req.URL = &to
	_ = ctrl.SetReadDeadline(time.Now().Add(bodyTime))
	req.Body = &request{ReadCloser: req.Body, ctrl: ctrl}
	resp, err := d.gateway.RoundTrip(req)
	if err != nil {
		return provider, err
	}
	defer resp.Body.Close()
	d.send(w, ctrl, resp)
	return provider, nil
}

// request is the body of a client's request. When it is closed it was read,
// and the time that the client had for it is over; from then on the server
// watches the connection, to see when the client hangs up.
type request struct {
	io.ReadCloser
	ctrl *http.ResponseController
}

func (r *request) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if _, ok := err.(*http.MaxBytesError); ok {
		err = tooLarge()
	}
	return n, err
}

// Close leaves the body to the server, which needs it to tell the end of the
// request.
func (r *request) Close() error { return r.ctrl.SetReadDeadline(time.Time{}) }

// admit finds out who is at the door.
func (d *door) admit(r *http.Request) (account.Caller, error) {
	if d.gateway.accounts == nil {
		return account.Caller{}, fault.New(fault.NotFound, "This server has no gateway for other programs")
	}
	key := r.Header.Get("X-Api-Key")
	if key == "" {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if strings.EqualFold(scheme, "Bearer") {
			key = strings.TrimSpace(token)
		}
	}
	if !strings.HasPrefix(key, account.KeyPrefix) {
		return account.Caller{}, fault.New(fault.Unauthenticated, "Put an API key of NeuralRepo (nrp_…) where the provider's key would go. The provider's own key stays in Settings, AI providers.")
	}
	who, err := d.gateway.accounts.Authenticate(r.Context(), account.Credentials{APIKey: secret.New(key)})
	if err != nil {
		return account.Caller{}, err
	}
	if _, err := d.gateway.accounts.Take(r.Context(), who); err != nil {
		return account.Caller{}, err
	}
	return who, who.Require(account.WriteIdeas)
}

// cacheFor reads for how long the client lets an answer be kept.
func cacheFor(h http.Header) (time.Duration, error) {
	v := h.Get(TTLHeader)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if most := int(MaxCacheFor / time.Second); err != nil || n < 0 || n > most {
		return 0, fault.New(fault.Invalid, "%s must be a number of seconds from 0 to %d", TTLHeader, most)
	}
	return time.Duration(n) * time.Second, nil
}

func noCache(h http.Header) bool {
	for _, v := range h.Values("Cache-Control") {
		for part := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(part), "no-cache") {
				return true
			}
		}
	}
	return false
}

// send passes an answer on as it comes. If it breaks off, so does the
// connection: the client must not take what it has for the whole.
func (d *door) send(w http.ResponseWriter, ctrl *http.ResponseController, resp *http.Response) {
	h := w.Header()
	for name, values := range resp.Header {
		h[name] = values
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if resp.ContentLength >= 0 {
		h.Set("Content-Length", strconv.FormatInt(resp.ContentLength, 10))
	}
	w.WriteHeader(resp.StatusCode)
	flush := resp.ContentLength < 0
	if flush {
		_ = ctrl.Flush() // a model may think for long before its first word
	}
	small := d.pieces.Get().(*[piece]byte)
	defer d.pieces.Put(small)
	buf := small[:]
	var until time.Time
	for {
		n, err := resp.Body.Read(buf)
		if n > 0 {
			if now := time.Now(); until.Sub(now) < readTime/2 {
				until = now.Add(readTime)
				_ = ctrl.SetWriteDeadline(until)
			}
			if _, err := w.Write(buf[:n]); err != nil {
				return // the client is gone
			}
			if flush && ctrl.Flush() != nil {
				return
			}
			if n == piece && len(buf) == piece {
				big := d.bigPieces.Get().(*[bigPiece]byte)
				defer d.bigPieces.Put(big)
				buf = big[:]
			}
		}
		if err == io.EOF {
			_ = ctrl.SetWriteDeadline(time.Time{})
			return
		}
		if err != nil {
			resp.Body.Close()
			panic(http.ErrAbortHandler)
		}
	}
}
