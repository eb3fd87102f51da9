package license

import "slices"

// SeatKind says how the seats of a subscription are used.
type SeatKind string

// The kinds of seats: one user each, or floating among all assigned users.
const (
	SingleUser SeatKind = "single_user"
	MultiUser  SeatKind = "multi_user"
)

// Subscription is seats of one product or collection for a term [From, Until).
type Subscription struct {
	ID    string   `json:"id"`
	What  string   `json:"what"`
	Kind  SeatKind `json:"kind"`
	Seats int      `json:"seats"`
	From  Instant  `json:"from"`
	Until Instant  `json:"until"`
	// OverAssign says that it was added although it leaves users without the seats that they are assigned to.
	OverAssign bool `json:"over_assign,omitempty"`
	// Traded is how many of its seats were traded in; Trade is set when it was made by a trade (R8.10).
	Traded int    `json:"traded,omitempty"`
	Trade  *Trade `json:"trade,omitempty"`
}

// InUse is how many seats it still gives in its term.
func (s Subscription) InUse() int { return s.Seats - s.Traded }

// ordered is what was asked for, without what has become of it.
func (s Subscription) ordered() Subscription {
	s.Traded = 0
	return s
}

// Pool is all subscriptions of one product or collection, and who is assigned to them. Single-user seats
// go to the assigned users in the order in which they were assigned, so a lapsed term never covers more
// users than there are seats.
type Pool struct {
	What          string          `json:"what"`
	Subscriptions []*Subscription `json:"-"`
	// Single lists the users assigned to single-user seats, in the order of assignment.
	Single []string `json:"single,omitempty"`

	ranks  map[string]int // places in Single, while more are assigned than there are seats; nil: not looked up yet
	afloat afloat
}

// pool returns the pool of what, making it when it is the first time.
func (t *Team) pool(what string) *Pool {
	p := t.Pools[what]
	if p == nil {
		p = &Pool{What: what}
		t.Pools[what] = p
	}
	return p
}

// Seats counts the seats of a kind in term at an instant.
func (p *Pool) Seats(kind SeatKind, at Instant) (n int) {
	for _, s := range p.Subscriptions {
		if s.Kind == kind && s.From <= at && at < s.Until {
			n += s.InUse()
		}
	}
	return n
}

// room is the most seats of a kind that will be in term together, now or at a later start.
func (p *Pool) room(kind SeatKind, now Instant) int {
	n := p.Seats(kind, now)
	for _, s := range p.Subscriptions {
		if s.From > now {
			n = max(n, p.Seats(kind, s.From))
		}
	}
	return n
}

// freeSeats are those of a product or collection that are assigned to nobody.
type freeSeats struct {
	single, taken int
	floating      bool // which any number of users may share
}

// freeSeats are the free seats of a kind; the empty kind is any.
func (t *Team) freeSeats(now Instant, what string, kind SeatKind) (f freeSeats) {
	p := t.Pools[what]
	if p == nil {
		return f
	}
	if kind != MultiUser {
		f.single = p.room(SingleUser, now) - len(p.Single)
	}
	f.floating = kind != SingleUser && p.room(MultiUser, now) > 0
	return f
}

// take takes a single-user seat as long as there is one, then a floating one, and returns its kind; empty when there is
// neither.
func (f *freeSeats) take() SeatKind {
	switch {
	case f.taken < f.single:
		f.taken++
		return SingleUser
	case f.floating:
		return MultiUser
	}
	return ""
}

// short says how many seats are missing, when some are.
func (f *freeSeats) short(what string, missing int) error {
	if missing == 0 {
		return nil
	}
	return fail(ErrSeatsShort, "too few seats of %s: %d free, %d more needed", what, f.taken, missing)
}

// covers reports whether user, who is assigned to a single-user seat, has one of those in term at an instant.
func (p *Pool) covers(user string, at Instant) bool {
	seats := p.Seats(SingleUser, at)
	if seats == 0 || len(p.Single) <= seats {
		return seats > 0
	}
	if p.ranks == nil {
		p.ranks = make(map[string]int, len(p.Single))
		for i, id := range p.Single {
			p.ranks[id] = i
		}
	}
	rank, assigned := p.ranks[user]
	return assigned && rank < seats
}

// seatUntil returns the first instant from now on at which no single-user seat of u's covers p any more; now
// itself when none does.
func (t *Team) seatUntil(now Instant, cat *Catalog, p *Product, u *User) Instant {
	var pools []*Pool
	for _, a := range u.Assigned {
		if a.Kind == SingleUser && cat.Covers(a.What, p.Code) {
			pools = append(pools, t.Pools[a.What])
		}
	}
	covered := func(at Instant) bool {
		return slices.ContainsFunc(pools, func(q *Pool) bool { return q.covers(u.ID, at) })
	}
	if !covered(now) {
		return now
	}
	var ends []Instant
	for _, q := range pools {
		for _, s := range q.Subscriptions {
			if s.Until > now {
				ends = append(ends, s.Until)
			}
		}
	}
	slices.Sort(ends)
	for _, end := range ends {
		if !covered(end) {
			return end
		}
	}
	panic("a seat outlasts every term") // the last end has no seats in term
}

// assignment returns u's assignment to what, or nil.
func (u *User) assignment(what string) *Assignment {
	for i := range u.Assigned {
		if u.Assigned[i].What == what {
			return &u.Assigned[i]
		}
	}
	return nil
}
