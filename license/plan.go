package license

import (
	"maps"
	"slices"
)

// Plan is the team's plan (R9).
type Plan string

// The plans, each with all that the one before it has.
const (
	Standard Plan = "standard"
	Premium  Plan = "premium"
)

// PremiumSeats is how many single-user seats in term the Premium plan needs (R9.1).
const PremiumSeats = 50

// PlanReason says why a plan is in force.
type PlanReason string

// The reasons.
const (
	PlanAsOrdered       PlanReason = "as_ordered"
	PlanNoSubscriptions PlanReason = "no_subscriptions" // Premium was ordered, and no seat is in term
	PlanSeatsShort      PlanReason = "seats_short"      // Premium was ordered, and fewer seats than it needs are in term
)

// PlanState is a team's plan at an instant.
type PlanState struct {
	Ordered Plan
	InForce Plan
	Because PlanReason
	Seats   int // single-user ones in term
	// Changes is the next instant at which time alone puts another plan in force; 0: none is known.
	Changes Instant
}

// PlanAt returns the plan at now. It follows from what was ordered and the seats in term, so time alone changes it
// (R1.4).
func (t *Team) PlanAt(now Instant) PlanState {
	s := t.planAt(now)
	var turns []Instant
	for _, sub := range t.Subscriptions {
		turns = append(turns, sub.From, sub.Until)
	}
	slices.Sort(turns)
	for _, at := range turns {
		if at > now && t.planAt(at).InForce != s.InForce {
			s.Changes = at
			break
		}
	}
	return s
}

func (t *Team) planAt(at Instant) PlanState {
	s := PlanState{Ordered: t.Plan, InForce: t.Plan, Because: PlanAsOrdered}
	any := false
	for _, p := range t.Pools {
		s.Seats += p.Seats(SingleUser, at)
		any = any || s.Seats > 0 || p.Seats(MultiUser, at) > 0
	}
	switch {
	case t.Plan != Premium || s.Seats >= PremiumSeats:
	case any:
		s.InForce, s.Because = Standard, PlanSeatsShort
	default:
		s.InForce, s.Because = Standard, PlanNoSubscriptions
	}
	return s
}

// PlanChanged orders another plan for a team.
type PlanChanged struct {
	Plan   Plan   `json:"plan"`
	Reason string `json:"reason,omitempty"`
}

// Kind implements Body.
func (*PlanChanged) Kind() string { return "plan_changed" }

func (b *PlanChanged) apply(t *Team, _ *Entry) error {
	t.Plan = b.Plan
	return nil
}

// ChangePlan orders another plan. Whether it is in force is another question (see PlanAt); the same again changes
// nothing.
func (t *Team) ChangePlan(now Instant, c Caller, b PlanChanged) (Effect, error) {
	if b.Plan != Standard && b.Plan != Premium {
		return Effect{}, fail(ErrInvalid, "the plan %q is not standard or premium", b.Plan)
	}
	if b.Plan == t.Plan {
		return Effect{}, nil
	}
	return t.change(now, c, &b)
}

// Feature is something that a plan unlocks (R9.2).
type Feature string

// The features.
const (
	SummaryReports Feature = "summary_reports" // totals of tokens and seats
	ProductReports Feature = "product_reports" // the same by product
	UserReports    Feature = "user_reports"    // by user, with versions and times of use
	DirectorySync  Feature = "directory_sync"  // users and groups from a company's directory
	ReportingNames Feature = "reporting_names" // names and mail addresses for keys that report
)

// unlocking is the one table of what a plan unlocks, as it is until the operator changes it. A feature that no plan
// locks stands under standard.
var unlocking = []struct {
	feature Feature
	plan    Plan // the least that has it
}{
	{SummaryReports, Standard},
	{ProductReports, Standard},
	{UserReports, Premium},
	{DirectorySync, Premium},
	{ReportingNames, Premium},
}

// Features lists every feature, in the order of the table.
func Features() []Feature {
	all := make([]Feature, len(unlocking))
	for i, row := range unlocking {
		all[i] = row.feature
	}
	return all
}

// Unlocks says for each feature the least plan that has it. It never changes in place.
type Unlocks map[Feature]Plan

// DefaultUnlocks is the table as it is until the operator changes it.
func DefaultUnlocks() Unlocks {
	u := Unlocks{}
	for _, row := range unlocking {
		u[row.feature] = row.plan
	}
	return u
}

// Has reports whether a plan unlocks a feature. What nobody has heard of is locked.
func (u Unlocks) Has(plan Plan, f Feature) bool {
	least, known := u[f]
	return known && (least == Standard || plan == Premium)
}

// Check says what is wrong with a table that is to replace another.
func (u Unlocks) Check() error {
	for f, plan := range u {
		if plan != Standard && plan != Premium {
			return fail(ErrInvalid, "the plan %q of %s is not standard or premium", plan, f)
		}
	}
	return nil
}

// Of lists what a plan unlocks, in the order of the table.
func (u Unlocks) Of(plan Plan) []Feature {
	return slices.DeleteFunc(Features(), func(f Feature) bool { return !u.Has(plan, f) })
}

// PlansSet replaces what the plans unlock; a feature that it does not name is as it is by default.
type PlansSet struct {
	Unlocks Unlocks `json:"unlocks"`
}

// Kind implements Body.
func (*PlansSet) Kind() string { return "plans_set" }

func (b *PlansSet) applyOperator(o *Operator) error {
	if err := b.Unlocks.Check(); err != nil {
		return err
	}
	o.Unlocks = DefaultUnlocks()
	maps.Copy(o.Unlocks, b.Unlocks)
	return nil
}
