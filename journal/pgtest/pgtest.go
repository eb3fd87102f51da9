//go:build unix

// Package pgtest gives tests a PostgreSQL of their own: a true one, started on the spot and gone afterwards, also
// when the test is killed. It is imported by tests only.
package pgtest

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Environment names the variable that holds the URL of an existing server, whose role may create databases. URL
// then makes its databases there. A test that stops its server starts its own all the same.
const Environment = "DAYPASS_TEST_DATABASE"

// shared is the cluster of this test binary. It ends with the process (see watch).
var shared = sync.OnceValues(func() (*Cluster, error) { return launch(nil) })

// URL is that of a new, empty database, which is dropped when the test ends. All databases of a test binary lie in
// one cluster, started with the first of them, unless DAYPASS_TEST_DATABASE names a server.
func URL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(Environment)
	if server == "" {
		c, err := shared()
		if err != nil {
			t.Fatal(err)
		}
		server = c.URL("postgres")
	}
	name := "daypass_" + strings.ToLower(rand.Text())
	if err := run(server, "CREATE DATABASE "+name); err != nil {
		t.Fatalf("making a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := run(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("dropping the database of the test: %v", err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is no URL: use postgres://user:password@host:port/postgres", Environment)
	}
	u.Path = "/" + name
	return u.String()
}

// Start starts a cluster that is the test's alone, which it may stop and crash. Settings are such as "fsync=off"; by
// default it is as durable as PostgreSQL is by default. It ends with the test.
func Start(t testing.TB, settings ...string) *Cluster {
	t.Helper()
	c, err := launch(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.end(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// run is one statement on a connection of its own.
func run(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, statement)
	if err := cmp.Or(err, c.Close(ctx)); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
