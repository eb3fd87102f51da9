package api

import "slices"

// LimitScope says whose tokens a limit counts (R8.7).
type LimitScope string

const (
	ScopeTeam        LimitScope = "team"
	ScopeGroup       LimitScope = "group"
	ScopeUser        LimitScope = "user"
	ScopeProduct     LimitScope = "product"
	ScopeUserProduct LimitScope = "user_product"
)

// Period is the calendar period that a limit counts in, in the team's time zone; weeks begin on Monday.
type Period string

const (
	PeriodDay   Period = "day"
	PeriodWeek  Period = "week"
	PeriodMonth Period = "month"
)

// LimitAction is what reaching a limit does.
type LimitAction string

const (
	ActionRefuse LimitAction = "refuse"
	ActionWarn   LimitAction = "warn"
)

// MaxLimits is the number of limits that a team can have.
const MaxLimits = 1000

// Limit is a number of tokens that may be spent in a period. The scope says which of group, user
// and product are given, and no other is.
type Limit struct {
	Scope   LimitScope  `json:"scope"`
	Group   string      `json:"group,omitzero"`
	User    string      `json:"user,omitzero"` // id or e-mail
	Product string      `json:"product,omitzero"`
	Period  Period      `json:"period"`
	Tokens  *Tokens     `json:"tokens"` // from 0, which lets nothing through
	Action  LimitAction `json:"action"`
}

// LimitLeft is how far a limit is used that counts what was charged or held, at the time of the answer.
type LimitLeft struct {
	Scope   LimitScope  `json:"scope"`
	Group   string      `json:"group,omitzero"`
	User    string      `json:"user,omitzero"` // id; absent also where each user is counted alone
	Product string      `json:"product,omitzero"`
	Period  Period      `json:"period"`
	Tokens  Tokens      `json:"tokens"`
	Action  LimitAction `json:"action"`
	Left    Tokens      `json:"left"`             // 0 when nothing is, or more was spent
	Until   Instant     `json:"until"`            // when the period ends
	Warning string      `json:"warning,omitzero"` // for people: more was spent than the limit says
}

// LimitsRequest replaces all limits of a team. No items means no limits.
type LimitsRequest struct {
	Items []Limit `json:"items"`
}

// Validate checks every limit.
func (r LimitsRequest) Validate() []FieldError {
	var c checks
	c.given(r.Items != nil, "/items")
	c.must(len(r.Items) <= MaxLimits, "/items", "must be at most 1000")
	for i, limit := range r.Items {
		c.nest(at("/items", i), limit.Validate())
	}
	return c
}

// Validate checks one limit.
func (l Limit) Validate() []FieldError {
	var c checks
	oneOf(&c, "/scope", l.Scope, ScopeTeam, ScopeGroup, ScopeUser, ScopeProduct, ScopeUserProduct)
	l.checkTarget(&c, "/group", l.Group, CheckID, ScopeGroup)
	l.checkTarget(&c, "/user", l.User, CheckUserRef, ScopeUser, ScopeUserProduct)
	l.checkTarget(&c, "/product", l.Product, CheckID, ScopeProduct, ScopeUserProduct)
	oneOf(&c, "/period", l.Period, PeriodDay, PeriodWeek, PeriodMonth)
	c.given(l.Tokens != nil, "/tokens")
	c.must(l.Tokens == nil || 0 <= *l.Tokens, "/tokens", "must not be negative")
	oneOf(&c, "/action", l.Action, ActionRefuse, ActionWarn)
	return c
}

// checkTarget wants a value in the scopes that have one, and none in the others.
func (l Limit) checkTarget(c *checks, path, value string, rule func(string) error, scopes ...LimitScope) {
	if slices.Contains(scopes, l.Scope) {
		c.check(path, rule(value))
		return
	}
	c.must(value == "", path, "does not belong to this scope")
}
