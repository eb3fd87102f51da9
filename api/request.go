package api

// AccessState is where a request for access stands (R8.6).
type AccessState string

const (
	AccessOpen     AccessState = "open"
	AccessApproved AccessState = "approved"
	AccessDeclined AccessState = "declined"
)

// AccessRequest asks an admin for a product that the user may not open (R8.6).
type AccessRequest struct {
	ID      string `json:"id"`
	User    string `json:"user,omitzero"` // id or e-mail; absent: the user whose credential this is
	Product string `json:"product"`
	Reason  string `json:"reason,omitzero"` // one line
}

// Validate checks the form of each field.
func (r AccessRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	c.optional("/user", r.User, CheckUserRef)
	c.check("/product", CheckID(r.Product))
	c.text("/reason", r.Reason, MaxReason)
	return c
}

// ApproveRequest gives access: for good, for some days, or for some passes.
type ApproveRequest struct {
	Days   *int `json:"days,omitzero"`   // 1 to 3650
	Passes *int `json:"passes,omitzero"` // 1 to 3650
}

// Validate wants at most one of the two.
func (r ApproveRequest) Validate() []FieldError {
	var c checks
	c.must(r.Days == nil || r.Passes == nil, "", "must have days or passes, or neither")
	c.must(r.Days == nil || 1 <= *r.Days && *r.Days <= 3650, "/days", "must be between 1 and 3650")
	c.must(r.Passes == nil || 1 <= *r.Passes && *r.Passes <= 3650, "/passes", "must be between 1 and 3650")
	return c
}

// DeclineRequest says no, and why: the user reads the reason.
type DeclineRequest struct {
	Reason string `json:"reason"` // one line
}

// Validate wants a reason.
func (r DeclineRequest) Validate() []FieldError {
	var c checks
	c.reason("/reason", r.Reason)
	return c
}

// Access is a request for access and what became of it.
type Access struct {
	ID       string      `json:"id"`
	User     string      `json:"user"` // id
	Product  string      `json:"product"`
	Reason   string      `json:"reason,omitzero"` // the user's
	State    AccessState `json:"state"`
	Until    *Instant    `json:"until,omitzero"`    // approved for some days: when they are over
	Passes   *int        `json:"passes,omitzero"`   // approved for some passes: how many
	Declined string      `json:"declined,omitzero"` // the admin's reason
	Position int64       `json:"position,omitzero"` // absent inside a list
}
