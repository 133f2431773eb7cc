package config

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// ours are the variables that the program reads.
var ours = regexp.MustCompile(`^(NEURALREPO|DATABASE_URL|ENCRYPTION_KEY|AI_GATEWAY|CLOUDFLARE|WORKERS_AI|SMTP|MAIL_FROM)|_BASE_URL$`)

// parse reads a configuration from flags, and from an environment that has
// only the variables that are given.
func parse(t *testing.T, env map[string]string, args ...string) (Config, error) {
	t.Helper()
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if ours.MatchString(name) {
			t.Setenv(name, "") // puts it back after the test
			os.Unsetenv(name)
		}
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
	var c Config
	parser, err := kong.New(&c, Options()...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	for name := range env {
		os.Unsetenv(name)
	}
	return c, err
}

func write(t *testing.T, text string) (name string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "a secret")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestDefaults(t *testing.T) {
	got, err := parse(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Storage:    Storage{Data: "./data", Durability: "full"},
		AI:         AI{RequestsPerMinute: 300, Streams: 50},
		Meaning:    Meaning{Embedder: BuiltIn, EmbedWorkers: 0, EmbeddingsPerMinute: 300, VectorMegabytes: 256},
		Addr:       "127.0.0.1:8484",
		Plan:       "pro",
		DailyLimit: 10_000,
		LogLevel:   "info",
		LogFormat:  "text",
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(same)); diff != "" {
		t.Errorf("without flags and environment (-want +got):\n%s", diff)
	}
}

func same(a, b secret.Text) bool { return a.Reveal() == b.Reveal() }

func TestFlagWinsOverEnvironment(t *testing.T) {
	got, err := parse(t, map[string]string{
		"NEURALREPO_ADDR":        ":1",
		"NEURALREPO_DATA":        "/from/env",
		"NEURALREPO_TRUST_PROXY": "true",
		"NEURALREPO_PLAN":        "free",
		"DATABASE_URL":           "postgres://from/env",
	}, "--addr=:2", "--database-url-file", write(t, "postgres://from/flag"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Addr != ":2" || got.Data != "/from/env" || !got.TrustProxy || got.Plan != "free" || got.DatabaseURL.Reveal() != "postgres://from/flag" {
		t.Errorf("got %+v with the database %s", got, got.DatabaseURL.Reveal())
	}
}

func TestSecrets(t *testing.T) {
	const url = "postgres://ada:hunter2@localhost/ideas"
	missing := filepath.Join(t.TempDir(), "missing")
	for _, tt := range []struct {
		name  string
		env   map[string]string
		args  []string
		want  string
		fails string
	}{
		{name: "nothing"},
		{name: "variable", env: map[string]string{"DATABASE_URL": url}, want: url},
		{name: "file", env: map[string]string{"DATABASE_URL_FILE": write(t, url)}, want: url},
		{name: "file, flag", args: []string{"--database-url-file", write(t, url)}, want: url},
		{name: "file with a line break", env: map[string]string{"DATABASE_URL_FILE": write(t, url+"\n")}, want: url},
		{name: "file of Windows", env: map[string]string{"DATABASE_URL_FILE": write(t, url+"\r\n")}, want: url},
		{name: "only the last line break goes", env: map[string]string{"DATABASE_URL_FILE": write(t, url+"?a=b \n\n")}, want: url + "?a=b \n"},
		{name: "empty variables", env: map[string]string{"DATABASE_URL": "", "DATABASE_URL_FILE": ""}},
		{name: "empty variable beside a file", env: map[string]string{"DATABASE_URL": "", "DATABASE_URL_FILE": write(t, url)}, want: url},
		{name: "both", env: map[string]string{"DATABASE_URL": url, "DATABASE_URL_FILE": write(t, url)}, fails: "both DATABASE_URL and DATABASE_URL_FILE are set"},
		{name: "no such file", env: map[string]string{"DATABASE_URL_FILE": missing}, fails: missing + ": no such file"},
		{name: "a folder", args: []string{"--database-url-file", t.TempDir()}, fails: "is a directory"},
		{name: "empty file", args: []string{"--database-url-file", write(t, "\n")}, fails: "is empty"},
		{name: "huge file", args: []string{"--database-url-file", write(t, strings.Repeat("x", maxSecretFile+1))}, fails: "too long"},
		{name: "no flag takes it", args: []string{"--database-url=" + url}, fails: "unknown flag"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parse(t, tt.env, tt.args...)
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) {
					t.Fatalf("error %v, want %q in it", err, tt.fails)
				}
				return
			}
			// Not every text in this test is a good address.
			if err != nil && !strings.Contains(tt.want, "\n") {
				t.Fatal(err)
			}
			if got.DatabaseURL.Reveal() != tt.want {
				t.Errorf("got %q, want %q", got.DatabaseURL.Reveal(), tt.want)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		env   map[string]string
		fails string // "" if it is fine
	}{
		{map[string]string{"NEURALREPO_ADDR": "0.0.0.0:80"}, ""},
		{map[string]string{"NEURALREPO_ADDR": "[::1]:0"}, ""},
		{map[string]string{"NEURALREPO_ADDR": ":8484"}, ""},
		{map[string]string{"NEURALREPO_ADDR": "8484"}, "NEURALREPO_ADDR"},
		{map[string]string{"NEURALREPO_ADDR": ""}, "NEURALREPO_ADDR"},
		{map[string]string{"NEURALREPO_ADDR": "::1:80"}, "NEURALREPO_ADDR"},
		{map[string]string{"NEURALREPO_ADDR": "localhost:http"}, "port"},
		{map[string]string{"NEURALREPO_ADDR": "localhost:65536"}, "port"},
		{map[string]string{"NEURALREPO_ADDR": "localhost:-1"}, "port"},
		{map[string]string{"NEURALREPO_DATA": ""}, "NEURALREPO_DATA"},
		{map[string]string{"NEURALREPO_PUBLIC_URL": "https://ideas.example.org"}, ""},
		{map[string]string{"NEURALREPO_PUBLIC_URL": "http://10.0.0.1:8080/"}, ""},
		{map[string]string{"NEURALREPO_PUBLIC_URL": "ideas.example.org"}, "NEURALREPO_PUBLIC_URL"},
		{map[string]string{"NEURALREPO_PUBLIC_URL": "https://ideas.example.org/app"}, "NEURALREPO_PUBLIC_URL"},
		{map[string]string{"NEURALREPO_PUBLIC_URL": "ftp://ideas.example.org"}, "NEURALREPO_PUBLIC_URL"},
		{map[string]string{"NEURALREPO_DAILY_LIMIT": "1"}, ""},
		{map[string]string{"NEURALREPO_DAILY_LIMIT": "0"}, "NEURALREPO_DAILY_LIMIT"},
		{map[string]string{"NEURALREPO_DAILY_LIMIT": "many"}, "NEURALREPO_DAILY_LIMIT"},
		{map[string]string{"NEURALREPO_PLAN": "gold"}, "--plan"},
		{map[string]string{"NEURALREPO_LOG_LEVEL": "loud"}, "--log-level"},
		{map[string]string{"NEURALREPO_TRUST_PROXY": "perhaps"}, "NEURALREPO_TRUST_PROXY"},
		{map[string]string{"ANTHROPIC_BASE_URL": "http://127.0.0.1:9000", "OPENAI_BASE_URL": "https://llm.example.org/v1/"}, ""},
		{map[string]string{"ANTHROPIC_BASE_URL": "api.anthropic.com"}, "ANTHROPIC_BASE_URL must be http:// or https://"},
		{map[string]string{"OPENAI_BASE_URL": "https://ada:hunter2@llm.example.org"}, "OPENAI_BASE_URL has a user"},
		{map[string]string{"OPENROUTER_BASE_URL": "https://openrouter.ai/api?key=hunter2"}, "OPENROUTER_BASE_URL must be"},
		{map[string]string{"WORKERS_AI_BASE_URL": "localhost:11434"}, "WORKERS_AI_BASE_URL must be"},
		{map[string]string{"AI_GATEWAY": "cloudflare", "CLOUDFLARE_ACCOUNT_ID": "0123abc", "CLOUDFLARE_GATEWAY_ID": "ideas", "CLOUDFLARE_AI_GATEWAY_TOKEN": "hunter2"}, ""},
		{map[string]string{"AI_GATEWAY": "portkey"}, "--ai-gateway"},
		{map[string]string{"AI_GATEWAY": "cloudflare", "CLOUDFLARE_GATEWAY_ID": "ideas"}, "needs CLOUDFLARE_ACCOUNT_ID"},
		{map[string]string{"AI_GATEWAY": "cloudflare", "CLOUDFLARE_ACCOUNT_ID": "0123abc"}, "needs CLOUDFLARE_GATEWAY_ID"},
		{map[string]string{"CLOUDFLARE_GATEWAY_ID": "ideas"}, "AI_GATEWAY is not"},
		{map[string]string{"CLOUDFLARE_AI_GATEWAY_TOKEN": "hunter2"}, "AI_GATEWAY is not"},
		{map[string]string{"AI_GATEWAY": "cloudflare", "CLOUDFLARE_ACCOUNT_ID": "../x", "CLOUDFLARE_GATEWAY_ID": "ideas"}, "CLOUDFLARE_ACCOUNT_ID must be letters"},
		{map[string]string{"CLOUDFLARE_API_TOKEN": "hunter2"}, "CLOUDFLARE_API_TOKEN needs CLOUDFLARE_ACCOUNT_ID"},
		{map[string]string{"CLOUDFLARE_API_TOKEN": "hunter2", "CLOUDFLARE_ACCOUNT_ID": "0123abc"}, ""},
		{map[string]string{"CLOUDFLARE_ACCOUNT_ID": "0123abc"}, ""},
		{map[string]string{"WORKERS_AI_TOKEN": "hunter2"}, "name it with WORKERS_AI_BASE_URL"},
		{map[string]string{"WORKERS_AI_MODELS": "qwen-30b=qwen3:30b"}, "name it with WORKERS_AI_BASE_URL"},
		{map[string]string{"WORKERS_AI_BASE_URL": "http://127.0.0.1:11434/v1", "WORKERS_AI_TOKEN": "hunter2", "WORKERS_AI_MODELS": "qwen-30b=qwen3:30b,Llama 70B=llama3.3"}, ""},
		{map[string]string{"WORKERS_AI_BASE_URL": "http://127.0.0.1:11434/v1", "WORKERS_AI_MODELS": "qwen-30b="}, "WORKERS_AI_MODELS must be pairs"},
		{map[string]string{"WORKERS_AI_BASE_URL": "http://127.0.0.1:11434/v1", "WORKERS_AI_MODELS": "qwen-30b"}, "--workers-ai-models"},
		{map[string]string{"NEURALREPO_AI_REQUESTS_PER_MINUTE": "0"}, "NEURALREPO_AI_REQUESTS_PER_MINUTE"},
		{map[string]string{"NEURALREPO_AI_STREAMS": "-1"}, "NEURALREPO_AI_STREAMS"},
		{map[string]string{"DATABASE_URL": "postgres://ada:hunter2@localhost/ideas"}, ""},
		{map[string]string{"DATABASE_URL": "postgresql:///ideas?host=/run/postgresql"}, ""},
		{map[string]string{"DATABASE_URL": "mysql://ada:hunter2@localhost/ideas"}, "DATABASE_URL must be a PostgreSQL address"},
		{map[string]string{"DATABASE_URL": "postgres://ada:hunter2%@localhost/ideas"}, "DATABASE_URL must be a PostgreSQL address"},
		{map[string]string{"DATABASE_URL": "host=localhost password=hunter2"}, "DATABASE_URL must be a PostgreSQL address"},
	} {
		_, err := parse(t, tt.env)
		switch {
		case tt.fails == "" && err != nil:
			t.Errorf("%v: %v", tt.env, err)
		case tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails)):
			t.Errorf("%v: error %v, want %q in it", tt.env, err, tt.fails)
		case err != nil && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("the error repeats a password: %v", err)
		}
	}
	_, err := parse(t, map[string]string{"NEURALREPO_ADDR": "x", "NEURALREPO_PUBLIC_URL": "x", "NEURALREPO_DAILY_LIMIT": "-1"})
	for _, name := range []string{"NEURALREPO_ADDR", "NEURALREPO_PUBLIC_URL", "NEURALREPO_DAILY_LIMIT"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("with three mistakes: %v, want %s in it", err, name)
		}
	}
}

