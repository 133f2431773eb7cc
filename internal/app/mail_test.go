package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/config"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/mail/mailtest"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/pgtest"
	"github.com/neuralrepo/neuralrepo/internal/secret"
	"github.com/neuralrepo/neuralrepo/internal/store"
)

// quick does not let a test wait for a second try.
func quick() understanding {
	return understanding{pace: pace{hold: 2 * time.Second, retry: 50 * time.Millisecond}}
}

// sendingTo returns settings that send through a server.
func sendingTo(cfg config.Config, port int) config.Config {
	cfg.PublicURL = "http://ideas.example.org"
	cfg.Mail = config.Mail{SMTPHost: "127.0.0.1", SMTPPort: port, MailFrom: "NeuralRepo <ideas@example.com>"}
	return cfg
}

// outbox opens the database beside the program.
func outbox(t *testing.T, cfg config.Config) (*store.Store, owner.ID) {
	t.Helper()
	folder := ""
	if cfg.DatabaseURL.Empty() {
		var err error
		if folder, err = cfg.Folder(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := openStore(t.Context(), cfg.Storage, folder, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	u, err := s.UserByEmail(t.Context(), "ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	return s, u.Owner
}

// queue queues letters with the numbers from first on.
func queue(t *testing.T, s *store.Store, who owner.ID, first, n int) {
	t.Helper()
	for k := first; k < first+n; k++ {
		m := mail.Message{To: "ada@example.org", Subject: fmt.Sprint("letter ", k), Text: "text", ID: fmt.Sprint(k), Kind: mail.Digest}
		if err := s.QueueMail(t.Context(), who, m); err != nil {
			t.Fatal(err)
		}
	}
}

// delivered waits until nothing is left in the outbox.
func delivered(t *testing.T, s *store.Store) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		_, any, err := s.Outbox().NextJob(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !any {
			return
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatal("letters still wait")
		}
	}
}

// logged waits until the log says something.
func logged(t *testing.T, r *running, text string) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !strings.Contains(r.log.String(), text) {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("the log does not say %q: %s", text, r.log)
		}
	}
}

func TestMagicLink(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		server := mailtest.Start(t, mailtest.Options{Clear: true})
		someone(t, cfg, "ada", "bob")
		r := startWith(t, sendingTo(cfg, server.Port), quick())
		if got := r.want(200, "", "GET", "/auth/session", nil); got.body["magic_link"] != true {
			t.Errorf("not offered: %v", got.body)
		}
		r.want(200, "", "POST", "/auth/magic", map[string]string{"email": "eve@example.org"})
		r.want(200, "", "POST", "/auth/magic", map[string]string{"email": "ada@example.org"})
		letters := server.Wait(t, 1)
		if len(letters) != 1 || letters[0].To[0].Address != "ada@example.org" {
			t.Fatalf("arrived: %v", letters)
		}
		link := regexp.MustCompile(`http://ideas\.example\.org/auth/magic#([0-9a-f]{64})`).FindStringSubmatch(server.Text(t, letters[0].ID))
		if link == nil {
			t.Fatalf("no link in %q", server.Text(t, letters[0].ID))
		}
		got := r.want(200, "", "POST", "/auth/magic/redeem", map[string]string{"token": link[1]})
		cookie, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
		if me := r.want(200, cookie, "GET", "/user/me", nil); me.body["email"] != "ada@example.org" {
			t.Errorf("signed in as %v", me.body)
		}
		r.want(401, "", "POST", "/auth/magic/redeem", map[string]string{"token": link[1]})
		r.stop()
		if strings.Contains(r.log.String(), link[1]) || strings.Contains(r.log.String(), "ada@") {
			t.Errorf("the log tells of it: %s", r.log)
		}
	})
}

