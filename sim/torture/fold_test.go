package torture

import (
	"fmt"

	"github.com/daypass/daypass/api"
)

const day = api.Instant(24 * 60 * 60 * 1000)

// fold adds a ledger up, knowing next to nothing of its rules: draws make charges, no pack goes below zero, passes of
// one user and product do not overlap, and what was acknowledged is there.
type fold struct {
	m               *matched
	size            map[string]api.Tokens
	left            map[string]api.Tokens // by pack
	total           []api.Tokens          // in all packs, after each entry
	available, used api.Tokens
	held            api.Tokens
	holding         map[string][]api.Draw // by job
	live            map[string]*entry     // the latest pass, by user and product
	of              map[string]string     // session → user and product
	charges         map[string]api.Tokens // by id
	free            map[string]api.Instant
}

func (m *matched) fold() {
	f := &fold{m: m, size: map[string]api.Tokens{}, left: map[string]api.Tokens{}, holding: map[string][]api.Draw{},
		live: map[string]*entry{}, of: map[string]string{}, charges: map[string]api.Tokens{}, free: map[string]api.Instant{}}
	for i := range m.Ledger {
		f.add(&m.Ledger[i])
		f.total = append(f.total, f.available)
	}
	for _, p := range m.placed {
		if c := p.Answer.Charge; c != nil && f.charges[c.ID] != c.Tokens {
			m.find("lost", "the charge %s of %s was acknowledged, and the ledger has %s: %v", c.ID, c.Tokens, f.charges[c.ID], p.op)
		}
		if b, at := p.Answer.Balance, p.Answer.Position; b != nil && at <= int64(len(f.total)) && *b != f.total[at-1] {
			m.find("sum", "%s were available at %d: %v", f.total[at-1], at, p.op)
		}
		if b := p.Answer.Account; b != nil && p.Answer.Position == int64(len(m.Ledger)) {
			f.agree(b)
		}
	}
}

// agree holds that the last balance is what the ledger adds up to.
func (f *fold) agree(b *api.Balance) {
	var bought api.Tokens
	for _, size := range f.size {
		bought += size
	}
	if b.Available != f.available || b.Used != f.used || b.Held != f.held || b.Bought != bought {
		f.m.find("sum", "the balance says %s available, %s used, %s held of %s, the ledger adds up to %s, %s, %s of %s",
			b.Available, b.Used, b.Held, b.Bought, f.available, f.used, f.held, bought)
	}
}

func (f *fold) add(e *entry) {
	switch e.Kind {
	case "pack_added":
		f.size[e.Pack], f.left[e.Pack] = e.Size, f.left[e.Pack]+e.Size
		f.available += e.Size
	case "pass_opened":
		f.pass(e)
	case "sessions_joined":
		for _, j := range e.Joins {
			f.of[j.Session] = j.User + " " + j.Product
		}
	case "session_closed":
		if e.Reversed != nil {
			f.take(e, e.Reversed.Draws, -1)
			f.used -= e.Reversed.Tokens
			f.free[f.of[e.Session]] = e.At
		}
	case "job_started":
		f.take(e, e.Draws, 1)
		f.held += sum(e.Draws)
		f.holding[e.Job] = e.Draws
	case "job_ended":
		if sum(e.Charged)+sum(e.Returned) != sum(f.holding[e.Job]) {
			f.m.find("sum", "entry %d charges %v and returns %v of %v", e.Position, e.Charged, e.Returned, f.holding[e.Job])
		}
		f.take(e, e.Returned, -1)
		f.held, f.used = f.held-sum(f.holding[e.Job]), f.used+sum(e.Charged)
		delete(f.holding, e.Job)
	case "tokens_withdrawn":
		f.take(e, e.Draws, 1)
	}
}

func (f *fold) pass(e *entry) {
	use := e.User + " " + e.Product
	if old := f.live[use]; old != nil && old.Source == api.SourceTokens && e.At < min(old.Until, f.end(use, old)) {
		f.m.find("overlap", "the pass of %s at %d overlaps that of %d, which was paid for", use, e.Position, old.Position)
	}
	f.live[use], f.of[e.Session] = e, use
	if e.Source != api.SourceTokens {
		return
	}
	if sum(e.Draws) != e.Rate {
		f.m.find("sum", "entry %d draws %s for a charge of %s", e.Position, sum(e.Draws), e.Rate)
	}
	f.take(e, e.Draws, 1)
	f.used += e.Rate
	f.charges[fmt.Sprint("charge-", e.Position)] = e.Rate
}

// end is when a pass was given back, else its own end.
func (f *fold) end(use string, pass *entry) api.Instant {
	if at, ok := f.free[use]; ok && at >= pass.At {
		return at
	}
	return pass.At + day
}

// take moves draws out of packs, or with -1 back into them.
func (f *fold) take(e *entry, draws []api.Draw, sign api.Tokens) {
	for _, d := range draws {
		f.left[d.Pack] -= sign * d.Tokens
		f.available -= sign * d.Tokens
		if f.left[d.Pack] < 0 || f.left[d.Pack] > f.size[d.Pack] || d.Tokens <= 0 {
			f.m.find("sum", "entry %d leaves %s of %s in pack %s", e.Position, f.left[d.Pack], f.size[d.Pack], d.Pack)
		}
	}
}
