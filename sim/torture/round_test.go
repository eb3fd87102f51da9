package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/daypass/daypass/api"
)

// round is a time of use with faults, with teams of its own, and all that is checked afterwards.
type round struct {
	fleet   *fleet
	rng     *rand.Rand
	teams   []*team
	faults  bool
	pricing *pricing

	customers []*customer
}

// run returns the histories of the round, one for each team.
func (r *round) run(ctx context.Context, lasts time.Duration) ([]*history, error) {
	if err := r.found(ctx); err != nil {
		return nil, err
	}
	working, stop := context.WithTimeout(ctx, lasts)
	defer stop()
	errs := make(chan error, 100)
	var work sync.WaitGroup
	for _, c := range r.customers {
		work.Go(func() { errs <- c.work(working) })
	}
	keys := &keyring{fleet: r.fleet, team: r.teams[0].id, rng: fork(r.rng)}
	work.Go(func() { errs <- keys.work(working) })
	work.Go(func() { errs <- r.pricing.work(working) })
	var faults []fault
	if r.faults {
		faults = plan(fork(r.rng), lasts, len(r.fleet.servers), r.fleet.cluster != nil)
	}
	broken := (&nemesis{fleet: r.fleet}).carry(working, faults)
	if broken == nil {
		broken = r.recover(ctx)
	}
	work.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return nil, err
		}
	}
	if broken != nil {
		return nil, broken
	}
	return r.settle(ctx)
}

func fork(rng *rand.Rand) *rand.Rand { return rand.New(rand.NewPCG(rng.Uint64(), rng.Uint64())) }

func (r *round) found(ctx context.Context) error {
	r.fleet.newRound()
	if err := r.pricing.begin(ctx); err != nil {
		return err
	}
	number := 0
	for _, t := range r.teams {
		if err := t.found(ctx, r.fleet.servers[0].client(""), time.Now()); err != nil {
			return fmt.Errorf("making %s: %w", t.id, err)
		}
		for range t.customers {
			r.customers = append(r.customers, &customer{number: number, team: t, fleet: r.fleet, notes: r.fleet.notes, rng: fork(r.rng),
				at: number % len(r.fleet.servers)})
			number++
		}
	}
	return nil
}

// recovery is how long a fleet may take until all is well after the last fault.
const recovery = 30 * time.Second

// recover waits until all servers are ready after the last fault.
func (r *round) recover(ctx context.Context) error {
	began := time.Now()
	healed, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	if err := r.fleet.ready(healed); err != nil {
		return err
	}
	r.fleet.counts.most(countReady, time.Since(began).Milliseconds())
	return nil
}

// settle resolves every unknown outcome, now that nothing is in the way, and reads what there is, from every server.
func (r *round) settle(ctx context.Context) ([]*history, error) {
	healed, cancel := context.WithTimeout(ctx, recovery)
	defer cancel()
	errs := make(chan error, len(r.customers))
	for _, c := range r.customers {
		r.fleet.counts.add(countPending, len(c.pending))
		go func() { errs <- c.settle(healed) }()
	}
	for range r.customers {
		if err := <-errs; err != nil {
			return nil, err
		}
	}
	var all []*history
	for _, t := range r.teams {
		h, err := r.history(ctx, t)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// history reads a team's ledger and balance from every server.
func (r *round) history(ctx context.Context, t *team) (*history, error) {
	h := &history{Team: t.id, Simple: t.simple, Shared: r.fleet.cluster != nil, Setup: t.setup, Rates: r.pricing.set}
	for i, s := range r.fleet.servers {
		last := &customer{number: -1 - i, team: t, fleet: r.fleet, notes: r.fleet.notes, at: i}
		o, err := last.carry(ask{Verb: balances})
		if err == nil && !o.Known {
			err = fmt.Errorf("no answer")
		}
		if err != nil {
			return nil, fmt.Errorf("the last balance of %s on %s: %w", t.id, s.name, err)
		}
		ledger, err := readLedger(ctx, s.client(""), t.id)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		if h.Ledger != nil && !reflect.DeepEqual(h.Ledger, ledger) {
			return nil, fmt.Errorf("%s and %s give two ledgers of %s", r.fleet.servers[0].name, s.name, t.id)
		}
		h.Ledger = ledger
	}
	h.Ops, h.Deaths = r.fleet.notes.of(t.id), r.fleet.deaths
	for _, o := range r.fleet.notes.of(t.partner) {
		if o.Ask.To == t.id {
			h.Moved = append(h.Moved, o)
		}
	}
	return h, nil
}

// check looks at the histories of a round in every way there is.
func check(all []*history, keys api.Keys, n *counts) (findings []finding) {
	of := map[string]*matched{}
	for _, h := range all {
		m := match(h)
		of[h.Team] = m
		m.order()
		m.replay()
		m.fold()
		m.rates()
		m.leases(keys)
		m.linear(n)
		n.add(countHistories, 1)
		n.add(countOperations, len(h.Ops))
		n.add(countEntries, len(h.Ledger))
		n.add(countForgotten, m.forgotten)
		n.most(countLongest, int64(len(h.Ops)))
		for _, o := range h.Ops {
			n.add(countRequests, o.Sent)
			if o.Sent > 1 && o.Known {
				n.add(countUnknown, 1)
			}
		}
	}
	findings = halves(all)
	for _, m := range of {
		findings = append(findings, m.findings...)
	}
	return findings
}

// halves holds that what has left a team has reached the other, all of it and once.
func halves(all []*history) (findings []finding) {
	under := map[string]api.Tokens{}
	for _, h := range all {
		for _, e := range h.Ledger {
			switch {
			case e.Kind == "tokens_withdrawn":
				under[h.Team+" "+e.ID+" "+e.To] += sum(e.Draws)
			case e.Kind == "pack_added" && e.From != "":
				under[e.From+" "+e.Pack[:strings.LastIndex(e.Pack, "-")]+" "+h.Team] -= e.Size
			}
		}
	}
	for movement, tokens := range under {
		if tokens != 0 {
			findings = append(findings, finding{"halves", fmt.Sprintf("of the movement %s, %s are on one side only", movement, tokens)})
		}
	}
	return findings
}
