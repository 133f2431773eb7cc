package mail

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/job"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// box is an outbox with one letter.
type box struct {
	m     Message
	ended []Ending
	gone  bool
}

func (b *box) Mail(context.Context, job.Job) (Message, error) {
	if b.gone {
		return Message{}, fault.New(fault.NotFound, "gone")
	}
	return b.m, nil
}

func (b *box) EndMail(ctx context.Context, _ job.Job, e Ending) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b.ended = append(b.ended, e)
	return nil
}

// server answers every letter alike.
type server struct {
	err  error
	sent []Message
}

func (s *server) Send(_ context.Context, m Message) error {
	s.sent = append(s.sent, m)
	return s.err
}

type composed string

func (c composed) ComposeMail(_ context.Context, _ owner.ID, m Message) (Message, error) {
	m.Text, m.To, m.ID = string(c), "eve@example.org", "another"
	return m, nil
}

func TestPostman(t *testing.T) {
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	letter := Message{To: "ada.lovelace@example.org", Subject: "private", Text: "private", ID: "1", Kind: Digest, At: start, Until: start.Add(KeepTrying)}
	busy := &Failure{Step: Recipient, What: "Refused.", Code: 451, Said: "later"}
	never := &Failure{Step: Recipient, What: "Refused.", Code: 550, Said: "no such person", Permanent: true}
	for _, tt := range []struct {
		name   string
		err    error
		tries  int
		after  time.Duration // since the letter was written
		again  time.Duration // 0 if it is not tried again
		ending Ending
	}{
		{name: "taken", ending: Ending{State: Sent}},
		{name: "first failure", err: busy, again: 15 * time.Second},
		{name: "third failure", err: busy, tries: 2, after: time.Hour, again: time.Minute},
		{name: "after a day", err: busy, tries: 100, after: 24 * time.Hour, again: 4 * time.Hour},
		{name: "one last try", err: busy, tries: 100, after: KeepTrying - time.Hour, again: time.Hour - 15*time.Second},
		{name: "too late", after: KeepTrying, ending: Ending{State: Bounced, Reason: "It could not be delivered in time."}},
		{name: "refused", err: never, ending: Ending{State: Bounced, Reason: "Refused. The server said: 550 no such person"}},
		{name: "something else", err: errors.New("odd"), again: 15 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			b, s := &box{m: letter}, &server{err: tt.err}
			now := start.Add(tt.after)
			p := NewPostman(Parts{Store: b, Sender: s, Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
			// The process is about to stop: what is known is noted all the same.
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			err := p.Do(ctx, job.Job{Tries: tt.tries})
			var again time.Duration
			if f := (*fault.Error)(nil); errors.As(err, &f) {
				again = f.RetryAfter
			}
			if again != tt.again || err != nil && tt.again == 0 {
				t.Errorf("tried again after %v (%v), want %v", again, err, tt.again)
			}
			var want []Ending
			if tt.ending.State != "" {
				tt.ending.At = now
				want = []Ending{tt.ending}
			}
			if diff := cmp.Diff(want, b.ended); diff != "" {
				t.Errorf("ended (-want +got):\n%s", diff)
			}
			for _, private := range []string{"ada", "private"} {
				if strings.Contains(log.String(), private) || err != nil && strings.Contains(err.Error(), private) {
					t.Errorf("the log tells %s: %s %v", private, log.String(), err)
				}
			}
		})
	}
}

func TestComposedWhenSent(t *testing.T) {
	m := Message{To: "ada@example.org", ID: "1", Kind: MagicLink, Until: time.Unix(1, 0)}
	at := func() time.Time { return time.Unix(0, 0) }
	b, s := &box{m: m}, &server{}
	p := NewPostman(Parts{Store: b, Sender: s, Now: at, Composers: map[Kind]Composer{MagicLink: composed("a link")}})
	if err := p.Do(t.Context(), job.Job{}); err != nil {
		t.Fatal(err)
	}
	if len(s.sent) != 1 || s.sent[0].Text != "a link" || s.sent[0].To != m.To || s.sent[0].ID != m.ID {
		t.Errorf("sent %+v", s.sent)
	}
	// Nothing to say is not sent.
	b, s = &box{m: m}, &server{}
	p = NewPostman(Parts{Store: b, Sender: s, Now: at, Composers: map[Kind]Composer{MagicLink: composed("")}})
	if err := p.Do(t.Context(), job.Job{}); err != nil || len(s.sent) != 0 || len(b.ended) != 1 || b.ended[0].State != Bounced {
		t.Errorf("sent %+v, ended %+v, %v", s.sent, b.ended, err)
	}
	// One that ended meanwhile is nobody's fault.
	b = &box{gone: true}
	if err := NewPostman(Parts{Store: b, Sender: s}).Do(t.Context(), job.Job{}); err != nil {
		t.Error(err)
	}
}
