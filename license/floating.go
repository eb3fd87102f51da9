package license

import (
	"cmp"
	"container/heap"
	"slices"
)

// afloat is which floating seats of a pool are in use: kept with each pass that begins or ends, so that no opening
// has to look at the others.
type afloat struct {
	passes map[string][]*Pass // by user
	ends   ends               // of these and of some that are gone, the earliest first
}

// floatingFor reports whether a floating seat is there for user at now: already in use by the user, or
// free (R4.4).
func (p *Pool) floatingFor(user string, now Instant) bool {
	used, seats := p.inUse(now), p.Seats(MultiUser, now)
	if len(p.afloat.passes[user]) > 0 {
		return used <= seats
	}
	return used < seats
}

// inUse counts the users who have a floating seat at now.
func (p *Pool) inUse(now Instant) int {
	a := &p.afloat
	for len(a.ends) > 0 && a.ends[0].at <= now {
		a.release(heap.Pop(&a.ends).(end).pass)
	}
	return len(a.passes)
}

// floats reports whether the pass keeps its floating seat: until it is closed, or its lease ends without having been
// renewed.
func (p *Pass) floats(now Instant) bool { return now < p.Until && len(p.open) > 0 }

// float notes that a floating seat pays for a pass.
func (p *Pool) float(pass *Pass) {
	a := &p.afloat
	if a.passes == nil {
		a.passes = map[string][]*Pass{}
	}
	if slices.Contains(a.passes[pass.User], pass) {
		return
	}
	pass.afloat = a
	p.inUse(pass.From) // so that a long fold does not gather what is over
	a.passes[pass.User] = append(a.passes[pass.User], pass)
	heap.Push(&a.ends, end{pass.Until, pass})
}

// release frees the seat of a pass, if it had one.
func (a *afloat) release(pass *Pass) {
	passes := a.passes[pass.User]
	i := slices.Index(passes, pass)
	switch {
	case i < 0:
	case len(passes) == 1:
		delete(a.passes, pass.User)
	default:
		a.passes[pass.User] = slices.Delete(passes, i, i+1)
	}
}

// end is when a pass ends, unless it is released before.
type end struct {
	at   Instant
	pass *Pass
}

// ends is a heap, the earliest first.
type ends []end

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i].at < e[j].at }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }

// Push implements heap.Interface.
func (e *ends) Push(x any) { *e = append(*e, x.(end)) }

// Pop implements heap.Interface.
func (e *ends) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	(*e)[last], *e = end{}, (*e)[:last]
	return x
}

// Holding is a floating seat in use: one user's, for all that the pool covers.
type Holding struct {
	What     string  `json:"what"` // product or collection
	User     string  `json:"user"`
	Since    Instant `json:"since"` // when the oldest of its passes began
	Until    Instant `json:"until"` // when the last of its leases ends, if nothing is renewed
	Sessions []Held  `json:"sessions"`
}

// Held is one session that a floating seat pays for.
type Held struct {
	Session string  `json:"session"`
	Product string  `json:"product"`
	Device  string  `json:"device,omitempty"`
	Since   Instant `json:"since"`
	Until   Instant `json:"until"` // end of its lease
}

// Holdings lists who has which floating seat at now, by what it is of and user.
func (t *Team) Holdings(now Instant) []Holding {
	all := []Holding{}
	for _, p := range t.Pools {
		for user := range p.afloat.passes {
			if h := p.holding(user, now); h != nil {
				all = append(all, *h)
			}
		}
	}
	slices.SortFunc(all, func(a, b Holding) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.User, b.User)) })
	return all
}

// holding is the floating seat that a user has in use, or nil.
func (p *Pool) holding(user string, now Instant) *Holding {
	h := Holding{What: p.What, User: user, Since: now, Sessions: []Held{}}
	for _, pass := range p.afloat.passes[user] {
		if !pass.floats(now) {
			continue
		}
		h.Since, h.Until = min(h.Since, pass.From), max(h.Until, pass.Until)
		for _, s := range pass.open {
			h.Sessions = append(h.Sessions, Held{s.ID, s.Product, s.Device, s.First.At, pass.Until})
		}
	}
	if len(h.Sessions) == 0 {
		return nil
	}
	slices.SortFunc(h.Sessions, func(a, b Held) int { return cmp.Compare(a.Session, b.Session) })
	return &h
}

// FloatingTaken takes a floating seat away from the user who has it in use: its passes end, so each of its sessions is
// decided anew when it renews. Leases that are out run to their end (R6.5).
type FloatingTaken struct {
	What string `json:"what"`
	User string `json:"user"`
}

// Kind implements Body.
func (*FloatingTaken) Kind() string { return "floating_taken" }

func (b *FloatingTaken) apply(t *Team, e *Entry) error {
	for _, pass := range slices.Clone(t.pool(b.What).afloat.passes[b.User]) {
		if pass.floats(e.At) {
			pass.end(e.At)
		}
	}
	return nil
}

// end ends a live pass before its time.
func (p *Pass) end(at Instant) {
	p.Until = at
	for _, s := range p.open {
		s.Until = at
	}
	if p.afloat != nil {
		p.afloat.release(p)
	}
}

// TakeFloating frees a floating seat that a user has in use, and returns what was in use, with the ends of the leases
// that are still out. Where nothing is in use, nothing changes. A repeated request key gives the first answer.
func (t *Team) TakeFloating(now Instant, cat *Catalog, c Caller, b FloatingTaken) (Holding, Effect, error) {
	var taken Holding
	if again, err := t.repeated(now, c, &taken); again || err != nil {
		return taken, Effect{}, err
	}
	if t.Users[b.User] == nil {
		return taken, Effect{}, fail(ErrUserUnknown, "there is no user %q", b.User)
	}
	p := t.Pools[b.What]
	if p == nil && !cat.Sells(b.What) {
		return taken, Effect{}, fail(ErrWhatUnknown, "there is no product or collection %q in the catalogue", b.What)
	}
	taken = Holding{What: b.What, User: b.User, Sessions: []Held{}}
	if p == nil {
		return taken, Effect{}, nil
	}
	h := p.holding(b.User, now)
	if h == nil {
		return taken, Effect{}, nil
	}
	effect, err := t.record(now, c, h, t.at(now).due, &b)
	return *h, effect, err
}
