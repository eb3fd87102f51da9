package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
	"github.com/daypass/daypass/sim/process"
)

var (
	killSeed   = flag.Int64("kill.seed", 0, "repeat the kills of a run; 0 takes a new seed")
	killRounds = flag.Int("kill.rounds", 3, "how often the server is killed")
)

// TestKilled kills a server under load, again and again on the same folder, and holds that everything that was
// acknowledged is still there: asked again, it is answered as it was the first time.
func TestKilled(t *testing.T) {
	seed := *killSeed
	if seed == 0 {
		seed = time.Now().UnixNano()
	}
	t.Logf("repeat with: go test ./cmd/daypass -run TestKilled -kill.seed %d -kill.rounds %d", seed, *killRounds)
	w := newWorld(t, seed)
	for range *killRounds {
		w.round()
	}
	w.settle()
}

// world is a server that is killed, and what its clients know.
type world struct {
	t         *testing.T
	rng       *rand.Rand
	dir       string
	server    *running
	customers []*customer
}

const (
	crashKey  = "operator-of-the-crash-test"
	crashTeam = "acme"
	crashPack = 1_000_000 * api.Whole
	customers = 24
	people    = 16
)

func newWorld(t *testing.T, seed int64) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(uint64(seed), 0)), dir: t.TempDir()}
	w.launch()
	t.Cleanup(func() { w.server.end(syscall.SIGKILL) })
	foundTeam(t, w.client(client.DefaultAttempts))
	for i := range customers { // several act for one person
		w.customers = append(w.customers, newCustomer(fmt.Sprint("c", i), personal(i%people), w.rng.Uint64()))
	}
	return w
}

// foundTeam makes a team with tokens and people who may use them.
func foundTeam(t *testing.T, c *client.Client) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile("../../sample/catalog.json")
	check(err)
	catalog, err := readCatalog(content)
	check(err)
	_, err = c.SetCatalog(t.Context(), catalog)
	check(err)
	_, err = c.CreateTeam(t.Context(), api.TeamRequest{ID: crashTeam, Name: "Acme",
		PrimaryAdmin: api.PrimaryAdmin{ID: "ann", Name: "Ann", Email: "ann@acme.example"}})
	check(err)
	_, err = c.BuyPack(t.Context(), crashTeam, api.PackRequest{ID: "all", Size: crashPack})
	check(err)
	rows := []byte("First name,Last name,Email\n")
	for i := range people {
		rows = fmt.Appendf(rows, "Person,%d,%s\n", i, personal(i))
	}
	_, err = c.ImportUsers(t.Context(), crashTeam, rows, client.Import{Assign: api.WhatFlex})
	check(err)
}

// personal is a person's mail address.
func personal(i int) string { return fmt.Sprintf("p%d@acme.example", i) }

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// launch starts the server. Its clock stands still, so that an answer that is decided anew is the same to the
// byte.
func (w *world) launch() {
	w.t.Helper()
	var err error
	w.server, err = launch(w.dir, append(os.Environ(), "DAYPASS_OPERATOR_KEY="+crashKey),
		"--data", "data", "--clock", "virtual", "--now", "2026-01-05T08:00:00Z")
	w.check(err)
}

func (w *world) client(attempts int) *client.Client {
	c, err := client.New(client.Options{Server: w.server.address, Key: crashKey, Attempts: attempts})
	w.check(err)
	return c
}

// round is a time of use, a kill, perhaps another during the start after it, and a look at what is left.
func (w *world) round() {
	c := w.client(1)
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	ended := make(chan error, len(w.customers))
	for _, u := range w.customers {
		go func() { ended <- u.work(ctx, c) }()
	}
	time.Sleep(20*time.Millisecond + time.Duration(w.rng.IntN(400))*time.Millisecond)
	w.check(w.server.end(syscall.SIGKILL))
	for range w.customers {
		w.check(<-ended)
	}
	if w.rng.IntN(2) == 0 {
		w.killStarting()
	}
	w.launch()
	w.verify()
	w.ask()
}

// killStarting kills a server that is just starting.
func (w *world) killStarting() {
	cmd := exec.Command("daypass", "serve", "--listen", "127.0.0.1:0", "--data", "data", "--clock", "virtual")
	cmd.Dir, cmd.Env = w.dir, append(os.Environ(), "DAYPASS_OPERATOR_KEY="+crashKey)
	w.check(cmd.Start())
	time.Sleep(time.Duration(w.rng.IntN(60)) * time.Millisecond)
	cmd.Process.Kill()
	cmd.Wait()
}

// ask repeats all that was acknowledged, and then what was under way.
func (w *world) ask() {
	c := w.client(client.DefaultAttempts)
	opened, closed := 0, 0
	for _, u := range w.customers {
		for _, s := range u.sessions {
			opened, closed = opened+1, closed+btoi(s.closed)
			w.check(s.repeat(w.t.Context(), c))
		}
	}
	for _, u := range w.customers {
		w.check(u.finish(w.t.Context(), c))
	}
	w.t.Logf("%d openings and %d closings are still there", opened, closed)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// settle holds that the tokens used are those of the acknowledged charges without those given back: none is
// missing, and none was taken twice.
func (w *world) settle() {
	charges, want := map[string]api.Tokens{}, api.Tokens(0)
	for _, u := range w.customers {
		for _, s := range u.sessions {
			if s.answer.Charge != nil {
				charges[s.answer.Charge.ID] = s.answer.Charge.Tokens
			}
			want -= s.reversed
		}
	}
	for _, tokens := range charges {
		want += tokens
	}
	b, err := w.client(client.DefaultAttempts).Balance(w.t.Context(), crashTeam)
	w.check(err)
	if b.Used != want || b.Available != crashPack-want {
		w.t.Errorf("got %s used and %s available, want %s and %s", b.Used, b.Available, want, crashPack-want)
	}
	w.check(w.server.end(syscall.SIGTERM))
	w.verify()
}

func (w *world) verify() {
	w.t.Helper()
	verifyData(w.t, w.dir)
}

// verifyData has the program recompute the folder data in a folder.
func verifyData(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command("daypass", "verify", "--data", "data")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), process.Promptly)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Everything adds up.") {
		t.Fatalf("verify: %v\n%s", err, out)
	}
}
