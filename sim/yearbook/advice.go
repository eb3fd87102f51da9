package yearbook

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/daypass/daypass/license"
)

// Price is what tokens cost: Paid minor units for Bought.
type Price struct {
	Paid   int64
	Bought license.Tokens
}

// Of is what so many tokens cost at that price, rounded to the nearest minor unit.
func (p Price) Of(t license.Tokens) int64 {
	if p.Bought == 0 {
		return 0
	}
	return (int64(t)*p.Paid + int64(p.Bought)/2) / int64(p.Bought)
}

// Advice is a way to pay for what one person uses that costs less than the present one (R12.4).
type Advice struct {
	User, Name  string
	Needs       []Need // the most days first
	Now, Better Plan
	Saving      int64 // a year, in minor units
}

// Need is a product that a person uses, and on how many days of the year.
type Need struct {
	Product, Name string
	Days          int
	Paid          license.Tokens // what was charged for those days
	Tokens        license.Tokens // what they cost without a seat, at the rate now in force
	// Frequent says eight days a month or more (R10.6).
	Frequent bool
	inFlex   bool
}

// Plan is seats for a year, and tokens for what they do not cover.
type Plan struct {
	Seats      []string // names
	SeatsCost  int64
	Tokens     license.Tokens
	TokensCost int64
}

// Cost is what the plan costs in a year.
func (p Plan) Cost() int64 { return p.SeatsCost + p.TokensCost }

// advice compares, for everybody, the present way of paying with all others.
func (f *fold) advice() (list []Advice) {
	for _, m := range f.members {
		needs := f.needs(m.id)
		now, ok := f.plan(m.seats, needs)
		if !m.active || !ok {
			continue
		}
		if better := f.best(now, needs); better.Cost() < now.Cost() {
			list = append(list, Advice{m.id, m.name, needs, now, better, now.Cost() - better.Cost()})
		}
	}
	slices.SortFunc(list, func(a, b Advice) int {
		return cmp.Or(cmp.Compare(b.Saving, a.Saving), cmp.Compare(a.User, b.User))
	})
	return list
}

// needs are what a person used by seat or for tokens. What was given back, free, a trial's or on a floating seat
// is no reason to buy anything.
func (f *fold) needs(user string) (needs []Need) {
	days, paid := map[string]int{}, map[string]license.Tokens{}
	for _, p := range f.passes {
		if p.user == user && p.floating == "" && !p.returned && (p.source == license.SourceTokens || p.source == license.SourceSeat) {
			days[p.product]++
			paid[p.product] += p.tokens
		}
	}
	for code, n := range days {
		p := f.catalog.Product(code)
		if p == nil {
			continue
		}
		rate, priced := p.RateAt(f.book.Until)
		needs = append(needs, Need{code, p.Name, n, paid[code], rate * license.Tokens(n), f.frequent(n), p.Flex && priced})
	}
	slices.SortFunc(needs, func(a, b Need) int { return cmp.Or(b.Days-a.Days, cmp.Compare(a.Product, b.Product)) })
	return needs
}

// frequent is eight days a month or more, taken over the whole time (R10.6).
func (f *fold) frequent(days int) bool {
	span := int64((f.book.Until - f.book.From) / license.Day)
	return int64(days)*365 >= 8*12*span
}

// plan prices some seats and the tokens for the rest; false when they leave something unpaid for.
func (f *fold) plan(seats []string, needs []Need) (p Plan, ok bool) {
	for _, what := range seats {
		price, sold := f.seatPrice(what)
		if !sold {
			return p, false
		}
		p.Seats, p.SeatsCost = append(p.Seats, f.name(what)), p.SeatsCost+price
	}
	for _, n := range needs {
		covered := slices.ContainsFunc(seats, func(what string) bool { return f.catalog.Covers(what, n.Product) })
		if !covered && !n.inFlex {
			return p, false
		}
		if !covered {
			p.Tokens += n.Tokens
		}
	}
	p.TokensCost = f.book.Token.Of(p.Tokens)
	return p, true
}

// best tries all sets of seats that cover something, and none.
func (f *fold) best(now Plan, needs []Need) Plan {
	var offers []string
	for _, s := range f.catalog.Prices.Seats {
		what := s.Product + s.Collection
		covers := slices.ContainsFunc(needs, func(n Need) bool { return f.catalog.Covers(what, n.Product) })
		if s.Months == 12 && covers {
			offers = append(offers, what)
		}
	}
	best := now
	for set := range 1 << len(offers) {
		if bits.OnesCount(uint(set)) > 3 {
			continue // three seats for one person at most, so that the sets stay few
		}
		var seats []string
		for i, what := range offers {
			if set&(1<<i) != 0 {
				seats = append(seats, what)
			}
		}
		if p, ok := f.plan(seats, needs); ok && p.Cost() < best.Cost() {
			best = p
		}
	}
	return best
}

// seatPrice is what the price list asks for a seat for a year.
func (f *fold) seatPrice(what string) (int64, bool) {
	for _, s := range f.catalog.Prices.Seats {
		if s.Months == 12 && s.Product+s.Collection == what {
			return s.Amount, true
		}
	}
	return 0, false
}
