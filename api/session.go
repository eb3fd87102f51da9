package api

// MaxBulk is the number of sessions that one bulk request may hold.
const MaxBulk = 1000

// MaxVersion and MaxDevice bound texts of a session, in characters.
const (
	MaxVersion = 64
	MaxDevice  = 200
)

// SessionRequest asks to open a product (R4).
type SessionRequest struct {
	ID      string `json:"id"`               // made by the caller before it asks, unique in the team (R6.1)
	User    string `json:"user,omitzero"`    // id or e-mail; absent: the user whose credential this is
	Product string `json:"product"`          // product code
	Version string `json:"version,omitzero"` // as the catalogue lists it; needed for products with versions
	Device  string `json:"device,omitzero"`  // any stable name; absent: not counted as a device (R4.10)
	DryRun  bool   `json:"dry_run,omitzero"` // the same answer without effect
}

// Validate checks the form of each field. The user may be absent.
func (r SessionRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	c.optional("/user", r.User, CheckUserRef)
	c.check("/product", CheckID(r.Product))
	c.text("/version", r.Version, MaxVersion)
	c.text("/device", r.Device, MaxDevice)
	return c
}

// BulkRequest asks for up to MaxBulk sessions, each decided for itself.
type BulkRequest struct {
	Items []SessionRequest `json:"items"`
}

// Validate checks every item: one that is not well-formed refuses the whole request.
func (r BulkRequest) Validate() []FieldError {
	var c checks
	c.must(0 < len(r.Items) && len(r.Items) <= MaxBulk, "/items", "must be a list of 1 to 1000")
	for i, item := range r.Items {
		if errs := item.Validate(); errs != nil {
			c.nest(at("/items", i), errs)
		}
	}
	return c
}

// RenewRequest asks to go on when a pass ends (R5.3).
type RenewRequest struct {
	InUse *bool `json:"in_use"` // false: idle, keeps the session known and renews nothing (R5.5)
}

// Validate wants in_use said, since guessing it could cost tokens.
func (r RenewRequest) Validate() []FieldError {
	var c checks
	c.given(r.InUse != nil, "/in_use")
	return c
}

// CloseRequest is the body of a close, which says nothing. The body may be left out.
type CloseRequest struct{}

// Validate has nothing to check.
func (CloseRequest) Validate() []FieldError { return nil }

// SessionAnswer is the answer to opening and renewing.
type SessionAnswer struct {
	Session        string      `json:"session"`
	Outcome        Outcome     `json:"outcome"`
	Code           Code        `json:"code"`
	Source         Source      `json:"source,omitzero"`    // granted only
	Message        string      `json:"message,omitzero"`   // refused only: for people
	Needed         *Tokens     `json:"needed,omitzero"`    // tokens_insufficient: what the pass costs
	Available      *Tokens     `json:"available,omitzero"` // tokens_insufficient: what there is
	Pass           *Pass       `json:"pass"`               // null when refused
	Charge         *Charge     `json:"charge"`             // null when nothing was charged now
	Lease          *string     `json:"lease"`              // signed; null when refused and in a dry run
	LeaseExpiresAt *Instant    `json:"lease_expires_at"`   // null without a lease
	Limits         []LimitLeft `json:"limits,omitzero"`    // that count the charge, or refuse it; absent where there is none
	Balance        Available   `json:"balance"`
	Position       int64       `json:"position"`
}

// Pass is the time in which a user may use a product: [From, Until) (R5.1).
type Pass struct {
	ID    string  `json:"id,omitzero"` // absent in a dry run
	From  Instant `json:"from"`
	Until Instant `json:"until"`
}

// Charge is what was taken for one pass or job. The draws add up to Tokens.
type Charge struct {
	ID     string `json:"id,omitzero"` // absent in a dry run
	Tokens Tokens `json:"tokens"`
	Draws  []Draw `json:"draws"`
}

// Draw is the part of a charge that came from one pack.
type Draw struct {
	Pack   string `json:"pack"`
	Tokens Tokens `json:"tokens"`
}

// Available is what the team can still spend, at the time of the answer.
type Available struct {
	Available Tokens `json:"available"`
}

// BulkAnswer has one answer for each item, in order. An item that has a problem of its own, such as
// kind_mismatch, is answered with OutcomeError and the problem's code and title.
type BulkAnswer struct {
	Items    []SessionAnswer `json:"items"`
	Position int64           `json:"position"`
}

// CloseAnswer is the answer to closing a session.
type CloseAnswer struct {
	Session  string `json:"session"`
	Reversed Tokens `json:"reversed"` // tokens given back for a short launch (R5.6), else 0
	Position int64  `json:"position"`
}
