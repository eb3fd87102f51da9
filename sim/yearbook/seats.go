package yearbook

import (
	"cmp"
	"slices"

	"github.com/daypass/daypass/license"
)

// Seats is how the seats of one product or collection were used (R10.4).
type Seats struct {
	ID, Name        string
	Floating        bool
	Owned, Assigned int
	Users           int // who used one
	Passes          int
	// Hardly are the people who have a seat and used it on less than one day a week, the least first.
	Hardly []Holder
}

// Holder is somebody with a seat.
type Holder struct {
	ID, Name string
	Passes   int
}

// seatUse counts the passes that seats paid for.
func (f *fold) seatUse() []Seats {
	for i := range f.seats {
		s := &f.seats[i]
		days := map[string]int{}
		for _, p := range f.passes {
			if f.paidBy(p, s) {
				days[p.user]++
				s.Passes++
			}
		}
		s.Users = len(days)
		if !s.Floating {
			s.Hardly = f.hardly(s.ID, days)
		}
	}
	slices.SortFunc(f.seats, func(a, b Seats) int {
		return cmp.Or(b.Owned-a.Owned, cmp.Compare(a.ID, b.ID))
	})
	return f.seats
}

// paidBy reports whether a seat of s paid for the pass. A single-user seat is not named in the ledger: it is the
// first that the user was given and that covers the product.
func (f *fold) paidBy(p *pass, s *Seats) bool {
	if p.source != license.SourceSeat || (p.floating != "") != s.Floating {
		return false
	}
	if s.Floating {
		return p.floating == s.ID
	}
	for _, what := range f.holders[p.user] {
		if f.catalog.Covers(what, p.product) {
			return what == s.ID
		}
	}
	return false
}

func (f *fold) hardly(what string, days map[string]int) (list []Holder) {
	weeks := int((f.book.Until - f.book.From) / (7 * license.Day))
	for _, m := range f.members {
		if slices.Contains(m.seats, what) && days[m.id] < weeks {
			list = append(list, Holder{m.id, m.name, days[m.id]})
		}
	}
	slices.SortFunc(list, func(a, b Holder) int { return cmp.Or(a.Passes-b.Passes, cmp.Compare(a.ID, b.ID)) })
	return list
}
