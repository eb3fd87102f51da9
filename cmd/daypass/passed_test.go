package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
	"github.com/daypass/daypass/journal/pgtest"
)

// passed is how many calls a server has passed on.
func passed(t *testing.T, r *running) int {
	t.Helper()
	_, _, text := request(t, &running{address: metricsAt.FindStringSubmatch(r.printed)[1]}, "GET", "", "", "")
	for line := range strings.Lines(text) {
		if n, ok := strings.CutPrefix(line, "daypass_calls_passed_total "); ok {
			count, err := strconv.Atoi(strings.TrimSpace(n))
			if err != nil {
				t.Fatal(err)
			}
			return count
		}
	}
	t.Fatal("a server does not say what it has passed on")
	return 0
}

// TestServersPassOn asks two servers of one team: what one of them has the other passes on, and when either stands still or
// is killed, the other answers for both.
func TestServersPassOn(t *testing.T) {
	database := pgtest.URL(t)
	var all []*running
	var clients []*client.Client
	for range 2 {
		r, err := launch(t.TempDir(), append(os.Environ(), "DAYPASS_OPERATOR_KEY="+crashKey), "--database", database, "--metrics", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.end(syscall.SIGKILL) })
		c, err := client.New(client.Options{Server: r.address, Key: crashKey})
		if err != nil {
			t.Fatal(err)
		}
		all, clients = append(all, r), append(clients, c)
	}
	foundTeam(t, clients[0])
	n, charged := 0, map[string]bool{}
	open := func(c *client.Client) time.Duration {
		t.Helper()
		n++
		begin := time.Now()
		user := personal(n % people)
		a, err := c.Open(t.Context(), crashTeam, api.SessionRequest{ID: fmt.Sprint("s", n), User: user, Product: "autocad", Version: "2026"})
		if err != nil || a.Outcome != api.OutcomeGranted {
			t.Fatalf("%+v %v", a, err)
		}
		if a.Charge != nil == charged[user] {
			t.Errorf("%s is charged twice, or never: %+v", user, a)
		}
		charged[user] = true
		return time.Since(begin)
	}
	for range 40 {
		open(clients[0])
		open(clients[1])
	}
	one, two := passed(t, all[0]), passed(t, all[1])
	if one+two < 30 || one > 0 && two > 0 {
		t.Errorf("the servers have passed on %d and %d of 40 calls each, want most of those of one", one, two)
	}
	has := 0
	if one > 0 {
		has = 1
	}

	if err := all[has].process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if took := open(clients[1-has]); took < 500*time.Millisecond || took > 5*time.Second {
		t.Errorf("while the other stood still an answer took %v", took)
	}
	for range 10 {
		if took := open(clients[1-has]); took > time.Second {
			t.Errorf("after the other stood still an answer took %v", took)
		}
	}
	if err := all[has].process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	open(clients[has])
	before := passed(t, all[1-has])
	for range 200 { // they find each other again
		if open(clients[1-has]); passed(t, all[1-has]) > before {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	if passed(t, all[1-has]) == before {
		t.Error("a server that stood still is passed nothing any more")
	}
	all[has].end(syscall.SIGKILL)
	for range 10 {
		if took := open(clients[1-has]); took > 3*time.Second {
			t.Errorf("after the other was killed an answer took %v", took)
		}
	}
	if err := all[1-has].end(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if out, err := exec.Command("daypass", "verify", "--database", database).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestReachable says where others reach a server, by where it listens and how it reaches the database.
func TestReachable(t *testing.T) {
	away := net.IPv4(10, 0, 0, 5)
	for _, c := range []struct {
		listens string
		local   net.IP
		want    string
	}{
		{"127.0.0.1:8080", nil, "127.0.0.1:8080"},
		{"127.0.0.1:8080", away, ""}, // the others are elsewhere
		{"0.0.0.0:8080", nil, "127.0.0.1:8080"},
		{"0.0.0.0:8080", away, "10.0.0.5:8080"},
		{"[::]:8080", away, "10.0.0.5:8080"},
		{"10.0.0.7:8080", away, "10.0.0.7:8080"},
		{"[fd00::1]:8080", net.ParseIP("fd00::2"), "[fd00::1]:8080"},
	} {
		listens, err := net.ResolveTCPAddr("tcp", c.listens)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(listens, c.local); got != c.want {
			t.Errorf("%s, %v: got %q, want %q", c.listens, c.local, got, c.want)
		}
	}
}

// TestAdvertise refuses an address that no other server could be told.
func TestAdvertise(t *testing.T) {
	for _, args := range [][]string{
		{"--data", t.TempDir(), "--advertise", "10.0.0.5:8080"},
		{"--database", "postgres://127.0.0.1:1/none", "--advertise", "10.0.0.5"},
		{"--database", "postgres://127.0.0.1:1/none", "--advertise", ":8080"},
	} {
		out, err := exec.Command("daypass", append([]string{"serve"}, args...)...).CombinedOutput()
		if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "--advertise") {
			t.Errorf("%v: got %v\n%s", args, err, out)
		}
	}
}

// TestAdvertiseOfTheService takes the address that the service is started with, unless the flag says another.
func TestAdvertiseOfTheService(t *testing.T) {
	t.Setenv("DAYPASS_ADVERTISE", "10.0.0.5:8080")
	for flag, want := range map[string]string{"": "10.0.0.5:8080", "10.0.0.7:8080": "10.0.0.7:8080", advertiseOff: advertiseOff} {
		f := serveFlags{advertise: flag, clock: string(clockReal), logLevel: "info", place: place{database: "postgres://127.0.0.1:1/none"}}
		if c, err := f.config(serveCommand()); err != nil || c.advertise != want {
			t.Errorf("--advertise %q: got %q (%v), want %q", flag, c.advertise, err, want)
		}
	}
}
