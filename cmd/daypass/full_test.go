package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
	"github.com/daypass/daypass/sim/process"
)

// TestFullDatabase bounds the database's pages, as a full disk does: the server answers 507, goes on answering what
// needs no room, and goes on writing when there is room, without a restart.
func TestFullDatabase(t *testing.T) {
	dir := t.TempDir()
	h, err := openHouse(t.Context(), houseConfig{place: place{data: filepath.Join(dir, "data")}, clock: clockReal,
		operatorKey: crashKey, out: io.Discard, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(h.handler())
	defer served.Close()
	pages := func(most int) {
		var got int
		if err := h.journal.Writer().QueryRowContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", most)).Scan(&got); err != nil {
			t.Fatal(err)
		}
	}
	full(t, served.URL, func() { pages(120) }, func() { pages(1 << 30) })
	if err := h.close(); err != nil {
		t.Error(err)
	}
	verifyData(t, dir)
}

// TestFullDisk runs the program on a small file system of its own that is truly full. Making one takes a user
// namespace, which some machines do not give: TestFullDatabase runs everywhere.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	script := `mount -t tmpfs -o size=6m tmpfs "$1" && head -c 4000000 /dev/zero > "$1/filler" && exec daypass serve --listen 127.0.0.1:0 --data "$1/data"`
	cmd := exec.Command("unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", dir)
	if out, err := exec.Command("unshare", "--mount", "--map-root-user", "mount", "-t", "tmpfs", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("this account may not mount (%v: %s)", err, out)
	}
	var logged bytes.Buffer
	cmd.Env, cmd.Stderr = append(os.Environ(), process.Promptly, "DAYPASS_OPERATOR_KEY="+crashKey), &logged
	p, err := process.Launch(cmd)
	if err != nil {
		t.Fatalf("%v%s", err, &logged)
	}
	t.Cleanup(func() { p.End(syscall.SIGKILL) })
	full(t, p.Address, func() {}, func() {
		if err := os.Remove(fmt.Sprintf("/proc/%d/root/%s/filler", cmd.Process.Pid, dir)); err != nil {
			t.Fatal(err)
		}
	})
	if err := p.End(syscall.SIGTERM); err != nil {
		t.Errorf("it does not end well after a full disk: %v\n%s", err, &logged)
	}
}

// full opens products until there is no room, and holds what has to hold then and after there is room again.
func full(t *testing.T, address string, fill, free func()) {
	c, err := client.New(client.Options{Server: address, Key: crashKey, Attempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	foundTeam(t, c)
	fill()
	u := newCustomer("full", personal(0), 1)
	opened := fillUp(t, c, u)
	before := balanceOfTeam(t, c)
	for range 20 { // nothing is done by halves
		if err := u.finish(t.Context(), c); !isFull(err) {
			t.Fatalf("got %v, want 507 %s", err, api.CodeStorageFull)
		}
	}
	if after := balanceOfTeam(t, c); after.Used != before.Used || after.Position != before.Position {
		t.Errorf("refused for want of room, and used went from %s to %s, the position from %d to %d", before.Used, after.Used, before.Position, after.Position)
	}
	if want := opened.tokens(); before.Used != want {
		t.Errorf("got %s used, want those of the %d openings, %s", before.Used, len(opened.sessions), want)
	}
	free()
	if err := u.finish(t.Context(), c); err != nil {
		t.Fatalf("there is room again: %v", err)
	}
	for _, s := range u.sessions {
		if err := s.repeat(t.Context(), c); err != nil {
			t.Error(err)
		}
	}
	if got, want := balanceOfTeam(t, c).Used, u.tokens(); got != want {
		t.Errorf("got %s used in the end, want %s", got, want)
	}
	t.Logf("full after %d openings", len(opened.sessions))
}

// fillUp opens products until there is no room; the last one is pending. Their passes are young, so each session is
// kept before it is answered, one that costs nothing too.
func fillUp(t *testing.T, c *client.Client, u *customer) *customer {
	t.Helper()
	for n := range 100_000 {
		u.pending = &session{request: api.SessionRequest{ID: fmt.Sprint("s", n), User: personal(n % people), Product: "autocad", Version: "2026"}}
		err := u.finish(t.Context(), c)
		if isFull(err) {
			return u
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("the disk does not fill up")
	return nil
}

func isFull(err error) bool {
	var p *api.Problem
	return errors.As(err, &p) && p.Code == api.CodeStorageFull && p.Status == 507
}

// tokens is what a customer's sessions have charged.
func (u *customer) tokens() (total api.Tokens) {
	for _, s := range u.sessions {
		if s.answer.Charge != nil {
			total += s.answer.Charge.Tokens
		}
	}
	return total
}

func balanceOfTeam(t *testing.T, c *client.Client) api.Balance {
	t.Helper()
	b, err := c.Balance(t.Context(), crashTeam)
	if err != nil {
		t.Fatalf("reading the balance: %v", err)
	}
	return b
}
