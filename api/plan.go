package api

// PlanReason says why a plan is in force.
type PlanReason string

const (
	PlanAsOrdered       PlanReason = "as_ordered"       // it is the one that was ordered
	PlanNoSubscriptions PlanReason = "no_subscriptions" // premium was ordered, and no seat is in term
	PlanSeatsShort      PlanReason = "seats_short"      // premium was ordered, and fewer seats than it needs are in term
)

// Feature is something that a plan unlocks (R9.2).
type Feature string

const (
	SummaryReports Feature = "summary_reports" // totals of tokens and seats
	ProductReports Feature = "product_reports" // the same by product
	UserReports    Feature = "user_reports"    // by user, with versions and times of use
	DirectorySync  Feature = "directory_sync"  // users and groups from a company's directory
	ReportingNames Feature = "reporting_names" // names and mail addresses for reports keys
)

// PlanRequest orders another plan for a team.
type PlanRequest struct {
	Plan   Plan   `json:"plan"`
	Reason string `json:"reason,omitzero"` // one line, for the ledger
}

// Validate checks each field.
func (r PlanRequest) Validate() []FieldError {
	var c checks
	oneOf(&c, "/plan", r.Plan, PlanStandard, PlanPremium)
	c.text("/reason", r.Reason, MaxReason)
	return c
}

// TeamPlan is a team's plan at this instant. It follows from what was ordered and from the single-user seats in
// term; tokens do not count (R9.1).
type TeamPlan struct {
	Ordered   Plan       `json:"ordered"`
	InForce   Plan       `json:"in_force"`
	Because   PlanReason `json:"because"`
	Seats     int        `json:"seats"`               // single-user ones in term
	Needed    int        `json:"needed"`              // seats that premium needs
	ChangesAt *Instant   `json:"changes_at,omitzero"` // when time alone puts another plan in force; absent: not as far as is known
	Unlocks   []Feature  `json:"unlocks"`             // what the plan in force unlocks
	Position  int64      `json:"position"`
}

// PlanTable is what the plans unlock, for all teams (R9.2).
type PlanTable struct {
	Items []PlanRow `json:"items"` // every feature
}

// PlanRow says which plan unlocks a feature.
type PlanRow struct {
	Feature Feature `json:"feature"`
	Plan    Plan    `json:"plan"` // the least that has it: standard means that every team has it
}

// PlanTableRequest replaces the table.
type PlanTableRequest struct {
	Items []PlanRow `json:"items"` // a feature that is absent is as it is by default; none at all: all as by default
}

// Validate checks that each feature is known and stands once.
func (r PlanTableRequest) Validate() []FieldError {
	var c checks
	c.given(r.Items != nil, "/items")
	seen := map[Feature]bool{}
	for i, row := range r.Items {
		path := at("/items", i)
		oneOf(&c, path+"/feature", row.Feature, SummaryReports, ProductReports, UserReports, DirectorySync, ReportingNames)
		oneOf(&c, path+"/plan", row.Plan, PlanStandard, PlanPremium)
		c.must(!seen[row.Feature], path+"/feature", "is listed twice")
		seen[row.Feature] = true
	}
	return c
}