func TestWarnings(t *testing.T) {
	a := AI{
		AnthropicURL: "http://127.0.0.1:9000", OpenAIURL: "http://litellm:4000/v1", OpenRouterURL: "https://router.example.org",
		WorkersURL: "http://ollama:11434/v1", // gets no key of a person
	}
	if got := a.Warnings(); len(got) != 1 || !strings.Contains(got[0], "OPENAI_BASE_URL") || !strings.Contains(got[0], "litellm:4000") {
		t.Errorf("warnings %q, want one about OpenAI", got)
	}
	a.OpenAIURL = "http://localhost:4000/v1"
	if got := a.Warnings(); got != nil {
		t.Errorf("warnings %q for what stays on this machine", got)
	}
}

func TestLogger(t *testing.T) {
	c, err := parse(t, map[string]string{"DATABASE_URL": "postgres://ada:hunter2@localhost/ideas", "ENCRYPTION_KEY": "correct horse battery staple",
		"ENCRYPTION_KEY_PREVIOUS": "staple 2", "CLOUDFLARE_API_TOKEN": "staple 3", "CLOUDFLARE_ACCOUNT_ID": "0123abc", "AI_GATEWAY": "cloudflare", "CLOUDFLARE_GATEWAY_ID": "ideas",
		"CLOUDFLARE_AI_GATEWAY_TOKEN": "staple 4", "WORKERS_AI_BASE_URL": "http://127.0.0.1:1/v1", "WORKERS_AI_TOKEN": "staple 5", "NEURALREPO_LOG_FORMAT": "json", "NEURALREPO_LOG_LEVEL": "warn"})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := c.Logger(&out)
	log.Info("not this")
	log.Warn("configuration", "config", c)
	for _, want := range []string{`"NEURALREPO_ADDR":"127.0.0.1:8484"`, `"DATABASE_URL_FILE":"` + secret.Mask + `"`, `"ENCRYPTION_KEY_FILE":"` + secret.Mask + `"`,
		`"ENCRYPTION_KEY_PREVIOUS_FILE":"` + secret.Mask + `"`, `"CLOUDFLARE_API_TOKEN_FILE":"` + secret.Mask + `"`, `"CLOUDFLARE_AI_GATEWAY_TOKEN_FILE":"` + secret.Mask + `"`,
		`"WORKERS_AI_TOKEN_FILE":"` + secret.Mask + `"`, `"CLOUDFLARE_ACCOUNT_ID":"0123abc"`, `"NEURALREPO_DAILY_LIMIT":10000`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log lacks %s: %s", want, out.String())
		}
	}
	for _, leak := range []string{"hunter2", "staple", "not this"} {
		if strings.Contains(out.String(), leak) || strings.Contains(fmt.Sprintf("%+v", c), leak) {
			t.Errorf("%q is shown: %s", leak, out.String())
		}
	}
	c.LogFormat, c.LogLevel = "text", "debug"
	out.Reset()
	c.Logger(&out).Log(t.Context(), slog.LevelDebug, "this")
	if !strings.Contains(out.String(), "level=DEBUG msg=this") {
		t.Errorf("logged %q", out.String())
	}
}

