package license

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Pack is tokens bought at one time, with one expiry (R3.1). At every instant
// Size = Left + Held + Drawn + Expired + Withdrawn, each at least 0 (R3.7).
type Pack struct {
	ID        string  `json:"id"`
	Size      Tokens  `json:"size"`
	BoughtAt  Instant `json:"bought_at"`
	ExpiresAt Instant `json:"expires_at"`
	Price     *Money  `json:"price,omitempty"`  // what was paid, where the price list knew it
	Reason    string  `json:"reason,omitempty"` // why it was granted or moved in; empty for a purchase
	From      string  `json:"from,omitempty"`   // the team that it was moved from
	Left      Tokens  `json:"left"`
	Held      Tokens  `json:"held,omitempty"`
	Drawn     Tokens  `json:"drawn,omitempty"`
	Expired   Tokens  `json:"expired,omitempty"`
	Withdrawn Tokens  `json:"withdrawn,omitempty"`
	// Recorded says that the journal has the expiry (R3.5).
	Recorded bool `json:"recorded,omitempty"`

	counted Totals // its part of the team's ledger of packs
	touched bool   // since then
}

// totals are the pack's figures as a part of the team's.
func (p *Pack) totals() Totals {
	return Totals{Bought: p.Size, Drawn: p.Drawn, Held: p.Held, Expired: p.Expired, Withdrawn: p.Withdrawn}
}

// Draw is the part of a charge that one pack pays.
type Draw struct {
	Pack   string `json:"pack"`
	Tokens Tokens `json:"tokens"`
}

// sum adds up draws.
func sum(draws []Draw) (total Tokens) {
	for _, d := range draws {
		total += d.Tokens
	}
	return total
}

// Usable reports whether the pack can be drawn from at t (R3.2).
func (p *Pack) Usable(t Instant) bool { return p.BoughtAt <= t && t < p.ExpiresAt }

// check is R3.7 for this pack.
func (p *Pack) check() error {
	if p.Left < 0 || p.Held < 0 || p.Drawn < 0 || p.Expired < 0 || p.Withdrawn < 0 ||
		p.Left+p.Held+p.Drawn+p.Expired+p.Withdrawn != p.Size {
		return fmt.Errorf("pack %s does not add up (R3.7): size %d, left %d, held %d, drawn %d, expired %d, withdrawn %d",
			p.ID, p.Size, p.Left, p.Held, p.Drawn, p.Expired, p.Withdrawn)
	}
	return nil
}

// drawOrder compares packs in the order in which they are drawn from (R3.3).
func drawOrder(a, b *Pack) int {
	return cmp.Or(
		cmp.Compare(a.ExpiresAt.date(), b.ExpiresAt.date()),
		cmp.Compare(a.Size, b.Size),
		cmp.Compare(a.ExpiresAt, b.ExpiresAt),
		cmp.Compare(a.ID, b.ID))
}

// draw splits need over the packs usable at t, in their order; false when they hold less (R3.4).
func draw(packs []*Pack, t Instant, need Tokens) ([]Draw, bool) {
	if need == 0 {
		return nil, true
	}
	var draws []Draw
	for _, p := range packs {
		if p.Left == 0 || !p.Usable(t) {
			continue
		}
		take := min(p.Left, need)
		draws = append(draws, Draw{p.ID, take})
		if need -= take; need == 0 {
			return draws, true
		}
	}
	return nil, false
}

// account is where tokens of a pack are: each step of a charge or a hold moves them from one to
// another, and every movement goes through shift.
type account func(*Pack, *Totals) (*Tokens, *Tokens)

func left(p *Pack, _ *Totals) (*Tokens, *Tokens)      { return &p.Left, nil }
func held(p *Pack, t *Totals) (*Tokens, *Tokens)      { return &p.Held, &t.Held }
func drawn(p *Pack, t *Totals) (*Tokens, *Tokens)     { return &p.Drawn, &t.Drawn }
func expired(p *Pack, t *Totals) (*Tokens, *Tokens)   { return &p.Expired, &t.Expired }
func withdrawn(p *Pack, t *Totals) (*Tokens, *Tokens) { return &p.Withdrawn, &t.Withdrawn }

// purse is a set of packs with their totals, the true ones or a copy that looks ahead.
type purse struct {
	packs  map[string]*Pack
	totals *Totals
	team   *Team // whose packs they are; nil: they are a copy
}

func (w purse) shift(draws []Draw, from, to account) error {
	for _, d := range draws {
		p := w.packs[d.Pack]
		if p == nil || d.Tokens < 0 {
			return fmt.Errorf("a draw of %d names pack %q", d.Tokens, d.Pack)
		}
		for i, a := range [2]account{from, to} {
			pack, total := a(p, w.totals)
			amount := d.Tokens
			if i == 0 {
				amount = -amount
			}
			*pack += amount
			if total != nil {
				*total += amount
			}
		}
		if err := p.check(); err != nil {
			return err
		}
		if w.team != nil {
			w.team.touch(p)
		}
	}
	return nil
}

