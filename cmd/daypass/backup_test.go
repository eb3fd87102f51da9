package main

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/daypass/daypass/client"
	"github.com/daypass/daypass/journal"
)

// TestBackupUnderLoad backs up a server that is busy, again and again. Each backup adds up when it is restored, and has
// everything that was acknowledged before it was begun; and the server goes on as if nothing had been.
func TestBackupUnderLoad(t *testing.T) {
	long(t)
	w := newWorld(t, time.Now().UnixNano())
	c := w.client(client.DefaultAttempts)
	ended := make(chan error, len(w.customers))
	for _, u := range w.customers {
		go func() { ended <- u.work(t.Context(), c) }()
	}
	head := func(dir string) int64 {
		t.Helper()
		j, err := journal.OpenReadOnly(t.Context(), dir)
		w.check(err)
		defer j.Close()
		seq, _, err := j.Head(context.Background(), crashTeam)
		w.check(err)
		return seq
	}
	for i := range 4 {
		time.Sleep(100 * time.Millisecond)
		before := head(w.dir + "/data")
		file, dir := fmt.Sprint("backup-", i), fmt.Sprint("restored-", i)
		if out, err := daypass(w.dir, "backup", "--data", "data", file); err != nil {
			t.Fatalf("backup: %v: %s", err, out)
		}
		after := head(w.dir + "/data")
		if out, err := daypass(w.dir, "restore", file, "--data", dir); err != nil {
			t.Fatalf("restore: %v: %s", err, out)
		}
		restored := head(w.dir + "/" + dir)
		if restored < before || restored > after {
			t.Errorf("the backup ends at entry %d, and the journal at %d before it and %d after", restored, before, after)
		}
		t.Logf("backup at entry %d, between %d and %d", restored, before, after)
		figuresOf(t, w.dir, "--data", dir)
	}
	w.check(w.server.end(syscall.SIGKILL))
	for range w.customers {
		w.check(<-ended)
	}
	w.launch()
	w.ask()
	w.settle()
}
