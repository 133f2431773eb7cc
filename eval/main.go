// Command eval has the agent do a set of tasks whose outcome can be checked,
// and says how many it did. Without flags a script takes the place of the
// model, which proves the agent and its tools; with them any real model can be
// measured. README.md says how.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/secret"
)

// standIn is the model of the registry that others stand for.
const standIn = "gpt-oss-120b"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := evaluate(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1)
	}
}

func evaluate(ctx context.Context) error {
	var m asked
	flag.StringVar(&m.baseURL, "base-url", "", "a server with OpenAI's API, such as http://127.0.0.1:11434/v1 of Ollama; without it and -provider a script answers")
	flag.StringVar(&m.wire, "name", "default", "what the model is called there")
	flag.StringVar(&m.provider, "provider", "", "instead: anthropic, with a key in -key-file")
	flag.StringVar(&m.model, "model", standIn, "a model of the registry, such as haiku; with -base-url, the one that the server's model stands for")
	flag.StringVar(&m.models, "models", "", "a registry of models to use in place of the program's own")
	keyFile := flag.String("key-file", "", "the file with the key, if one is asked for")
	only := flag.String("only", "", "only the tasks whose name contains this")
	survive := flag.Bool("survive", false, "succeed if no task breaks the program, whatever the model makes of it")
	flag.Parse()
	if *keyFile != "" {
		b, err := os.ReadFile(*keyFile)
		if err != nil {
			return err
		}
		m.token = secret.New(strings.TrimSpace(string(b)))
		m.key = m.token
	}
	if m.provider != "" && m.baseURL != "" {
		return errors.New("give -base-url or -provider, not both")
	}
	if m.baseURL == "" && m.provider == "" {
		m.script = &scripted{}
		s := httptest.NewServer(m.script)
		defer s.Close()
		m.baseURL, m.wire = s.URL+"/v1", "scripted"
	}
	all, err := tasks()
	if err != nil {
		return err
	}
	if *only != "" {
		var some []task
		for _, t := range all {
			if strings.Contains(t.Name, *only) {
				some = append(some, t)
			}
		}
		if all = some; len(all) == 0 {
			return fmt.Errorf("no task has %q in its name", *only)
		}
	}
	var done, broken int
	var in, out int64
	err = run(ctx, all, m, func(r result) {
		fmt.Println(r.line())
		if r.err != nil {
			broken++
		} else if len(r.misses) == 0 {
			done++
		}
		in += r.heard.In
		out += r.heard.Out
	})
	if err != nil {
		return err
	}
	fmt.Printf("\n%d of %d tasks done, %d broken; %d tokens read, %d written\n", done, len(all), broken, in, out)
	switch {
	case broken > 0:
		return errors.New("the program did not do its part")
	case done < len(all) && m.script != nil && !*survive:
		return errors.New("a scripted task was not done")
	}
	return nil
}
