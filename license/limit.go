package license

import "fmt"

// Scope says whose tokens a limit counts (R8.7).
type Scope string

// The scopes of limits.
const (
	ScopeTeam        Scope = "team"
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
// each user for themselves, a product limit without a product each product.
type Limit struct {
	Scope   Scope  `json:"scope"`
	User    string `json:"user,omitempty"`
	Product string `json:"product,omitempty"`
	Period  Period `json:"period"`
	Tokens  Tokens `json:"tokens"`
	Action  Action `json:"action"`
}

// applies reports whether the limit counts a charge for this user and product.
func (l Limit) applies(user, product string) bool {
	return (l.User == "" || l.User == user) && (l.Product == "" || l.Product == product)
}

// spentKey names a counter: empty user and product are the whole team's.
type spentKey struct{ user, product string }

// Spent is what one scope has spent in the day, week and month that it was last counted in.
type Spent struct {
	User    string  `json:"user,omitempty"`
	Product string  `json:"product,omitempty"`
	Periods periods `json:"periods"`
	Day     Tokens  `json:"day"`
	Week    Tokens  `json:"week"`
	Month   Tokens  `json:"month"`
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
	if day := PerDay.start(at); t.today.Day != day || t.today.Month == 0 {
		t.today = periods{day, PerWeek.start(at), PerMonth.start(at)}
	}
	return t.today
}

// turn starts the counts of periods that have changed.
func (s *Spent) turn(now periods) {
	if s.Periods.Day != now.Day {
		s.Day = 0
	}
	if s.Periods.Week != now.Week {
		s.Week = 0
	}
	if s.Periods.Month != now.Month {
		s.Month = 0
	}
	s.Periods = now
}

// in returns what was spent in a period running at now.
func (s Spent) in(p Period, now periods) Tokens {
	s.turn(now)
	switch p {
	case PerWeek:
		return s.Week
	case PerMonth:
		return s.Month
	default:
		return s.Day
	}
}

// counters are the keys that a charge counts under: the team, the user, the product, and both.
func counters(user, product string) [4]spentKey {
	return [...]spentKey{{}, {user: user}, {product: product}, {user, product}}
}

// spend counts tokens charged or held at an instant.
func (t *Team) spend(user, product string, tokens Tokens, at Instant) {
	now := t.periodsAt(at)
	for _, key := range counters(user, product) {
		s := t.spent[key]
		if s == nil {
			s = &Spent{User: key.user, Product: key.product}
			t.spent[key] = s
		}
		s.turn(now)
		s.Day += tokens
		s.Week += tokens
		s.Month += tokens
	}
}

// unspend takes what came back off the periods in which it was counted, where they are still running.
func (t *Team) unspend(user, product string, tokens Tokens, counted Instant) {
	then := t.periodsAt(counted)
	for _, key := range counters(user, product) {
		s := t.spent[key]
		if s == nil {
			continue
		}
		if s.Periods.Day == then.Day {
			s.Day -= tokens
		}
		if s.Periods.Week == then.Week {
			s.Week -= tokens
		}
		if s.Periods.Month == then.Month {
			s.Month -= tokens
		}
	}
}

// limited returns the first refusing limit that need would go beyond, or nil.
func (t *Team) limited(user, product string, need Tokens, now Instant, o outlook) *Limit {
	for i := range t.Limits {
		l := &t.Limits[i]
		if l.Action != ActionRefuse || !l.applies(user, product) {
			continue
		}
		if t.spentIn(l, user, product, now, o)+need > l.Tokens {
			return l
		}
	}
	return nil
}

// spentIn returns what counts towards a limit for this user and product. Holds that have run out no longer do,
// recorded or not (R1.4).
func (t *Team) spentIn(l *Limit, user, product string, now Instant, o outlook) Tokens {
	key := spentKey{}
	if l.Scope == ScopeUser || l.Scope == ScopeUserProduct {
		key.user = user
	}
	if l.Scope == ScopeProduct || l.Scope == ScopeUserProduct {
		key.product = product
	}
	s := t.spent[key]
	if s == nil {
		return 0
	}
	spent := s.in(l.Period, t.periodsAt(now))
	for _, b := range o.due {
		if e, ok := b.(*JobExpired); ok && t.Jobs[e.Job].counts(key, l.Period, now) {
			spent -= t.Jobs[e.Job].Held()
		}
	}
	return spent
}

// counts reports whether what the job holds is in a counter's running period.
func (j *Job) counts(key spentKey, p Period, now Instant) bool {
	return (key.user == "" || key.user == j.User) && (key.product == "" || key.product == j.Service) &&
		p.start(j.At) == p.start(now)
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

// SetLimits replaces the limits.
func (t *Team) SetLimits(now Instant, c Caller, items []Limit) (Effect, error) {
	for i, l := range items {
		if err := l.check(); err != nil {
			return Effect{}, fail(ErrInvalid, "items/%d: %v", i, err)
		}
	}
	return t.change(now, c, &LimitsSet{items})
}

func (l Limit) check() error {
	switch l.Scope {
	case ScopeTeam, ScopeUser, ScopeProduct, ScopeUserProduct:
	default:
		return fmt.Errorf("the scope %q is not team, user, product or user_product", l.Scope)
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
