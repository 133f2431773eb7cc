package app

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/search"
)

// canaries are keys of the shapes that providers publish, which nobody has.
// What is searched for is the middle of each, which no other text has in it.
var canaries = map[string]string{
	"anthropic":  "sk-ant-api03-" + canary("Aq7Lm2Vx9Rt4Zb6K", 92) + "AA",
	"openai":     "sk-proj-" + canary("Wd3Hs8Jc5Np1Yf0G", 120),
	"openrouter": "sk-or-v1-" + canary("c0ffee5a1d7be942", 64),
}

func canary(text string, length int) string {
	return strings.Repeat(text, length/len(text)+1)[:length]
}

// traces returns the forms in which a key may leave a trace.
func traces(key string) map[string]string {
	middle := key[20:60]
	forms := map[string]string{
		"raw": middle,
		"hex": hex.EncodeToString([]byte(middle)),
	}
	forms["upper hex"] = strings.ToUpper(forms["hex"])
	var encoded strings.Builder
	for _, b := range []byte(middle) {
		fmt.Fprintf(&encoded, "%%%02X", b)
	}
	forms["URL-encoded"] = encoded.String()
	// The same bytes look different at each of the three places that they can
	// have in a group of base64; the groups at the edges hold other bytes too.
	for shift := range 3 {
		for name, e := range map[string]*base64.Encoding{"base64": base64.StdEncoding, "base64url": base64.URLEncoding} {
			text := e.EncodeToString([]byte(strings.Repeat("x", shift) + middle))
			forms[fmt.Sprintf("%s at %d", name, shift)] = text[4 : len(text)-4]
		}
	}
	return forms
}

// seek reports where a key left a trace.
func seek(t *testing.T, where string, in []byte) {
	t.Helper()
	for provider, key := range canaries {
		for form, text := range traces(key) {
			if at := bytes.Index(in, []byte(text)); at >= 0 {
				t.Errorf("%s has the key of %s, %s: …%.40q", where, provider, form, in[max(at-40, 0):at])
			}
		}
	}
}

// A search that finds nothing must be able to find something.
func TestSearchFindsTraces(t *testing.T) {
	for provider, key := range canaries {
		for _, text := range []string{
			key, "Bearer " + key, hex.EncodeToString([]byte(key)), strings.ToUpper(hex.EncodeToString([]byte(key))),
			base64.StdEncoding.EncodeToString([]byte("a:" + key)), base64.RawURLEncoding.EncodeToString([]byte(key)),
		} {
			found := false
			for _, form := range traces(key) {
				found = found || strings.Contains(text, form)
			}
			if !found {
				t.Errorf("the key of %s is not found in %q", provider, text)
			}
		}
	}
}

