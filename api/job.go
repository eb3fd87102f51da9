package api

// MaxQuantity bounds the units of one job, so that every rate times it can be computed exactly.
const MaxQuantity = Quantity(1_000_000_000 * Whole)

const quantityBounds = "must be more than 0 and at most 10^9"

// JobRequest quotes (dry_run) or starts one use of a metered service (R7.1, R7.2).
type JobRequest struct {
	ID       string   `json:"id"`               // the caller's, unique in the team
	User     string   `json:"user,omitzero"`    // id or e-mail; absent: the user whose credential this is
	Service  string   `json:"service"`          // code of a metered product
	Quantity Quantity `json:"quantity"`         // units at most
	DryRun   bool     `json:"dry_run,omitzero"` // a quote: the same answer without effect
}

// Validate checks the form of each field. The user may be absent.
func (r JobRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	c.optional("/user", r.User, CheckUserRef)
	c.check("/service", CheckID(r.Service))
	c.must(r.Quantity > 0 && r.Quantity <= MaxQuantity, "/quantity", quantityBounds)
	return c
}

// CompleteRequest says how many units a job made.
type CompleteRequest struct {
	Quantity *Quantity `json:"quantity"` // 0: none, everything returns
}

// Validate wants a quantity from 0.
func (r CompleteRequest) Validate() []FieldError {
	var c checks
	c.given(r.Quantity != nil, "/quantity")
	checkProduced(&c, r.Quantity)
	return c
}

// CancelRequest gives a job up. The body may be left out.
type CancelRequest struct {
	Quantity *Quantity `json:"quantity,omitzero"` // units made before; absent: none (R7.3)
}

// Validate wants the quantity, if there is one, from 0.
func (r CancelRequest) Validate() []FieldError {
	var c checks
	checkProduced(&c, r.Quantity)
	return c
}

func checkProduced(c *checks, q *Quantity) {
	c.must(q == nil || 0 <= *q && *q <= MaxQuantity, "/quantity", "must be between 0 and 10^9")
}

// JobAnswer is the answer to a quote and to a start.
type JobAnswer struct {
	Job       string      `json:"job"`
	Outcome   Outcome     `json:"outcome"`
	Code      Code        `json:"code"`
	Message   string      `json:"message,omitzero"` // refused only: for people
	Held      Tokens      `json:"held"`             // 0 when refused; in a quote what would be held
	Required  Tokens      `json:"required"`         // what the whole quantity costs
	Available Tokens      `json:"available"`        // before the hold
	Remaining Tokens      `json:"remaining"`        // after the hold; when refused as available
	Needed    *Tokens     `json:"needed,omitzero"`  // tokens_insufficient: as required
	Balance   Available   `json:"balance"`          // at the time of the answer
	ExpiresAt *Instant    `json:"expires_at"`       // when the hold returns by itself (R7.4); null without one
	Limits    []LimitLeft `json:"limits,omitzero"`  // that count the hold, or refuse it; absent where there is none
	Position  int64       `json:"position"`
}

// JobEndAnswer is the answer to completing and cancelling. The two amounts add up to what was held.
type JobEndAnswer struct {
	Job      string `json:"job"`
	Charged  Tokens `json:"charged"`
	Returned Tokens `json:"returned"`
	Position int64  `json:"position"`
}
