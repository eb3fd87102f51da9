package yearbook

import (
	"cmp"
	"maps"
	"slices"

	"github.com/daypass/daypass/license"
)

// year turns what was folded into figures.
func (f *fold) year() *Year {
	y := &f.book
	if len(f.passes) > 0 {
		y.From = f.passes[0].at
	}
	for _, m := range f.members {
		if m.active {
			y.People++
		}
	}
	y.Sources = map[license.Source]int{}
	for _, p := range f.passes {
		y.Sources[p.source]++
	}
	y.Token, y.Currency = Price{f.paid, f.bought}, f.catalog.Prices.Currency
	y.Months = f.months()
	y.Products = f.uses(func(p *pass) (string, string) { return p.product, p.user }, func(j *job) (string, string) { return j.service, j.user })
	y.Users = f.uses(func(p *pass) (string, string) { return p.user, p.product }, func(j *job) (string, string) { return j.user, j.service })
	f.call(y)
	y.Jobs = f.services()
	y.Seats = f.seatUse()
	y.Each = map[string][]Need{}
	for _, m := range f.members {
		y.Each[m.id] = f.needs(m.id)
	}
	y.Advice = f.advice()
	return y
}

// months adds up the tokens by the month in which they were charged, months without any included.
func (f *fold) months() (months []Month) {
	tokens := map[Month]license.Tokens{}
	note := func(at license.Instant, t license.Tokens) {
		y, m, _ := at.Time().Date()
		tokens[Month{Year: y, Month: int(m)}] += t
	}
	for _, p := range f.passes {
		note(p.at, p.tokens)
	}
	for _, j := range f.jobs {
		if j.charged > 0 {
			note(j.ended, j.charged)
		}
	}
	for m := range tokens {
		months = append(months, Month{m.Year, m.Month, tokens[m]})
	}
	slices.SortFunc(months, func(a, b Month) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Month, b.Month)) })
	return months
}

// uses adds up passes and jobs by one of their two sides, and looks at the other.
func (f *fold) uses(ofPass func(*pass) (id, other string), ofJob func(*job) (id, other string)) []Use {
	all, others := map[string]*Use{}, map[string]map[string]share{}
	add := func(id, other string, days int, tokens license.Tokens) {
		if all[id] == nil {
			all[id], others[id] = &Use{ID: id}, map[string]share{}
		}
		u, o := all[id], others[id][other]
		u.Passes, u.Tokens = u.Passes+days, u.Tokens+tokens
		others[id][other] = share{o.days + days, o.tokens + tokens}
	}
	for _, p := range f.passes {
		id, other := ofPass(p)
		add(id, other, 1, p.tokens)
	}
	for _, j := range f.jobs {
		id, other := ofJob(j)
		add(id, other, 0, j.charged)
	}
	list := make([]Use, 0, len(all))
	for id, u := range all {
		u.Others, u.Most = len(others[id]), most(others[id])
		list = append(list, *u)
	}
	return list
}

// share is what one product has in a person's use, or the other way round.
type share struct {
	days   int
	tokens license.Tokens
}

// most is the one with the most tokens, or else the most days; of several, the first by name.
func most(shares map[string]share) (best string) {
	for _, key := range slices.Sorted(maps.Keys(shares)) {
		s, b := shares[key], shares[best]
		if best == "" || cmp.Or(cmp.Compare(s.tokens, b.tokens), cmp.Compare(s.days, b.days)) > 0 {
			best = key
		}
	}
	return best
}

// call gives products and people their names, and puts them in order.
func (f *fold) call(y *Year) {
	names := map[string]string{}
	for _, m := range f.members {
		names[m.id] = m.name
	}
	for i := range y.Products {
		y.Products[i].Name = f.name(y.Products[i].ID)
	}
	for i := range y.Users {
		y.Users[i].Name, y.Users[i].Most = names[y.Users[i].ID], f.name(y.Users[i].Most)
	}
	slices.SortFunc(y.Products, func(a, b Use) int { return cmp.Or(b.Passes-a.Passes, cmp.Compare(a.ID, b.ID)) })
	slices.SortFunc(y.Users, func(a, b Use) int {
		return cmp.Or(cmp.Compare(b.Tokens, a.Tokens), b.Passes-a.Passes, cmp.Compare(a.ID, b.ID))
	})
}

// services adds up the jobs by service, the dearest first.
func (f *fold) services() (list []Service) {
	all := map[string]*Service{}
	for _, j := range f.jobs {
		s := all[j.service]
		if s == nil {
			s = &Service{ID: j.service, Name: f.name(j.service)}
			if p := f.catalog.Product(j.service); p != nil {
				s.Unit = p.Unit
			}
			all[j.service] = s
		}
		s.Started++
		s.Used, s.Charged, s.Returned = s.Used+j.used, s.Charged+j.charged, s.Returned+j.returned
		switch j.state {
		case license.JobCompleted:
			s.Completed++
		case license.JobCancelled:
			s.Cancelled++
		case license.JobLapsed:
			s.Expired++
		}
	}
	for _, s := range all {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Service) int {
		return cmp.Or(cmp.Compare(b.Charged, a.Charged), cmp.Compare(a.ID, b.ID))
	})
	return list
}
