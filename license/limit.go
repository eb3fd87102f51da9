package license

import (
	"fmt"
	"slices"
)

// Scope says whose tokens a limit counts (R8.7).
type Scope string

// The scopes of limits.
const (
	ScopeTeam        Scope = "team"
	ScopeGroup       Scope = "group"
	ScopeUser        Scope = "user"
	ScopeProduct     Scope = "product"
	ScopeUserProduct Scope = "user_product"
)

// Action says what reaching a limit does.
type Action string

// The actions.
const (
	ActionRefuse Action = "refuse"
	ActionWarn   Action = "warn"
)

// Limit bounds the tokens charged and held in one period (R8.7). A user limit without a user counts
// each user for themselves, a product limit without a product each product. A group's counts what its members were
// charged while they were in it.
type Limit struct {
	Scope   Scope  `json:"scope"`
	Group   string `json:"group,omitempty"`
	User    string `json:"user,omitempty"`
	Product string `json:"product,omitempty"`
	Period  Period `json:"period"`
	Tokens  Tokens `json:"tokens"`
	Action  Action `json:"action"`
}

// applies reports whether the limit counts a charge for this user and product.
func (l *Limit) applies(u *User, product string) bool {
	if l.Scope == ScopeGroup {
		_, in := slices.BinarySearch(u.Groups, l.Group)
		return in
	}
	return (l.User == "" || l.User == u.ID) && (l.Product == "" || l.Product == product)
}

// key names the counter of a charge for this user and product.
func (l *Limit) key(user, product string) (key spentKey) {
	switch l.Scope {
	case ScopeGroup:
		key.group = l.Group
	case ScopeUser:
		key.user = user
	case ScopeProduct:
		key.product = product
	case ScopeUserProduct:
		key.user, key.product = user, product
	}
	return key
}

// periods are the starts of the day, week and month that an instant lies in.
type periods struct {
	Day   Instant `json:"day"`
	Week  Instant `json:"week"`
	Month Instant `json:"month"`
}

// periodsAt returns the periods of an instant; the last answer is kept, because most questions are about
// today.
func (t *Team) periodsAt(at Instant) periods {
	if at < t.today.Day || at >= t.todayEnds {
		t.today, t.todayEnds = t.zone.periods(at)
	}
	return t.today
}

// of is the start of one of the periods.
func (p periods) of(period Period) Instant {
	switch period {
	case PerWeek:
		return p.Week
	case PerMonth:
		return p.Month
	}
	return p.Day
}

// groupsOf returns the groups that a user is in now, nil for none.
func (t *Team) groupsOf(user string) []string {
	if len(t.Groups) == 0 {
		return nil
	}
	return slices.Clone(t.Users[user].Groups)
}

// spentIn returns what counts towards a limit for this user and product. Holds that have run out no longer do,
// recorded or not (R1.4).
func (t *Team) spentIn(l *Limit, user, product string, now Instant, o outlook) Tokens {
	key := l.key(user, product)
	s := t.spentOf(key)
	if s == nil {
		return 0
	}
	today := t.periodsAt(now)
	spent := s.in(l.Period, today)
	for _, b := range o.due {
		e, ok := b.(*JobExpired)
		if !ok {
			continue
		}
		if j := t.Jobs[e.Job]; j.counts(key) && j.At >= today.of(l.Period) {
			spent -= j.Held()
		}
	}
	return spent
}

// counts reports whether what the job holds is in a counter.
func (j *Job) counts(key spentKey) bool {
	return (key.user == "" || key.user == j.User) && (key.product == "" || key.product == j.Service) &&
		(key.group == "" || slices.Contains(j.Groups, key.group))
}

// LimitsSet replaces the team's limits (R8.7).
type LimitsSet struct {
	Items []Limit `json:"items"`
}

// Kind implements Body.
func (*LimitsSet) Kind() string { return "limits_set" }

func (b *LimitsSet) apply(t *Team, _ *Entry) error {
	t.Limits = b.Items
	return nil
}

// SetLimits replaces the limits. What was spent in the running periods counts for the new ones too: of those that
// warn and are exceeded already, admins are told now.
func (t *Team) SetLimits(now Instant, c Caller, items []Limit) (Effect, error) {
	for i, l := range items {
		if err := l.check(); err != nil {
			return Effect{}, fail(ErrInvalid, "items/%d: %v", i, err)
		}
		if l.Group != "" && t.Groups[l.Group] == nil {
			return Effect{}, fail(ErrGroupUnknown, "items/%d: there is no group %q in the team", i, l.Group)
		}
	}
	old := t.Limits
	effect, err := t.change(now, c, &LimitsSet{items})
	if err == nil {
		effect.Notices = append(effect.Notices, t.exceededBy(old, now)...)
	}
	return effect, err
}

func (l Limit) check() error {
	group, user, product := l.Scope == ScopeGroup, l.Scope == ScopeUser, l.Scope == ScopeProduct
	if l.Scope == ScopeUserProduct {
		user, product = true, true
	}
	switch {
	case !group && !user && !product && l.Scope != ScopeTeam:
		return fmt.Errorf("the scope %q is not team, group, user, product or user_product", l.Scope)
	case group != (l.Group != ""), l.User != "" && !user, l.Product != "" && !product:
		return fmt.Errorf("a limit of the scope %s is of something else", l.Scope)
	}
	if l.Period != PerDay && l.Period != PerWeek && l.Period != PerMonth {
		return fmt.Errorf("the period %q is not day, week or month", l.Period)
	}
	if l.Action != ActionRefuse && l.Action != ActionWarn {
		return fmt.Errorf("the action %q is not refuse or warn", l.Action)
	}
	if l.Tokens < 0 || l.Tokens > MaxTokens {
		return fmt.Errorf("a limit is 0 to 10^12 tokens")
	}
	return nil
}
