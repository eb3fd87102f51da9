package bench

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	p, err := load(t.Context(), 3, 20*time.Millisecond, func(context.Context, int) (int, error) {
		time.Sleep(time.Millisecond)
		return 2, nil
	})
	must(t, err)
	if p.done != 2*len(p.times) || p.took < 20*time.Millisecond || !slices.IsSorted(p.times) || p.quantile(0.5) < 1000 {
		t.Errorf("got %d done in %v by %d answers, the middle after %v µs", p.done, p.took, len(p.times), p.quantile(0.5))
	}
	wrong := errors.New("wrong")
	begin := time.Now()
	_, err = load(t.Context(), 3, time.Hour, func(_ context.Context, caller int) (int, error) {
		if caller == 1 {
			return 0, wrong
		}
		return 1, nil
	})
	if !errors.Is(err, wrong) || time.Since(begin) > time.Minute {
		t.Errorf("got %v, want the caller's error at once", err)
	}
}

// All figures are medians, and what compares is the median of what each round gave.
func TestFigures(t *testing.T) {
	turn := func(perSecond int, ms ...int) (p pace) {
		p = pace{done: perSecond, took: time.Second}
		for _, n := range ms {
			p.times = append(p.times, time.Duration(n)*time.Millisecond)
		}
		return p
	}
	desk := []pace{turn(100, 1, 2, 3), turn(300, 1, 1, 8), turn(10, 5, 5, 5)} // 10, 100 and 5 times as many
	other := []pace{turn(10, 2, 4, 6), turn(3, 1, 2, 4), turn(2, 10, 10, 10)}
	l := lineOf(Shape{"hot", 1, 1}, 3, []player{{"desk", nil}, {naive, nil}}, [][]pace{desk, other})
	for _, f := range []struct {
		name      string
		got, want float64
	}{
		{"charges a second", l.Desk.PerSecond, 100}, {"p50", l.Desk.P50, 2000}, {"p99", l.Desk.P99, 2000},
		{"rate", l.Yardsticks[0].Rate, 10}, {"p50 over p50", l.Yardsticks[0].Half, 0.5}, {"p99 over p50", l.Yardsticks[0].Tail, 0.5},
	} {
		if math.Abs(f.got-f.want) > 1e-9 {
			t.Errorf("%s: got %v, want %v", f.name, f.got, f.want)
		}
	}
}

// A world charges each user once for each product and goes through all teams, also when two servers share it.
func TestWorld(t *testing.T) {
	whole := newWorld(Shape{"", 7, 3}, 0)
	whole.Products = 4
	seen := map[string]bool{}
	for part := range 2 {
		w, teams := whole.part(part, 2, false), map[string]int{}
		for range 7 * 3 * 4 / 2 {
			team, o, err := w.opening()
			must(t, err)
			teams[team]++
			if key := team + " " + o.User + " " + o.Product; seen[key] || seen[team+" "+o.Session] {
				t.Fatalf("%s comes twice", key)
			} else {
				seen[key], seen[team+" "+o.Session] = true, true
			}
		}
		if len(teams) != 7 {
			t.Errorf("part %d charges %d teams, want 7", part, len(teams))
		}
		if _, _, err := w.opening(); !errors.Is(err, errUsedUp) {
			t.Errorf("part %d: got %v, want that all are used up", part, err)
		}
	}
}

// Servers with teams of their own never meet in one.
func TestWorldByTeam(t *testing.T) {
	whole, of := newWorld(Shape{"", 7, 3}, 0), map[string]int{}
	whole.Products = 2
	for part := range 2 {
		w := whole.part(part, 2, true)
		for range 3 * 3 * 2 { // of three teams each; the seventh is nobody's
			team, _, err := w.opening()
			must(t, err)
			if other, taken := of[team]; taken && other != part {
				t.Fatalf("both servers charge %s", team)
			}
			of[team] = part
		}
		if _, _, err := w.opening(); !errors.Is(err, errUsedUp) {
			t.Errorf("part %d: got %v, want that all are used up", part, err)
		}
	}
	if len(of) != 6 {
		t.Errorf("%d teams are charged, want 6", len(of))
	}
}

func TestPgbenchSays(t *testing.T) {
	for _, line := range []string{"tps = 1234.567890 (without initial connection time)", "tps = 1234.567890 (excluding connections establishing)"} {
		got, err := tpsOf("transaction type: x\ntps = 9.1 (including connections establishing)\n" + line + "\n")
		must(t, err)
		if got != 1234.56789 {
			t.Errorf("got %v of %q", got, line)
		}
	}
	if _, err := tpsOf("could not connect"); err == nil {
		t.Error("no tps were said, and it is no error")
	}
}

// Programs of PostgreSQL's are told the address where nobody else sees the password, and see the scratch schema only.
func TestAddress(t *testing.T) {
	address := inSchema("postgres://me:gehe%40im@db.example:5433/x?sslmode=disable&search_path=mine&options=-cwork_mem%3D8MB", "scratch", "-cfsync=on")
	if strings.Contains(address, "mine") || strings.Contains(address, "+") || !strings.Contains(address, "options=-cwork_mem%3D8MB%20-cfsync%3Don%20-csearch_path%3Dscratch") {
		t.Errorf("got %s", address)
	}
	env := pgEnv(address)
	for _, want := range []string{"PGHOST=db.example", "PGPORT=5433", "PGUSER=me", "PGPASSWORD=gehe@im", "PGDATABASE=x", "PGSSLMODE=disable",
		"PGOPTIONS=-cwork_mem=8MB -cfsync=on -csearch_path=scratch"} {
		if !slices.Contains(env, want) {
			t.Errorf("there is no %s", want)
		}
	}
}