// giveBack returns draws to the packs that they came from; what comes back to an expired pack counts
// as expired (R3.6).
func (w purse) giveBack(draws []Draw, from account, at Instant) error {
	if w.team != nil {
		w.team.spentPacks = 0
	}
	for i, d := range draws {
		to := account(left)
		if p := w.packs[d.Pack]; p != nil && at >= p.ExpiresAt {
			to = expired
		}
		if err := w.shift(draws[i:i+1], from, to); err != nil {
			return err
		}
	}
	return nil
}

func (t *Team) purse() purse { return purse{t.Packs, &t.Totals, t} }

// touch notes that a pack has to be counted again.
func (t *Team) touch(p *Pack) {
	if !p.touched {
		p.touched = true
		t.touched = append(t.touched, p)
	}
}

// filled are the packs that can be drawn from, in draw order, without those at the front that have nothing left: over
// the years they become many.
func (t *Team) filled() []*Pack {
	for t.spentPacks < len(t.drawable) && t.drawable[t.spentPacks].Left == 0 {
		t.spentPacks++
	}
	return t.drawable[t.spentPacks:]
}

// outlook is a team's packs as they are at an instant, with what time alone has brought about since the
// last entry: packs that have ended (R3.5) and holds that have run out (R7.4).
type outlook struct {
	due   []Body // the events, oldest first, each dated at its own instant
	purse purse  // the packs after them: a copy when there are any, else the true ones
	packs []*Pack
}

// settler is a due event's effect on packs.
type settler interface {
	Body
	dueAt() Instant
	settle(purse) error
}

// at looks at the packs at now. It changes nothing but the bound that saves looking again.
func (t *Team) at(now Instant) outlook {
	if t.nextDue == 0 || now < t.nextDue {
		return outlook{purse: t.purse(), packs: t.filled()}
	}
	o := outlook{purse: t.copyPurse()}
	for _, e := range t.events(now) {
		body := settler(&PackExpired{Pack: e.id, Due: e.at})
		if e.job {
			body = &JobExpired{Job: e.id, Due: e.at, Returned: t.Jobs[e.id].Draws}
		} else {
			body.(*PackExpired).Tokens = o.purse.packs[e.id].Left
		}
		if err := body.settle(o.purse); err != nil {
			panic(err) // the packs were checked after every entry, and this is their copy
		}
		o.due = append(o.due, body)
	}
	for _, p := range t.drawable {
		o.packs = append(o.packs, o.purse.packs[p.ID])
	}
	return o
}

// event is something that falls due: the end of a pack, or of a job's hold.
type event struct {
	at  Instant
	id  string
	job bool
}

// events lists what has fallen due by now, oldest first, and notes when the next will.
func (t *Team) events(now Instant) []event {
	var events []event
	t.nextDue = 0
	for _, p := range t.drawable {
		events = append(events, event{p.ExpiresAt, p.ID, false})
	}
	for _, j := range t.holding {
		events = append(events, event{j.ExpiresAt, j.ID, true})
	}
	for _, e := range events {
		t.expect(e.at)
	}
	events = slices.DeleteFunc(events, func(e event) bool { return e.at > now })
	// At one instant packs come first: a hold that returns then finds its pack ended, as it must.
	slices.SortFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.at, b.at), compareBool(a.job, b.job), cmp.Compare(a.id, b.id))
	})
	return events
}

func (t *Team) copyPurse() purse {
	w := purse{packs: make(map[string]*Pack, len(t.Packs)), totals: new(Totals)}
	*w.totals = t.Totals
	for id, p := range t.Packs {
		c := *p
		w.packs[id] = &c
	}
	return w
}

// expect notes that something falls due at an instant.
func (t *Team) expect(at Instant) {
	if t.nextDue == 0 || at < t.nextDue {
		t.nextDue = at
	}
}

// available adds up what packs hold for a charge at now (R3.4).
func available(packs []*Pack, now Instant) (total Tokens) {
	for _, p := range packs {
		if p.Usable(now) {
			total += p.Left
		}
	}
	return total
}

// Available is the balance at now (R3.4). As long as nothing has fallen due, that is what was bought and went nowhere.
func (t *Team) Available(now Instant) Tokens {
	if t.nextDue == 0 || now < t.nextDue {
		return t.Totals.Bought - t.Totals.Drawn - t.Totals.Held - t.Totals.Expired - t.Totals.Withdrawn
	}
	return available(t.at(now).packs, now)
}

// Balance is a team's tokens at an instant. Bought = Available + Held + Used + Expired + Withdrawn.
type Balance struct {
	Available, Held, Used, Expired, Withdrawn, Bought Tokens
	// Packs are copies, in draw order, ended ones included.
	Packs []Pack
}

// BalanceAt returns the balance at now: the same before and after expiries are recorded (R3.5).
func (t *Team) BalanceAt(now Instant) Balance {
	w := t.at(now).purse
	b := Balance{Held: w.totals.Held, Used: w.totals.Drawn, Expired: w.totals.Expired,
		Withdrawn: w.totals.Withdrawn, Bought: w.totals.Bought}
	order := slices.SortedFunc(maps.Values(w.packs), drawOrder)
	b.Available = available(order, now)
	for _, p := range order {
		b.Packs = append(b.Packs, *p)
	}
	return b
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
