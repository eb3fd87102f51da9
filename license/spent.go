package license

import (
	"iter"
	"maps"
)

// amounts are the tokens spent in the day, week and month that they were last counted in. They hold no pointers: there
// are as many as users and products that came together in a month, and the garbage collector need not look at them.
type amounts struct {
	Periods periods `json:"periods"`
	Day     Tokens  `json:"day"`
	Week    Tokens  `json:"week"`
	Month   Tokens  `json:"month"`
}

// add counts tokens in the periods that run.
func (a *amounts) add(tokens Tokens, now periods) {
	a.turn(now)
	a.Day += tokens
	a.Week += tokens
	a.Month += tokens
}

// subtract takes what came back off the periods in which it was counted, where they are still running.
func (a *amounts) subtract(tokens Tokens, then periods) {
	if a == nil {
		return
	}
	if a.Periods.Day == then.Day {
		a.Day -= tokens
	}
	if a.Periods.Week == then.Week {
		a.Week -= tokens
	}
	if a.Periods.Month == then.Month {
		a.Month -= tokens
	}
}

// turn starts the counts of periods that have changed.
func (a *amounts) turn(now periods) {
	if a.Periods.Day != now.Day {
		a.Day = 0
	}
	if a.Periods.Week != now.Week {
		a.Week = 0
	}
	if a.Periods.Month != now.Month {
		a.Month = 0
	}
	a.Periods = now
}

// in returns what was spent in a period running at now.
func (a amounts) in(p Period, now periods) Tokens {
	a.turn(now)
	switch p {
	case PerWeek:
		return a.Week
	case PerMonth:
		return a.Month
	default:
		return a.Day
	}
}

// spentKey names a counter; without anything it is the whole team's.
type spentKey struct{ user, product, group string }

// Spent is a counter as a snapshot keeps it.
type Spent struct {
	User    string  `json:"user,omitempty"`
	Product string  `json:"product,omitempty"`
	Group   string  `json:"group,omitempty"`
	Amounts amounts `json:"amounts"`
}

// tally are the counters of what a limit can be of (R8.7): the team, and each user, product and group. Those of each user
// in each product are in the uses.
type tally struct {
	team                    amounts
	users, products, groups map[string]*amounts
}

func newTally() tally {
	return tally{users: map[string]*amounts{}, products: map[string]*amounts{}, groups: map[string]*amounts{}}
}

// spentOf finds a counter; nil is one that has counted nothing.
func (t *Team) spentOf(key spentKey) *amounts {
	switch {
	case key.group != "":
		return t.spent.groups[key.group]
	case key.user != "" && key.product != "":
		if u := t.uses[useKey{key.user, key.product}]; u != nil {
			return &u.spent
		}
		return nil
	case key.user != "":
		return t.spent.users[key.user]
	case key.product != "":
		return t.spent.products[key.product]
	}
	return &t.spent.team
}

// counter finds a counter, and makes it the first time.
func (t *Team) counter(key spentKey) *amounts {
	switch {
	case key.group != "":
		return counterIn(t.spent.groups, key.group)
	case key.user != "" && key.product != "":
		return &t.use(key.user, key.product).spent
	case key.user != "":
		return counterIn(t.spent.users, key.user)
	case key.product != "":
		return counterIn(t.spent.products, key.product)
	}
	return &t.spent.team
}

func counterIn(m map[string]*amounts, key string) *amounts {
	a := m[key]
	if a == nil {
		a = &amounts{}
		m[key] = a
	}
	return a
}

// counters are those that have counted something.
func (t *Team) counters() iter.Seq2[spentKey, *amounts] {
	return func(yield func(spentKey, *amounts) bool) {
		if t.spent.team != (amounts{}) && !yield(spentKey{}, &t.spent.team) {
			return
		}
		for user, a := range t.spent.users {
			if !yield(spentKey{user: user}, a) {
				return
			}
		}
		for product, a := range t.spent.products {
			if !yield(spentKey{product: product}, a) {
				return
			}
		}
		for group, a := range t.spent.groups {
			if !yield(spentKey{group: group}, a) {
				return
			}
		}
		for of, u := range t.uses {
			if u.spent != (amounts{}) && !yield(spentKey{user: of.user, product: of.product}, &u.spent) {
				return
			}
		}
	}
}

// len is how many counters there are.
func (y *tally) len() int { return 1 + len(y.users) + len(y.products) + len(y.groups) }

// over says that none of the periods is running.
func (a *amounts) over(now periods) bool {
	return a.Periods.Month < now.Month && a.Periods.Week < now.Week
}

// forget drops counters that are over.
func (y *tally) forget(now periods) {
	if y.team.over(now) {
		y.team = amounts{}
	}
	for _, m := range []map[string]*amounts{y.users, y.products, y.groups} {
		maps.DeleteFunc(m, func(_ string, a *amounts) bool { return a.over(now) })
	}
}

// spend counts tokens charged or held at an instant, for the groups that the user is in as well.
func (t *Team) spend(u *Use, user, product string, groups []string, tokens Tokens, at Instant) {
	now := t.periodsAt(at)
	t.spent.team.add(tokens, now)
	counterIn(t.spent.users, user).add(tokens, now)
	counterIn(t.spent.products, product).add(tokens, now)
	u.spent.add(tokens, now)
	for _, g := range groups {
		counterIn(t.spent.groups, g).add(tokens, now)
	}
}

// unspend takes what came back off all that it was counted in.
func (t *Team) unspend(user, product string, groups []string, tokens Tokens, counted Instant) {
	then := t.periodsAt(counted)
	t.spent.team.subtract(tokens, then)
	t.spent.users[user].subtract(tokens, then)
	t.spent.products[product].subtract(tokens, then)
	t.spentOf(spentKey{user: user, product: product}).subtract(tokens, then)
	for _, g := range groups {
		t.spent.groups[g].subtract(tokens, then)
	}
}
