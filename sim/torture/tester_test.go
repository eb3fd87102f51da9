package torture

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
)

// TestTester puts mistakes into histories that were recorded from a true server without any fault, and holds that each
// is found, by the check that is there for it.
func TestTester(t *testing.T) {
	clean := recorded(t)
	if findings := check(clean.clone(t).Histories, clean.Keys, new(counts)); len(findings) > 0 {
		t.Fatalf("in a history without a mistake: %s", listed(findings))
	}
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			k := clean.clone(t)
			m.make(t, k.of("hot-0"), k.of("small-0"))
			var found []string
			for _, f := range check(k.Histories, k.Keys, new(counts)) {
				found = append(found, f.Check)
			}
			for _, want := range m.found {
				if !slices.Contains(found, want) {
					t.Errorf("the check %q does not find it; found by %q", want, slices.Compact(slices.Sorted(slices.Values(found))))
				}
			}
		})
	}
}

// recorded is two seconds of use.
func recorded(t *testing.T) kept {
	n, notes := new(counts), &recorder{began: time.Now()}
	f := embedded(t, notes, n)
	if err := f.start(); err != nil {
		t.Fatal(err)
	}
	keys, err := f.servers[0].client("").LeaseKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	all, err := (&round{fleet: f, rng: rng, teams: teams(0, 2*time.Second), pricing: &pricing{fleet: f, rng: fork(rng)}}).run(t.Context(), 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return kept{all[:3], keys} // hot, warm and small
}

func (k kept) of(team string) *history {
	return k.Histories[slices.IndexFunc(k.Histories, func(h *history) bool { return h.Team == team })]
}

// mistakes are what a server could do wrong, and which checks have to find it.
var mistakes = []struct {
	name  string
	make  func(t *testing.T, hot, small *history)
	found []string
}{
	{"a pass is charged twice", func(t *testing.T, hot, _ *history) {
		o := hot.op(t, func(o *op) bool {
			return o.Ask.Verb == opens && o.Answer.Code == api.CodePassLive && plain[o.Ask.Product] > 0
		})
		e := *hot.entry(t, func(e *entry) bool { return e.Kind == "pass_opened" && e.Position != 0 && passID(e) == o.Answer.Pass })
		hot.insert(e, o.Ask.ID, o.Answer.Position)
		o.Answer.Position++
		o.Answer.Pass, o.Answer.Charge = passID(&entry{Position: o.Answer.Position}), &api.Charge{Tokens: e.Rate, Draws: e.Draws}
		o.Answer.Charge.ID = "charge" + o.Answer.Pass[4:]
	}, []string{"overlap", "replay", "linear"}},
	{"two servers charge for one pass, and only the ledger of one is kept", func(t *testing.T, _, small *history) {
		o := small.op(t, func(o *op) bool { return o.Ask.Verb == opens && o.Answer.Code == api.CodePassLive && !o.Ask.Again })
		o.Answer.Code, o.Answer.Charge = api.CodeTokensCharged, &api.Charge{ID: "charge-9999", Tokens: plain[o.Ask.Product]}
	}, []string{"lost", "linear"}},
	{"an acknowledged charge is lost", func(t *testing.T, hot, _ *history) {
		hot.remove(hot.entry(t, func(e *entry) bool { return e.Position > hot.Setup && e.Kind == "pass_opened" && e.Rate > 0 }))
	}, []string{"lost"}},
	{"an acknowledged closing is lost", func(t *testing.T, hot, _ *history) {
		hot.remove(hot.entry(t, func(e *entry) bool { return e.Kind == "session_closed" }))
	}, []string{"lost"}},
	{"a session that joined is lost", func(t *testing.T, hot, _ *history) {
		e := hot.entry(t, func(e *entry) bool { return e.Kind == "sessions_joined" })
		e.Joins = e.Joins[1:]
	}, []string{"lost"}},
	{"a server answers from an old state", func(t *testing.T, hot, _ *history) { hot.stale(t) }, []string{"order"}},
	{"a server answers from an old state, with any position", func(t *testing.T, _, small *history) {
		small.stale(t).Answer.Position = int64(len(small.Ledger))
	}, []string{"replay", "linear"}},
	{"a balance is a thousandth off", func(t *testing.T, hot, _ *history) {
		hot.op(t, func(o *op) bool { return o.Answer.Account != nil }).Answer.Account.Available++
	}, []string{"replay"}},
	{"an answer's balance is a thousandth off", func(t *testing.T, _, small *history) {
		*small.op(t, func(o *op) bool { return o.Ask.Again && o.Answer.Balance != nil }).Answer.Balance--
	}, []string{"sum", "linear"}},
	{"the last balance is not what the ledger adds up to", func(t *testing.T, _, small *history) {
		small.Ops[len(small.Ops)-1].Answer.Account.Used++
	}, []string{"sum", "replay"}},
	{"a request is done twice", func(t *testing.T, hot, _ *history) {
		e := *hot.entry(t, func(e *entry) bool { return e.Kind == "pack_added" && e.Position > hot.Setup && e.From == "" })
		hot.insert(e, "", e.Position+3)
	}, []string{"once"}},
	{"somebody's request is done for nobody", func(t *testing.T, hot, _ *history) {
		e := *hot.entry(t, func(e *entry) bool { return e.Kind == "job_started" })
		e.Job = "job-of-nobody"
		hot.insert(e, "", e.Position+1)
	}, []string{"nobody"}},
	{"there were tokens enough", func(t *testing.T, _, small *history) {
		o := small.op(t, func(o *op) bool {
			return o.Ask.Verb == opens && o.Answer.Charge != nil && o.Answer.Charge.Tokens <= *o.Answer.Balance
		})
		o.Answer.Outcome, o.Answer.Code, o.Answer.Charge = api.OutcomeRefused, api.CodeTokensInsufficient, nil
		o.Answer.Needed, o.Answer.Has = new(api.Tokens), new(api.Tokens)
		small.remove(small.entry(t, func(e *entry) bool { return e.Session == o.Ask.ID }))
	}, []string{"replay", "linear"}},
	{"a pack goes below zero", func(t *testing.T, hot, _ *history) {
		hot.entry(t, func(e *entry) bool { return e.Kind == "pass_opened" && len(e.Draws) > 0 }).Draws[0].Tokens += 1000 * api.Whole
	}, []string{"sum", "replay"}},
	{"a charge draws from the wrong pack", func(t *testing.T, hot, _ *history) {
		e := hot.entry(t, func(e *entry) bool { return e.Kind == "pass_opened" && len(e.Draws) == 2 })
		e.Draws[0], e.Draws[1] = e.Draws[1], e.Draws[0]
	}, []string{"replay"}},
	{"half of a movement is lost", func(t *testing.T, hot, _ *history) {
		hot.remove(hot.entry(t, func(e *entry) bool { return e.Kind == "pack_added" && e.From != "" }))
	}, []string{"halves", "lost"}},
	{"an old rate is charged", func(t *testing.T, hot, _ *history) {
		hot.op(t, func(o *op) bool {
			return o.Ask.Product == varying && o.Answer.Charge != nil && !o.Ask.Again && o.Call > hot.Rates[2].Return
		}).
			Answer.Charge.Tokens = hot.Rates[0].Rate
	}, []string{"rates"}},
	{"a lease is for another session", func(t *testing.T, hot, _ *history) {
		a := hot.op(t, func(o *op) bool { return o.Answer.Signed != "" })
		b := hot.op(t, func(o *op) bool { return o.Answer.Signed != "" && o.Ask.ID != a.Ask.ID })
		a.Answer.Signed = b.Answer.Signed
	}, []string{"lease"}},
	{"time goes back", func(t *testing.T, hot, _ *history) {
		hot.Ledger[len(hot.Ledger)/2].At -= 60_000
	}, []string{"time"}},
	{"a charge that was given back is kept", func(t *testing.T, hot, _ *history) {
		hot.entry(t, func(e *entry) bool { return e.Reversed != nil }).Reversed = nil
	}, []string{"replay"}},
}

func passID(e *entry) string { return fmt.Sprint("pass-", e.Position) }

// op is the earliest operation that is such; the earlier, the sooner a search knows that there is no order. Entry is
// the earliest after the setup.
func (h *history) op(t *testing.T, is func(*op) bool) *op {
	t.Helper()
	for _, o := range h.Ops {
		if o.Known && is(o) {
			return o
		}
	}
	t.Fatal("the recorded history has no such operation")
	return nil
}

func (h *history) entry(t *testing.T, is func(*entry) bool) *entry {
	t.Helper()
	for i := range h.Ledger {
		if e := &h.Ledger[i]; e.Position > h.Setup && is(e) {
			return e
		}
	}
	t.Fatal("the recorded ledger has no such entry")
	return nil
}

// stale has somebody read the balance of the beginning, when others have long seen another.
func (h *history) stale(t *testing.T) *op {
	t.Helper()
	first := h.op(t, func(o *op) bool { return o.Answer.Account != nil })
	old := *first.Answer.Account
	between := h.op(t, func(o *op) bool {
		return o.Call > first.Return && o.Answer.Account != nil && o.Answer.Account.Available != old.Available
	})
	late := h.op(t, func(o *op) bool {
		return o.Call > between.Return && o.Answer.Account != nil && o.Answer.Account.Available != old.Available
	})
	late.Answer = first.Answer
	return late
}

// insert puts an entry behind a position, as if it were the server's own, and moves on everything after it.
func (h *history) insert(e entry, session string, after int64) {
	if session != "" {
		e.Session = session
	}
	e.At = h.Ledger[after-1].At
	h.Ledger = slices.Insert(h.Ledger, int(after), e)
	h.renumber(after, 1)
}

func (h *history) remove(e *entry) {
	at := e.Position
	h.Ledger = slices.Delete(h.Ledger, int(at)-1, int(at))
	h.renumber(at-1, -1)
}

// renumber gives all that comes after a position its new one.
func (h *history) renumber(after, by int64) {
	for i := range h.Ledger {
		h.Ledger[i].Position = int64(i) + 1
	}
	for _, o := range h.Ops {
		if o.Answer.Position > after {
			o.Answer.Position += by
		}
	}
}
