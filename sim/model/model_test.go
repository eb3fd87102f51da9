package model

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

const (
	minute int64 = 60 * 1000
	hour         = 60 * minute
	tok    int64 = 1000
)

var mon = time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC).UnixMilli() // a Monday

// world is a team with ben on Flex, and a catalogue with one of everything.
func world(packs ...int64) *World {
	w := New()
	w.SetCatalog(Catalog{
		Products: []Product{
			{Code: "autocad", Kind: "daily", Flex: true, Rates: []Rate{{0, 7 * tok}}},
			{Code: "revit", Kind: "daily", Flex: true, Rates: []Rate{{0, 10 * tok}}, Versions: []string{"9", "8", "7", "6", "5", "4", "3"}},
			{Code: "seatonly", Kind: "daily", Rates: []Rate{{0, tok}}},
			{Code: "old", Kind: "daily", Flex: true, Retired: true, Rates: []Rate{{0, tok}}},
			{Code: "later", Kind: "daily", Flex: true, Rates: []Rate{{mon + day, tok}, {mon + 2*day, 2 * tok}}},
			{Code: "viewer", Kind: "free"},
			{Code: "render", Kind: "metered", Flex: true, Rates: []Rate{{0, 100}}},
			{Code: "scan", Kind: "metered", Flex: true, CoveredBySeat: true, Hold: hour, Rates: []Rate{{0, 3}}},
		},
		Collections: []Collection{{"aec", []string{"autocad", "revit", "scan"}}},
	})
	for _, id := range []string{"ben", "ann", "cat"} {
		w.AddUser(id)
		w.SetFlexUser(id, true)
	}
	for i, size := range packs {
		w.BuyPack(mon, fmt.Sprint("p", i), size)
	}
	return w
}

var serial int

// open opens with a fresh session id, for the tests that do not need to know it.
func open(w *World, now int64, user, product string) Answer {
	serial++
	return w.Open(now, fmt.Sprint("s", serial), user, product, "9", "", false)
}

func eq(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

// says compares an answer with "code", or "code source".
func says(t *testing.T, a Answer, want string) {
	t.Helper()
	eq(t, "answer", strings.TrimSpace(a.Code+" "+a.Source), want)
	eq(t, "outcome", a.Outcome == "granted", a.Source != "")
}

func TestBudget(t *testing.T) {
	files, _ := filepath.Glob("*.go")
	lines, all := 0, 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		for line := range strings.Lines(string(text)) {
			all++
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				lines++
			}
		}
	}
	t.Logf("%d lines of code, %d with comments and blank lines, budget 580 of code", lines, all)
	if lines > 580 {
		t.Errorf("%d lines of code: the model must stay small enough to be read in one go", lines)
	}
}

// R5.3: AutoCAD, Monday 08:00-17:00 and Tuesday 07:00-17:00: the second charge falls at 08:00.
func TestR5_3(t *testing.T) {
	w := world()
	w.BuyPack(mon-7*day, "small", 500*tok)
	a := w.Open(mon+8*hour, "a", "ben", "autocad", "", "pc", false)
	eq(t, "Monday", a, Answer{Outcome: "granted", Code: "tokens_charged", Source: "tokens", From: mon + 8*hour, Until: mon + 32*hour,
		Tokens: 7 * tok, Draws: []Draw{{"small", 7 * tok}}, LeaseUntil: mon + 32*hour})
	reversed, _ := w.Close(mon+17*hour, "a")
	eq(t, "reversed", reversed, int64(0))
	a = w.Open(mon+31*hour, "b", "ben", "autocad", "", "pc", false)
	eq(t, "Tuesday 07:00", a, Answer{Outcome: "granted", Code: "pass_live", Source: "tokens", From: mon + 8*hour, Until: mon + 32*hour, LeaseUntil: mon + 32*hour})
	a, _ = w.Renew(mon+32*hour-1, "b", true)
	says(t, a, "pass_live tokens")
	a, _ = w.Renew(mon+32*hour, "b", false)
	says(t, a, "idle")
	a, _ = w.Renew(mon+32*hour, "b", true)
	eq(t, "Tuesday 08:00", a, Answer{Outcome: "granted", Code: "tokens_charged", Source: "tokens", From: mon + 32*hour, Until: mon + 56*hour,
		Tokens: 7 * tok, Draws: []Draw{{"small", 7 * tok}}, LeaseUntil: mon + 56*hour})
	w.Close(mon+41*hour, "b")
	eq(t, "balance", w.Balance(mon+41*hour).Available, 486*tok)
}

