package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/neuralrepo/neuralrepo/internal/account"
	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/audit"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/llm"
	"github.com/neuralrepo/neuralrepo/internal/mail"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/store"
	"github.com/neuralrepo/neuralrepo/internal/usage"
)

// ownedTables are the tables that only a person's use of models fills.
var ownedTables = []string{
	"provider_keys", "audit", "ai_requests", "ai_days", "ai_months", "ai_reservations", "ai_minutes", "ai_streams",
	"artifacts", "ai_answers", "mails", "magic_links",
}

// user makes a person with something in each of ownedTables.
func user(t *testing.T, s *store.Store, name string) owner.ID {
	t.Helper()
	ctx := t.Context()
	u := account.User{ID: name, Email: name + "@example.org", Settings: "{}"}
	if err := s.CreateUser(ctx, &u); err != nil {
		t.Fatal(err)
	}
	d, err := idea.New(s, nil).Capture(ctx, u.Owner, idea.Draft{Title: name, Source: idea.API})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	key := byok.Key{Provider: byok.OpenAI, Record: "r", Sealed: []byte("sealed")}
	reserved := usage.Reservation{ID: "reserved", Provider: "openai", At: now, Amount: 1}
	for _, step := range []func() error{
		func() error { return s.SetProviderKey(ctx, u.Owner, key, audit.Entry{Action: audit.Set}) },
		func() error { return s.AddRequests(ctx, []usage.Request{{ID: "r", Owner: u.Owner, At: now}}) },
		func() error { _, _, err := s.ReserveSpend(ctx, u.Owner, reserved, llm.Dollar); return err },
		func() error { _, _, err := s.TakeMinute(ctx, u.Owner, 1, 1, 1); return err },
		func() error { _, err := s.HoldStreams(ctx, u.Owner, "p", 1, 1, now, now); return err },
		func() error {
			return s.AddArtifact(ctx, u.Owner, &artifact.Artifact{Idea: d.Number, Kind: artifact.Spec})
		},
		func() error {
			return s.KeepAnswer(ctx, u.Owner, [32]byte{1}, []byte("sealed"), now, now.Add(time.Hour))
		},
		func() error {
			return s.QueueMail(ctx, u.Owner, mail.Message{To: u.Email, Text: "text", Kind: mail.Test})
		},
		func() error {
			return s.CreateMagicLink(ctx, sha256.Sum256([]byte(name)), account.MagicLink{Owner: u.Owner, ExpiresAt: now.Add(time.Hour)})
		},
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return u.Owner
}

// counted counts the rows of an owner in a table, past the store.
func counted(t *testing.T, o store.Options, table string, who owner.ID) (n int) {
	t.Helper()
	text := fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE owner = %d", table, who)
	var err error
	if o.DatabaseURL.Empty() {
		var db *sql.DB
		if db, err = sql.Open("sqlite", o.Path); err == nil {
			err = db.QueryRow(text).Scan(&n)
			db.Close()
		}
	} else {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(t.Context(), o.DatabaseURL.Reveal()); err == nil {
			err = conn.QueryRow(t.Context(), text).Scan(&n)
			conn.Close(context.Background())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// With a person goes everything that is theirs, the audit included.
func TestNothingStaysOfAPerson(t *testing.T) {
	for name, fresh := range engines {
		t.Run(name, func(t *testing.T) {
			options := fresh(t)
			s := open(t, options)
			ada, eve := user(t, s, "ada"), user(t, s, "eve")
			foreignKeys := map[string]string{"sqlite": "PRAGMA foreign_keys = 1; "}[name]
			run(t, options, foreignKeys+`DELETE FROM users WHERE id = 'ada'`)
			for _, table := range ownedTables {
				if n := counted(t, options, table, ada); n != 0 {
					t.Errorf("%d rows of %s are left", n, table)
				}
				if n := counted(t, options, table, eve); n == 0 {
					t.Errorf("%s has nothing of another person any more", table)
				}
			}
			if err := s.AddRequests(t.Context(), []usage.Request{{ID: "late", Owner: ada}, {ID: "late", Owner: eve}}); err != nil {
				t.Errorf("the record of a person who is gone holds up others: %v", err)
			}
			if n := counted(t, options, "ai_requests", eve); n != 2 {
				t.Errorf("%d requests of another person, want 2", n)
			}
		})
	}
}

// What somebody does to the audit past the program is found.
func TestAuditTellsOfEdits(t *testing.T) {
	for engine, fresh := range engines {
		options := fresh(t)
		s := open(t, options)
		for name, c := range map[string]struct {
			edit string // of entry 3 of 5
			good int64
		}{
			"edited":     {`UPDATE audit SET detail = 'nothing' WHERE number = 3`, 2},
			"moved":      {`UPDATE audit SET at = at - 1 WHERE number = 3`, 2},
			"taken out":  {`DELETE FROM audit WHERE number = 3`, 2},
			"cut off":    {`DELETE FROM audit WHERE number = 5`, 4},
			"hash":       {`UPDATE audit SET hash = previous WHERE number = 3`, 2},
			"previous":   {`UPDATE audit SET previous = hash WHERE number = 3`, 2},
			"cut hashes": {`UPDATE audit SET hash = substr(hash, 1, 4) WHERE number = 3`, 2},
		} {
			t.Run(engine+" "+name, func(t *testing.T) {
				u := account.User{ID: name, Email: name + "@example.org", Settings: "{}"}
				if err := s.CreateUser(t.Context(), &u); err != nil {
					t.Fatal(err)
				}
				for range 5 {
					if err := s.NoteProviderKeyUse(t.Context(), u.Owner, "", time.Time{}, audit.Entry{Action: audit.Open}); err != nil {
						t.Fatal(err)
					}
				}
				run(t, options, fmt.Sprint(c.edit, ` AND owner = `, u.Owner))
				err := audit.VerifyAll(t.Context(), s, func(r audit.Checked) {
					// That the end was cut off is not to be seen.
					if found := r.Fault != nil; r.Owner == u.Owner && (r.Entries != c.good || found != (name != "cut off")) {
						t.Errorf("%d good entries, then %v; want %d", r.Entries, r.Fault, c.good)
					}
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
}