var update = flag.Bool("update", false, "write docs/configuration.md anew")

// The table in docs/configuration.md is made from the struct.
func TestDocumentation(t *testing.T) {
	const begin, end = "<!-- made by: go test ./internal/config -update -->\n", "<!-- end of what is made -->\n"
	name := filepath.FromSlash("../../docs/configuration.md")
	doc, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks the lines around the table", name)
	}
	var c Config
	parser, err := kong.New(&c, Options()...)
	if err != nil {
		t.Fatal(err)
	}
	table := "| flag | variable | without it | what it is for |\n| --- | --- | --- | --- |\n"
	for _, f := range parser.Model.Flags {
		if len(f.Envs) == 0 {
			continue // --help
		}
		variable, value := "`"+f.Envs[0]+"`", ""
		if f.Tag.Type == "secret" {
			variable = "`" + strings.TrimSuffix(f.Envs[0], fileSuffix) + "` or " + variable
		}
		if f.Default != "" {
			value = "`" + f.Default + "`"
		}
		table += fmt.Sprintf("| `--%s` | %s | %s | %s |\n", f.Name, variable, value, f.OrigHelp)
	}
	want := before + begin + table + end + after
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(doc)); diff != "" {
		t.Errorf("%s is not what the code says; run go test ./internal/config -update (-want +got):\n%s", name, diff)
	}
}
