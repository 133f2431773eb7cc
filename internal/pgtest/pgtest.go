//go:build unix

// Package pgtest gives tests a real PostgreSQL.
//
// A package that uses it says so in its TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
//
// The first test that asks for a database then starts a server, which all
// tests of the package share and which ends with them. Several packages share
// one server when NEURALREPO_TEST_POSTGRES has the postgres:// URL of it; the
// program pgcluster starts one for a command and sets that variable.
//
// Without PostgreSQL the tests fail and say what to do, unless
// NEURALREPO_TEST_SKIP_POSTGRES is 1, which leaves them out.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// The variables that say which server tests use.
const (
	ServerVariable = "NEURALREPO_TEST_POSTGRES"
	SkipVariable   = "NEURALREPO_TEST_SKIP_POSTGRES"
)

// shared is the server of this test binary.
var shared struct {
	sync.Mutex
	inMain  bool
	cluster *Cluster
	err     error
}

// Main runs the tests of a package, and then stops the server if one of them
// has started it. It returns the exit code.
func Main(m *testing.M) int {
	shared.inMain = true
	code := m.Run()
	if shared.cluster != nil {
		if err := shared.cluster.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return max(code, 1)
		}
	}
	return code
}

// Database makes an empty database for a test and returns its URL. It is
// dropped when the test is over.
func Database(t testing.TB) string {
	t.Helper()
	if os.Getenv(SkipVariable) == "1" {
		t.Skip("needs PostgreSQL, and " + SkipVariable + " is 1")
	}
	server, err := server()
	if err != nil {
		t.Fatal(err)
	}
	name := "t" + strings.ToLower(rand.Text())
	if err := command(t.Context(), server, "CREATE DATABASE "+name); err != nil {
		t.Fatalf("pgtest: make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := command(context.Background(), server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: drop a database: %v", err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// server returns the URL of the server, and starts it at first.
func server() (string, error) {
	if server := os.Getenv(ServerVariable); server != "" {
		return server, nil
	}
	shared.Lock()
	defer shared.Unlock()
	if !shared.inMain {
		return "", errors.New("pgtest: this package needs func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }")
	}
	if shared.cluster == nil && shared.err == nil {
		shared.cluster, shared.err = Start()
	}
	if shared.err != nil {
		return "", shared.err
	}
	return shared.cluster.URL(), nil
}

// command runs a statement that nothing else may be in a transaction with.
func command(ctx context.Context, server, text string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, text)
	return err
}