// While the mail server is down letters wait; what it refuses for good is not
// tried again.
func TestMailWaitsAndBounces(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		server := mailtest.Start(t, mailtest.Options{Clear: true})
		someone(t, cfg, "ada")
		server.Stop()
		r := startWith(t, sendingTo(cfg, server.Port), quick())
		s, who := outbox(t, cfg)
		queue(t, s, who, 1, 1)
		logged(t, r, "refused the connection")
		logged(t, r, "tries=2")
		if err := server.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		server.Wait(t, 1)
		delivered(t, s)

		m := mail.Message{To: "bob@elsewhere.example", Subject: "secret", Text: "secret", ID: "bounces", Kind: mail.Digest}
		if err := s.QueueMail(t.Context(), who, m); err != nil {
			t.Fatal(err)
		}
		logged(t, r, "mail bounced and is not tried again")
		delivered(t, s)
		for _, want := range []string{"domain=elsewhere.example", "refused the recipient", "The server said: 5"} {
			if !strings.Contains(r.log.String(), want) {
				t.Errorf("%q is not in the log: %s", want, r.log)
			}
		}
		for _, private := range []string{"bob@", "secret", "ada@"} {
			if strings.Contains(r.log.String(), private) {
				t.Errorf("%q is in the log: %s", private, r.log)
			}
		}
		if got := server.Letters(t); len(got) != 1 {
			t.Errorf("%d letters arrived, want 1", len(got))
		}
	})
}

const mailVictimVariable = "NEURALREPO_TEST_MAIL_VICTIM"

// TestMailKilled kills the program while it delivers. Every letter arrives, and
// only one that was under way can arrive twice, with the same Message-ID.
func TestMailKilled(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, cfg config.Config) {
		server := mailtest.Start(t, mailtest.Options{Clear: true})
		someone(t, cfg, "ada")
		cfg = sendingTo(cfg, server.Port)
		s, who := outbox(t, cfg)
		v, err := json.Marshal(struct{ Data, URL string }{cfg.Data, cfg.DatabaseURL.Reveal()})
		if err != nil {
			t.Fatal(err)
		}
		const letters, kills = 60, 2
		queue(t, s, who, 0, letters)
		for n := range kills {
			cmd := exec.Command(os.Args[0], "-test.run=^TestMailKilledVictim$")
			cmd.Env = append(os.Environ(), mailVictimVariable+"="+string(v), fmt.Sprintf("NEURALREPO_TEST_MAIL_PORT=%d", server.Port))
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if said, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(said, "http://") {
				t.Fatalf("the victim said %q (%v)", said, err)
			}
			server.Wait(t, 10*(n+1))
			cmd.Process.Kill()
			if err := cmd.Wait(); err == nil {
				t.Fatal("the victim was not killed")
			}
		}
		startWith(t, cfg, quick())
		delivered(t, s)
		times := map[string]int{}
		for _, l := range server.Letters(t) {
			times[l.MessageID]++
		}
		twice := 0
		for _, n := range times {
			twice += n - 1
		}
		if len(times) != letters || twice > kills*mailWorkers {
			t.Errorf("%d letters arrived, want %d; %d came again, want at most the %d under way", len(times), letters, twice, kills*mailWorkers)
		}
	})
}

// TestMailKilledVictim serves until it is killed. It is nothing without
// TestMailKilled.
func TestMailKilledVictim(t *testing.T) {
	text := os.Getenv(mailVictimVariable)
	if text == "" {
		return
	}
	var v struct{ Data, URL string }
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	var port int
	if _, err := fmt.Sscan(os.Getenv("NEURALREPO_TEST_MAIL_PORT"), &port); err != nil {
		t.Fatal(err)
	}
	cfg := sendingTo(settings(t), port)
	cfg.Data, cfg.DatabaseURL = v.Data, secret.New(v.URL)
	a, err := build(t.Context(), cfg, "", slog.New(slog.DiscardHandler), quick())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Println(a.URL())
	t.Fatal(<-a.Failed())
}

// Copies of the program on one database send no letter twice.
func TestReplicasShareMail(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{Clear: true})
	cfg := settings(t)
	cfg.DatabaseURL = secret.New(pgtest.Database(t))
	cfg.EncryptionKey = config.NewEncryptionKey()
	someone(t, cfg, "ada")
	cfg = sendingTo(cfg, server.Port)
	s, who := outbox(t, cfg)
	const letters = 80
	queue(t, s, who, 0, letters)
	for range 3 {
		one := cfg
		one.Data = t.TempDir()
		startWith(t, one, quick())
	}
	delivered(t, s)
	got := map[string]bool{}
	all := server.Letters(t)
	for _, l := range all {
		got[l.MessageID] = true
	}
	if len(all) != letters || len(got) != letters {
		t.Errorf("%d letters arrived, %d different ones, want %d", len(all), len(got), letters)
	}
}
