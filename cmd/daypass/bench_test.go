package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/sim/bench"
)

// bench measures all of its parts on a PostgreSQL, with two true servers and one over HTTP, and drops what it made.
func TestBenchOnPostgreSQL(t *testing.T) {
	long(t)
	database := pgtest.URL(t)
	out, err := exec.Command("daypass", "bench", "--database", database, "--rounds", "1", "--duration", "50ms", "--callers", "4",
		"--teams", "10", "--output", "json").Output()
	if err != nil {
		t.Fatal(err, said(err))
	}
	var r bench.Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	if r.Engine != "PostgreSQL" || len(r.Lines) != 2 || len(r.Servers) != 2 || r.HTTP == nil {
		t.Fatalf("parts are missing:\n%s", out)
	}
	for _, p := range r.Servers {
		if p.Callers != 4 || p.Alone <= 0 || p.Together <= 0 || p.Ratio <= 0 {
			t.Errorf("two servers have no figures: %+v", p)
		}
	}
	if w := r.HTTP; w.OpensRatio <= 0 || w.BulkRatio <= 0 || w.Health <= 0 || w.P99 < w.P50 {
		t.Errorf("HTTP has no figures: %+v", w)
	}
	if left := relations(t, database); left != 0 {
		t.Errorf("bench has left %d tables and indexes", left)
	}
}

// said is what a program has said on its standard error.
func said(err error) string {
	if exit, ok := err.(*exec.ExitError); ok {
		return string(exit.Stderr)
	}
	return ""
}

// relations counts what is in a database that is not PostgreSQL's own.
func relations(t *testing.T, database string) (n int) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, `SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An interrupted bench drops what it made, with its servers running.
func TestBenchInterrupted(t *testing.T) {
	database := pgtest.URL(t)
	cmd := exec.Command("daypass", "bench", "--database", database, "--only", "servers", "--rounds", "2", "--duration", "20s", "--callers", "4", "--teams", "10")
	var bad bytes.Buffer
	cmd.Stderr = &bad
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); relations(t, database) < 15; time.Sleep(10 * time.Millisecond) { // until a second ground is founded
		if time.Now().After(deadline) {
			t.Fatal("it founds nothing")
		}
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	printed, _ := io.ReadAll(out)
	if err := cmd.Wait(); err == nil || len(printed) > 0 {
		t.Errorf("got %v and the figures %q, want neither success nor figures", err, printed)
	}
	if got := bad.String(); !strings.HasSuffix(got, "daypass: interrupted\n") {
		t.Errorf("it said %q", got)
	}
	if left := relations(t, database); left != 0 {
		t.Errorf("bench has left %d tables and indexes", left)
	}
}
