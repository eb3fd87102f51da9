package api

// WishState is where a request for access is (R8.6).
type WishState string

const (
	WishOpen     WishState = "open"
	WishApproved WishState = "approved"
	WishEnded    WishState = "ended"    // approved, and the days or passes are over
	WishDeclined WishState = "declined" // or approved first and taken back
	WishLapsed   WishState = "lapsed"   // the user was removed
)

// Bounds of an approval.
const (
	MaxWishDays   = 3650
	MaxWishPasses = 10_000
)

// WishRequest asks for a product that a user may not open (R8.6).
type WishRequest struct {
	ID      string `json:"id"`              // the caller's, unique in the team
	User    string `json:"user,omitzero"`   // id or e-mail; absent: the user whose credential this is
	Product string `json:"product"`         // product code
	Reason  string `json:"reason,omitzero"` // for whoever decides
}

// Validate checks the form of each field. The user may be absent.
func (r WishRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	c.optional("/user", r.User, CheckUserRef)
	c.check("/product", CheckID(r.Product))
	c.text("/reason", r.Reason, MaxReason)
	return c
}

// ApproveRequest lets the user open the product: for good, for a number of days or of passes, or until whichever of
// both ends first. The body may be left out.
type ApproveRequest struct {
	Days   *int `json:"days,omitzero"`   // of 24 hours from now on, 1 to 3650
	Passes *int `json:"passes,omitzero"` // 1 to 10000; not of metered services
}

// Validate checks the bounds.
func (r ApproveRequest) Validate() []FieldError {
	var c checks
	c.must(r.Days == nil || 1 <= *r.Days && *r.Days <= MaxWishDays, "/days", "must be between 1 and 3650")
	c.must(r.Passes == nil || 1 <= *r.Passes && *r.Passes <= MaxWishPasses, "/passes", "must be between 1 and 10000")
	return c
}

// DeclineRequest refuses a request, or takes an approval back.
type DeclineRequest struct {
	Reason string `json:"reason"` // which the user is told
}

// Validate wants a reason.
func (r DeclineRequest) Validate() []FieldError {
	var c checks
	c.reason("/reason", r.Reason)
	return c
}

// Wish is a user's request for access, what became of it, and what those who decide on it want to know.
type Wish struct {
	ID        string     `json:"id"`
	User      string     `json:"user"`
	Product   string     `json:"product"`
	Reason    string     `json:"reason,omitzero"`
	State     WishState  `json:"state"`
	AskedAt   Instant    `json:"asked_at"`
	AskedBy   string     `json:"asked_by"`
	DecidedAt *Instant   `json:"decided_at"`          // null while it is open
	DecidedBy string     `json:"decided_by,omitzero"` // empty while it is open
	Declined  string     `json:"declined,omitzero"`   // the reason of that
	Days      *int       `json:"days,omitzero"`       // of an approval; absent: any number
	Passes    *int       `json:"passes,omitzero"`     // of an approval; absent: any number
	Used      *int       `json:"passes_used,omitzero"`
	Until     *Instant   `json:"until"` // when the days of an approval end; null: never
	Rate      *AskedRate `json:"rate"`  // that is in force; null where there is none
	Use       UseSoFar   `json:"use"`   // of the user
	Position  int64      `json:"position,omitzero"`
}

// AskedRate is what a product costs now.
type AskedRate struct {
	Tokens Tokens `json:"tokens"`
	Per    string `json:"per"` // pass, or the unit of a metered service
}

// UseSoFar is what a user has used up to now: tokens of the running day, week and month, holds of jobs included.
type UseSoFar struct {
	Total      PeriodTokens `json:"total"`       // of all products
	Product    PeriodTokens `json:"product"`     // of the one that is asked for
	LatestPass *Pass        `json:"latest_pass"` // of that product, however it was paid; null: none lately
}

// PeriodTokens is tokens of the running periods, in the team's time zone.
type PeriodTokens struct {
	Day   Tokens `json:"day"`
	Week  Tokens `json:"week"`
	Month Tokens `json:"month"`
}