// A random year: packs add up at every instant, answers obey the balance, passes never overlap.
func TestInvariants(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		pick := func(of ...string) string { return of[r.IntN(len(of))] }
		w, now := world(20*tok, 30*tok), mon
		for step := range 150 {
			now += []int64{0, 1, minute, 5 * minute, hour, day - 1, day, 3 * day}[r.IntN(8)]
			id, user, product := fmt.Sprint("i", r.IntN(step+1)), pick("ben", "ann", "cat"), pick("autocad", "revit", "viewer")
			before := w.Balance(now)
			switch r.IntN(14) {
			case 0:
				w.BuyPack(now, fmt.Sprint("b", step), int64(r.IntN(40))*tok)
			case 1:
				w.Subscribe(fmt.Sprint(step), pick("aec", "autocad"), pick("single_user", "multi_user"), 1, now+int64(r.IntN(3))*day, now+int64(1+r.IntN(9))*day)
			case 2:
				w.Assign(now, user, pick("aec", "autocad"), pick("single_user", "multi_user"))
			case 3:
				w.Unassign(user, pick("aec", "autocad"))
			case 4:
				w.SetTrial(user, product, now+int64(r.IntN(3))*day)
			case 5:
				w.StartJob(now, id, user, pick("render", "scan"), int64(r.IntN(90_000)), r.IntN(2) == 0)
			case 6:
				w.EndJob(now, id, "complete", int64(r.IntN(90_000)))
			case 7:
				w.Close(now, id)
			case 8, 9:
				a, _ := w.Renew(now, id, r.IntN(4) > 0)
				eq(t, "charged", before.Available-w.Balance(now).Available, a.Tokens)
			case 10:
				w.Withdraw(now, "p0", int64(r.IntN(9_000)))
			default:
				dry := w.Open(now, id, user, product, pick("9", "8"), pick("d1", "d2", "d3", "d4"), true)
				eq(t, "no effect", w.Balance(now), before)
				known := w.asker(now, id, false) != nil
				a := w.Open(now, id, user, product, pick("9", "8"), pick("d1", "d2", "d3", "d4"), false)
				if dry.Code != "devices_exceeded" && a.Code != "devices_exceeded" {
					eq(t, "dry run", dry, a)
				}
				if !known {
					eq(t, "charged", before.Available-w.Balance(now).Available, a.Tokens)
				}
				if a.Outcome == "granted" && !known && (a.LeaseUntil <= now || a.From > now || a.Until <= now) {
					t.Fatalf("seed %d step %d: at %d %+v", seed, step, now, a)
				}
			}
			check(t, w, now)
			if t.Failed() {
				t.Fatalf("seed %d step %d", seed, step)
			}
		}
	}
}

func check(t *testing.T, w *World, now int64) {
	t.Helper()
	b := w.Balance(now)
	eq(t, "bought", b.Available+b.Held+b.Used+b.Expired+b.Withdrawn, b.Bought)
	for _, p := range b.Packs {
		if p.Left+p.Held+p.Drawn+p.Expired+p.Withdrawn != p.Size || min(p.Left, p.Held, p.Drawn, p.Expired, p.Withdrawn) < 0 {
			t.Errorf("pack %+v", p)
		}
	}
	for i, p := range w.uses {
		for _, q := range w.uses[:i] {
			if !p.job && !q.job && p.of == q.of && p.from < q.until && q.from < p.until {
				t.Errorf("passes overlap: %+v %+v", q, p)
			}
		}
	}
}
