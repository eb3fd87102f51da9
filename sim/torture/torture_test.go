package torture

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
)

var (
	duration = flag.Duration("duration", 12*time.Second, "how long faults go on; what is longer than half a minute is split into rounds")
	seed     = flag.Uint64("seed", 0, "repeat the plans of a run; 0 takes a new seed")
)

// TestTorture runs three servers on PostgreSQL under faults.
func TestTorture(t *testing.T) {
	torture(t, func(r *recorder, n *counts) *fleet { return shared(t, r, n, 3) }, *duration)
}

// TestTortureEmbedded runs one server on a folder under faults.
func TestTortureEmbedded(t *testing.T) {
	torture(t, func(r *recorder, n *counts) *fleet { return embedded(t, r, n) }, *duration/2)
}

// longest is a round's bound: its histories are checked as a whole.
const longest = 30 * time.Second

func torture(t *testing.T, build func(*recorder, *counts) *fleet, lasts time.Duration) {
	from := cmp.Or(*seed, uint64(time.Now().UnixNano()))
	repeat := fmt.Sprintf("repeat with: go test ./sim/torture -run '^%s$' -v -timeout 0 -seed %d -duration %v", t.Name(), from, *duration)
	t.Log(repeat)
	rng, n, notes := rand.New(rand.NewPCG(from, 0)), new(counts), &recorder{began: time.Now()}
	f := build(notes, n)
	if err := f.start(); err != nil {
		t.Fatal(err)
	}
	keys, err := f.servers[0].client("").LeaseKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	prices := &pricing{fleet: f, rng: fork(rng)}
	for i := 0; lasts > 0 && !t.Failed(); i++ {
		each := min(lasts, longest)
		lasts -= each
		n.add(countRounds, 1)
		n.add(countSeconds, int(each.Seconds()))
		all, err := (&round{fleet: f, rng: fork(rng), teams: teams(i, each), pricing: prices, faults: true}).run(t.Context(), each)
		if err != nil {
			t.Fatalf("%v\n%s", err, repeat)
		}
		if findings := check(all, keys, n); len(findings) > 0 {
			n.add(countViolations, len(findings))
			t.Errorf("%s\nthe histories are in %s\n%s", listed(findings), keep(t, kept{all, keys}), repeat)
		}
		notes.forget()
		t.Logf("round %d: %d operations so far, %v to go", i+1, n[countOperations].Load(), lasts)
	}
	if err := f.verify(); err != nil {
		t.Errorf("%v\n%s", err, repeat)
	}
	t.Logf("totals:\n%s", n.table())
	n.report(t)
}

// listed shows the first findings.
func listed(findings []finding) string {
	text := fmt.Sprintf("%d findings:\n", len(findings))
	for _, f := range findings[:min(len(findings), 8)] {
		text += fmt.Sprintf("%s: %s\n", f.Check, f.What)
	}
	return text
}

// kept is what a file of histories holds.
type kept struct {
	Histories []*history
	Keys      api.Keys
}

// keep writes histories to a file that stays.
func keep(t *testing.T, k kept) string {
	content, err := json.MarshalIndent(k, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(os.TempDir(), fmt.Sprintf("daypass-torture-%d.json", time.Now().UnixNano()))
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// clone is a copy that shares nothing, by way of what a file would hold.
func (k kept) clone(t *testing.T) (copied kept) {
	content, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &copied); err != nil {
		t.Fatal(err)
	}
	return copied
}
