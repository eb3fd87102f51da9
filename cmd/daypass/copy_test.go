package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/sim/process"
)

// daypass runs the program in a folder and returns what it printed.
func daypass(dir string, args ...string) (string, error) {
	cmd := exec.Command("daypass", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), process.Promptly)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// killed starts daypass and kills it after a while; it says whether it had ended before.
func killed(t *testing.T, dir string, after time.Duration, args ...string) (ended bool) {
	t.Helper()
	cmd := exec.Command("daypass", args...)
	var out bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, append(os.Environ(), process.Promptly), &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	cmd.Process.Kill()
	switch err := cmd.Wait(); {
	case err == nil:
		return true
	case cmd.ProcessState.Exited():
		t.Fatalf("daypass %s: %v: %s", strings.Join(args, " "), err, &out)
	}
	return false
}

// A copy, a backup or a restore that is killed at any moment is done by the same command again, and what was half done is
// never taken for whole.
func TestKilledCopies(t *testing.T) {
	long(t)
	dir := t.TempDir()
	if out, err := daypass(dir, "demo", "--data", "one", "--no-serve"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := figuresOf(t, dir, "--data", "one")
	if out, err := daypass(dir, "backup", "--data", "one", "whole.daypass"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	address := pgtest.URL(t)
	for name, c := range map[string]struct{ args, look []string }{
		"copy to a folder":      {[]string{"copy", "--from", "one", "--to", "two"}, []string{"--data", "two"}},
		"copy to a database":    {[]string{"copy", "--from", "one", "--to", address}, []string{"--database", address}},
		"restore into a folder": {[]string{"restore", "whole.daypass", "--data", "three"}, []string{"--data", "three"}},
		"backup":                {[]string{"backup", "--data", "one", "late.daypass"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			kills := 0
			for after := 5 * time.Millisecond; !killed(t, dir, after, c.args...); kills++ {
				if c.look == nil {
					_, err := os.Stat(filepath.Join(dir, "late.daypass"))
					if err == nil {
						break // it was killed behind its last step
					}
				} else if out, err := daypass(dir, append([]string{"verify"}, c.look...)...); err == nil && out != want && !nothing.MatchString(out) {
					t.Fatalf("a part is taken for whole: %s", out)
				}
				after += after/4 + time.Duration(rand.IntN(20))*time.Millisecond
			}
			t.Logf("killed %d times", kills)
			if c.look == nil {
				c.look = []string{"--data", "back"}
				if out, err := daypass(dir, "restore", "late.daypass", "--data", "back"); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
			}
			if got := figuresOf(t, dir, c.look...); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// nothing is what verify says of a database that has its tables and no more.
var nothing = regexp.MustCompile(`journals +0 `)

// figuresOf are what verify counts.
func figuresOf(t *testing.T, dir string, where ...string) string {
	t.Helper()
	out, err := daypass(dir, append([]string{"verify"}, where...)...)
	if err != nil {
		t.Fatalf("verify: %v: %s", err, out)
	}
	return out
}

// Whatever keeps a database from being used is one line, without the password, and leaves nothing.
func TestCopyAndBadDatabases(t *testing.T) {
	long(t)
	dir := t.TempDir()
	if out, err := daypass(dir, "demo", "--data", "one", "--no-serve"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c := badDatabases(t)
	as := func(user, password, database string) string {
		u, err := url.Parse(c.URL(database))
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(user, password)
		return u.String()
	}
	nothing, denied := as("daypass", "geheim", "nothing"), as("guest", "geheimnis", "open")
	readOnly, closed := as("daypass", "geheim", "read"), as("guest", "geheim", "open")
	for _, b := range []struct {
		want string
		args []string
	}{
		{"cannot open the database: there is no such database", []string{"copy", "--from", "one", "--to", nothing}},
		{"cannot open the database: there is no such database", []string{"copy", "--from", nothing, "--to", "two"}},
		{"cannot open the database: there is no such database", []string{"backup", "--database", nothing, "two"}},
		{"cannot open the database: the database denies it", []string{"copy", "--from", "one", "--to", denied}},
		{"cannot open the database: the database denies it", []string{"copy", "--from", denied, "--to", "two"}},
		{"cannot open the database: the database denies it", []string{"backup", "--database", denied, "two"}},
		{"cannot open the database: the database is read-only", []string{"copy", "--from", "one", "--to", readOnly}},
		{"cannot open the database: the database denies it", []string{"copy", "--from", "one", "--to", closed}},
	} {
		out, err := daypass(dir, b.args...)
		if err == nil || strings.Count(out, "\n") != 1 || strings.Contains(out, "geheim") || !strings.HasPrefix(out, "daypass: "+b.want) {
			t.Errorf("daypass %s says (%v)\n%s\nwant one line with %q and no password", strings.Join(b.args, " "), err, out, b.want)
		}
	}
	if there, err := filepath.Glob(filepath.Join(dir, "two*")); err != nil || there != nil {
		t.Errorf("it has left %v (%v)", there, err)
	}

	// What can only be read, as a replica can, is good enough for a backup.
	if out, err := daypass(dir, "copy", "--from", "one", "--to", c.URL("open")); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	execute(t, c, `ALTER DATABASE open SET default_transaction_read_only = on`)
	if out, err := daypass(dir, "backup", "--database", c.URL("open"), "two"); err != nil {
		t.Errorf("a backup of what can only be read: %v: %s", err, out)
	}
}

// badDatabases are one that can only be read, and one in which a guest, who has a password, may do nothing.
func badDatabases(t *testing.T) *pgtest.Cluster {
	t.Helper()
	c := pgtest.Start(t)
	rules := filepath.Join(c.Dir, "pg_hba.conf")
	trusted, err := os.ReadFile(rules)
	if err == nil {
		err = os.WriteFile(rules, append([]byte("host all guest 127.0.0.1/32 scram-sha-256\n"), trusted...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	execute(t, c, `SELECT pg_reload_conf()`, `CREATE DATABASE read`, `CREATE DATABASE open`,
		`ALTER DATABASE read SET default_transaction_read_only = on`, `CREATE ROLE guest LOGIN PASSWORD 'geheim'`)
	return c
}

func execute(t *testing.T, c *pgtest.Cluster, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, statement := range statements {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}
