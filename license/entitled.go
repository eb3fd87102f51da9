package license

import "slices"

// Access says whether one user may open one product, and what it would cost. It is the answer to a dry run: of a
// daily or free product, its newest version on a device that counts for none; of a metered one, a job of one unit.
type Access struct {
	User    string
	Product string
	Outcome Outcome
	Code    Code
	Source  Source
	Tokens  Tokens
}

// Access asks for each of the users and each of the products, in this order, who may open what (R4). It changes
// nothing.
func (t *Team) Access(now Instant, cat *Catalog, users, products []string) []Access {
	o := t.at(now)
	all := make([]Access, 0, len(users)*len(products))
	for _, u := range users {
		for _, p := range products {
			all = append(all, t.access(now, cat, u, p, o))
		}
	}
	return all
}

func (t *Team) access(now Instant, cat *Catalog, user, product string, o outlook) Access {
	a := Access{User: user, Product: product, Outcome: Granted}
	var v verdict
	p := cat.Product(product)
	switch {
	case p != nil && p.Kind == Metered:
		v, _ = t.decideJob(now, cat, StartJob{User: user, Service: product, Quantity: 1000}, o)
	case p != nil && len(p.Versions) > 0:
		v = t.decide(now, cat, question{user: user, product: product, version: p.Versions[0]}, o)
	default:
		v = t.decide(now, cat, question{user: user, product: product}, o)
	}
	if v.refusal != "" {
		a.Outcome, a.Code = Refused, v.refusal
		return a
	}
	a.Code, a.Source, a.Tokens = v.way.code, v.way.source, sum(v.draws)
	return a
}

// Reason is one thing that lets a user open a product.
type Reason struct {
	// What is the product or collection of a seat, Flex, or empty for a trial and what is free.
	What   string
	Source Source   // seat, trial, tokens or free
	Kind   SeatKind // of a seat
	Sources
	// Own says, of Flex, that the product is open by the user's own list; otherwise it is by the defaults.
	Own bool
	// Request is the approved request that stands in for Flex or for a list (R8.6).
	Request string
	// Now says that it does so at this moment: a seat need not be in term, covered or free.
	Now bool
}

// Entitlement is a product that a user has, whether and how it would be paid now, and all the reasons why.
type Entitlement struct {
	Access
	Why []Reason
}

// Entitlements lists the products of the catalogue that are the user's to open, by a seat, a trial, Flex or for free,
// in the catalogue's order. Retired ones are not: nobody opens them. That something is the user's does not say that it
// can be opened now: Access does, with the code of a refusal.
func (t *Team) Entitlements(now Instant, cat *Catalog, user string) ([]Entitlement, error) {
	u, err := t.member(user)
	if err != nil {
		return nil, err
	}
	o := t.at(now)
	all := []Entitlement{}
	for i := range cat.Products {
		p := &cat.Products[i]
		if why := t.why(now, cat, p, u); len(why) > 0 && !p.Retired {
			all = append(all, Entitlement{t.access(now, cat, user, p.Code, o), why})
		}
	}
	return all, nil
}

// why lists what lets u open p, in the order in which it is asked for (R4).
func (t *Team) why(now Instant, cat *Catalog, p *Product, u *User) (why []Reason) {
	if p.Kind == Free {
		return []Reason{{Source: SourceFree, Now: true}}
	}
	for _, kind := range []SeatKind{SingleUser, MultiUser} {
		for _, a := range u.Assigned {
			if a.Kind == kind && cat.Covers(a.What, p.Code) && (p.Kind == Daily || p.CoveredBySeat) {
				why = append(why, Reason{What: a.What, Source: SourceSeat, Kind: a.Kind, Sources: a.Sources.clone(), Now: t.Seated(now, u, a)})
			}
		}
	}
	if p.Kind == Daily && now < u.Trials[p.Code] {
		why = append(why, Reason{Source: SourceTrial, Now: true})
	}
	if _, code := t.mayPay(now, p, u); code != "" {
		return why
	}
	if request := t.approvedFor(now, u, p.Code); request != "" {
		why = append(why, Reason{Source: SourceTokens, Request: request, Now: true})
	} else {
		why = append(why, Reason{What: FlexCode, Source: SourceTokens, Sources: u.FlexFrom.clone(), Own: u.Own != nil, Now: true})
	}
	return why
}

// Seated reports whether an assignment of u's is worth a seat at now.
func (t *Team) Seated(now Instant, u *User, a Assignment) bool {
	p := t.Pools[a.What]
	switch {
	case p == nil:
		return false
	case a.Kind == MultiUser:
		return p.floatingFor(u.ID, now)
	}
	return p.covers(u.ID, now)
}

func (s Sources) clone() Sources {
	s.Groups = slices.Clone(s.Groups)
	return s
}