// gossip stands in for all providers. It repeats the key that it was given
// wherever it can, in the way that the last part of the model's name asks for.
func gossip(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("X-Api-Key")
	if key == "" {
		key = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	}
	body, _ := io.ReadAll(r.Body)
	way := ""
	if m := regexp.MustCompile(`"model":\s*"[^"]*/([a-z0-9]+)"`).FindSubmatch(body); m != nil {
		way = string(m[1])
	}
	h := w.Header()
	h.Set("X-Echo", key)
	h.Set("Set-Cookie", "key="+key)
	h.Set("X-Request-Id", key)
	h.Set("Content-Type", "application/json")
	fail := func(status int) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"type":"error","error":{"type":"authentication_error","code":%q,"message":"Incorrect API key provided: %s (%s). See https://example.org/?key=%s"},"request_id":%q}`,
			key, key, base64.StdEncoding.EncodeToString([]byte(key)), key, key)
	}
	switch way {
	case "s401", "s403", "s404", "s400", "s402", "s413":
		var status int
		fmt.Sscanf(way, "s%d", &status)
		fail(status)
	case "s429":
		h.Set("Retry-After", "3600")
		fail(http.StatusTooManyRequests)
	case "s500":
		h.Set("Retry-After", "3600") // so that nobody waits for another try
		fail(http.StatusInternalServerError)
	case "redirect":
		h.Set("Location", "https://example.org/?key="+key)
		w.WriteHeader(http.StatusTemporaryRedirect)
	case "nonsense":
		io.WriteString(w, "{{{ "+key+" \xff")
	case "stream", "cut":
		h.Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":%q,\"model\":%q,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n", key, key)
		http.NewResponseController(w).Flush()
		for _, half := range []string{key[:30], key[30:]} { // in two pieces
			io.WriteString(w, half)
			http.NewResponseController(w).Flush()
		}
		fmt.Fprintf(w, "\n\ndata: {\"error\":{\"message\":%q}}\n\n", key)
		if way == "cut" {
			panic(http.ErrAbortHandler)
		}
	case "hangup":
		panic(http.ErrAbortHandler)
	default:
		fmt.Fprintf(w, `{"id":%q,"data":[],"model":%q,"content":[{"type":"text","text":%q}],"choices":[{"message":{"content":%q}}],"usage":{"input_tokens":3,"output_tokens":1}}`, key, key, key, key)
	}
}

var ways = []string{"ok", "s400", "s401", "s402", "s403", "s404", "s413", "s429", "s500", "redirect", "nonsense", "stream", "cut", "hangup"}

// watch collects everything that the server answers.
type watch struct {
	t   *testing.T
	key string
	url string
}

// send sends a request and searches the whole answer.
func (s watch) send(method, path, accept, body string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("X-API-Key", s.key)
	req.Header.Set("Content-Type", "application/json")
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	req.Header.Set("X-NeuralRepo-Cache-TTL", "600")
	answer, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		seek(s.t, "the error of "+method+" "+path, []byte(err.Error()))
		return
	}
	defer answer.Body.Close()
	var all bytes.Buffer
	fmt.Fprintf(&all, "%s\n%v\n", answer.Status, answer.Header)
	_, err = io.Copy(&all, answer.Body)
	fmt.Fprintf(&all, "\n%v\n%v", err, answer.Trailer)
	seek(s.t, method+" "+path, all.Bytes())
}

// One key of each provider goes through everything that the program can do,
// and through every failure of a provider that repeats it. Then everything
// that was answered, logged, stored or backed up is searched for it.
func TestKeysLeaveNoTrace(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		upstream := httptest.NewServer(http.HandlerFunc(gossip))
		t.Cleanup(upstream.Close)
		upstream.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		cfg.AnthropicURL, cfg.OpenAIURL, cfg.OpenRouterURL = upstream.URL, upstream.URL+"/v1", upstream.URL+"/api/v1"
		cfg.RequestsPerMinute = 10_000
		key := someone(t, cfg, "ada")[0]
		log := &book{}
		a, err := New(t.Context(), cfg, "v1.2.3", slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true})))
		if err != nil {
			t.Fatal(err)
		}
		r := &running{App: a, t: t, log: log}
		t.Cleanup(func() {
			if !r.stopped {
				r.stop()
			}
		})
		if err := a.Start(); err != nil {
			t.Fatal(err)
		}
		out := watch{t, key, r.URL()}
		const api = "/api/v1"

		out.send("POST", api+"/ideas", "", `{"title":"A lamp that dims with the sun","body":"It has a sensor."}`)
		for provider, secret := range canaries {
			byok := api + "/user/byok/" + provider
			out.send("PUT", byok, "", fmt.Sprintf(`{"api_key":%q}`, secret))
			out.send("PUT", byok, "", fmt.Sprintf(`{"api_key":%q}`, " "+secret+"\n")) // replaces it
			// Wrong in every way, with the key in it.
			for other := range canaries {
				if other != provider {
					out.send("PUT", api+"/user/byok/"+other, "", fmt.Sprintf(`{"api_key":%q}`, secret))
				}
			}
			for _, body := range []string{
				fmt.Sprintf(`{"api_key":%q}`, secret+"\x00"), fmt.Sprintf(`{"api_key":%q}`, secret[:30]+" "+secret[30:]),
				fmt.Sprintf(`{"api_key":[%q]}`, secret), fmt.Sprintf(`{"api_key":{"%s":1}}`, secret),
				fmt.Sprintf(`{"api_key":%q`, secret), secret, `"` + secret + `"`, fmt.Sprintf(`{%q:1}`, secret),
			} {
				out.send("PUT", byok, "", body)
			}
			out.send("POST", byok+"/test", "", "")
		}
		for _, secret := range canaries {
			// Put in the wrong places.
			out.send("GET", api+"/user/byok/"+secret, "", "")
			out.send("PUT", api+"/user/byok/"+secret, "", `{"api_key":"x"}`)
			out.send("GET", api+"/user/ai/requests?model="+secret, "", "")
			out.send("GET", api+"/ideas/"+secret, "", "")
			out.send("GET", "/gateway/anthropic/v1/messages?key="+secret, "", "")
			out.send("GET", "/"+secret, "", "")
			out.send("POST", api+"/auth/login", "", fmt.Sprintf(`{"email":"ada@example.org","password":%q}`, secret))
			wrong := watch{t, secret, r.URL()}
			wrong.send("GET", api+"/user/me", "", "")
			wrong.send("POST", "/gateway/openai/v1/chat/completions", "", `{"model":"x","messages":[]}`)
		}
		var asking sync.WaitGroup
		for provider, paths := range map[string][]string{
			"anthropic":  {"/gateway/anthropic/v1/messages", "/gateway/anthropic/v1/models"},
			"openai":     {"/gateway/openai/v1/chat/completions", "/gateway/openai/v1/models"},
			"openrouter": {"/gateway/openrouter/api/v1/chat/completions", "/gateway/openrouter/api/v1/models"},
		} {
			asking.Go(func() {
				for _, way := range ways {
					for _, stream := range []bool{false, true} {
						body := fmt.Sprintf(`{"model":"gossip/%s","stream":%v,"max_tokens":10,"messages":[{"role":"user","content":"Hello"}]}`, way, stream)
						out.send("POST", paths[0], "", body)
					}
					for _, accept := range []string{"", "text/event-stream"} {
						out.send("POST", api+"/ideas/1/develop", accept, fmt.Sprintf(`{"provider":%q,"model":"gossip/%s"}`, provider, way))
						out.send("POST", api+"/ideas/1/develop", accept, fmt.Sprintf(`{"provider":%q,"instructions":%q}`, provider, way))
					}
				}
				out.send("GET", paths[1], "", "")
			})
		}
		asking.Wait()
		for _, path := range readable(t, r) {
			out.send("GET", path, "", "")
			out.send("GET", path, "text/markdown", "")
		}

		// A handler that panics with the key in its hands.
		keys := a.ai.keys
		a.ai.keys = nil
		ideas := idea.New(a.store, nil)
		broken, err := a.handler(ideas, search.New(a.store, ideas, nil))
		a.ai.keys = keys
		if err != nil {
			t.Fatal(err)
		}
		for provider, secret := range canaries {
			req := httptest.NewRequestWithContext(t.Context(), "PUT", api+"/user/byok/"+provider, strings.NewReader(fmt.Sprintf(`{"api_key":%q}`, secret)))
			req.Header.Set("X-API-Key", key)
			req.Header.Set("Content-Type", "application/json")
			answer := httptest.NewRecorder()
			broken.ServeHTTP(answer, req)
			if answer.Code != http.StatusInternalServerError || !strings.Contains(log.String(), "panic: ") {
				t.Errorf("the handler did not panic: %d", answer.Code)
			}
			seek(t, "a handler that panicked", []byte(fmt.Sprint(answer.Body, answer.Header())))
		}
		if err := a.ai.gateway.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}

		// The keys are there: else nothing was proved.
		for _, p := range r.want(200, key, "GET", "/user/byok/status", nil).body["providers"].([]any) {
			p := p.(map[string]any)
			if secret := canaries[p["provider"].(string)]; p["configured"] != true || p["last4"] != secret[len(secret)-4:] {
				t.Errorf("the key is not stored: %v", p)
			}
		}
		if n := len(r.want(200, key, "GET", "/user/ai/requests?limit=100", nil).body["requests"].([]any)); n < 60 {
			t.Errorf("only %d requests to models were made", n)
		}
		searchStored(t, cfg, "while the server runs")
		r.stop()
		searchStored(t, cfg, "after the server stopped")
		seek(t, "the log", []byte(log.String()))
		if !strings.Contains(log.String(), "level=DEBUG") {
			t.Error("the log is not at its finest level")
		}
	})
}

// readable returns the path of everything that can be read, with the numbers
// of what is there.
func readable(t *testing.T, r *running) (paths []string) {
	t.Helper()
	answer, err := http.Get(r.URL() + "/api/v1/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.NewDecoder(answer.Body).Decode(&document); err != nil {
		t.Fatal(err)
	}
	for path, operations := range document.Paths {
		if _, ok := operations["get"]; !ok || strings.HasSuffix(path, "/events") {
			continue
		}
		path = regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, "1")
		if !strings.HasPrefix(path, "/api/v1") {
			path = "/api/v1" + path
		}
		paths = append(paths, path+"?q=lamp&numbers=1&tag=x")
	}
	slices.Sort(paths)
	if len(paths) < 15 {
		t.Fatalf("only %d paths can be read: %v", len(paths), paths)
	}
	return paths
}

// searchStored searches everything that is stored: files as they are, and a
// backup; of PostgreSQL every row of every table.
func searchStored(t *testing.T, cfg config.Config, when string) {
	t.Helper()
	if !cfg.DatabaseURL.Empty() {
		seek(t, "the database "+when, dump(t, cfg.DatabaseURL.Reveal()))
		return
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := Backup(t.Context(), cfg.Storage, backup); err != nil {
		t.Fatal(err)
	}
	files := []string{backup}
	err := filepath.Walk(cfg.Data, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		seek(t, filepath.Base(name)+" "+when, b)
	}
	db, err := sql.Open("sqlite", backup)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var keys, requests int
	if err := db.QueryRow(`SELECT (SELECT count(*) FROM provider_keys), (SELECT count(*) FROM ai_requests)`).Scan(&keys, &requests); err != nil || keys != 3 || requests == 0 {
		t.Errorf("the backup has %d keys and %d requests, %v", keys, requests, err)
	}
}

// dump returns every row of every table of a PostgreSQL database, as text.
func dump(t *testing.T, url string) []byte {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || !slices.Contains(tables, "provider_keys") {
		t.Fatalf("tables %v, %v", tables, err)
	}
	var all bytes.Buffer
	for _, table := range tables {
		rows, err := conn.Query(ctx, `SELECT t::text FROM `+pgx.Identifier{table}.Sanitize()+` t`)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&all, table, texts)
	}
	// What is stored as bytes is shown in hexadecimal: the bytes as well.
	for _, m := range regexp.MustCompile(`\\x((?:[0-9a-f]{2})+)`).FindAllSubmatch(all.Bytes(), -1) {
		b, _ := hex.DecodeString(string(m[1]))
		all.Write(b)
	}
	return all.Bytes()
}
