package api

// KeyRole says what a key may do in its team.
type KeyRole string

const (
	KeyAdmin   KeyRole = "admin"   // what a secondary admin may
	KeyReports KeyRole = "reports" // read balance, ledger and reports
	KeyProduct KeyRole = "product" // open sessions and run jobs for any user
)

// KeyRequest makes an API key of a team.
type KeyRequest struct {
	ID        string   `json:"id"`
	Role      KeyRole  `json:"role"`
	ExpiresAt *Instant `json:"expires_at,omitzero"` // absent: never
}

// Validate checks id and role.
func (r KeyRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	oneOf(&c, "/role", r.Role, KeyAdmin, KeyReports, KeyProduct)
	return c
}

// APIKey is a key. The secret is in the answer that made it, and nowhere afterwards.
type APIKey struct {
	ID        string   `json:"id"`
	Role      KeyRole  `json:"role"`
	Secret    string   `json:"secret,omitzero"` // the bearer credential, shown once
	CreatedAt Instant  `json:"created_at"`
	ExpiresAt *Instant `json:"expires_at"`          // null: never
	RevokedAt *Instant `json:"revoked_at,omitzero"` // absent: not
	Position  int64    `json:"position,omitzero"`   // absent inside a list
}
