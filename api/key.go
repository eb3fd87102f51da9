package api

import "time"

// KeyRole says what a key may do in its team.
type KeyRole string

const (
	KeyOperator KeyRole = "operator" // run Daypass: of no team, and made at an address of its own

	KeyAdmin   KeyRole = "admin"   // administrate, as the admin it names or, without one, as a secondary admin
	KeyReports KeyRole = "reports" // read balance, ledger and reports
	KeyProduct KeyRole = "product" // open sessions and run jobs for any user
	KeyUser    KeyRole = "user"    // act as one user: own sessions, own usage
)

// maxKeyProducts bounds what a key is bound to.
const maxKeyProducts = 100

// KeyRequest makes an API key of a team.
type KeyRequest struct {
	ID        string   `json:"id"`
	Role      KeyRole  `json:"role"`                // not operator, whose keys are made at /v1/operator/keys
	User      string   `json:"user,omitzero"`       // id or e-mail address of whom it acts as: of a user key, and of an admin key that names its admin
	Products  []string `json:"products,omitzero"`   // codes that a product key is bound to; absent: all
	ExpiresAt *Instant `json:"expires_at,omitzero"` // absent: never, or with the key that makes it
}

// Validate checks id and role, and that the role can have what else is given.
func (r KeyRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	oneOf(&c, "/role", r.Role, KeyAdmin, KeyReports, KeyProduct, KeyUser)
	c.given(r.User != "" || r.Role != KeyUser, "/user")
	c.must(r.User == "" || r.Role == KeyUser || r.Role == KeyAdmin, "/user", "is of admin and user keys only")
	c.optional("/user", r.User, CheckUserRef)
	c.must(r.Products == nil || r.Role == KeyProduct, "/products", "is of product keys only")
	c.must(r.Products == nil || 1 <= len(r.Products) && len(r.Products) <= maxKeyProducts, "/products", "must be 1 to 100 codes")
	c.codes("/products", r.Products)
	return c
}

// OperatorKeyRequest makes a key of the operator's.
type OperatorKeyRequest struct {
	ID        string   `json:"id"`
	ExpiresAt *Instant `json:"expires_at,omitzero"` // absent: never, or with the key that makes it
}

// Validate checks the id.
func (r OperatorKeyRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	return c
}

// APIKey is a key. The secret is in the answer that made it, and nowhere afterwards.
type APIKey struct {
	ID         string   `json:"id"`
	Role       KeyRole  `json:"role"`
	User       string   `json:"user,omitzero"`     // id of whom it acts as; absent: it acts in its own name
	Products   []string `json:"products,omitzero"` // that it is bound to; absent: all
	Secret     string   `json:"secret,omitzero"`   // the bearer credential, shown once
	MadeBy     string   `json:"made_by,omitzero"`  // as the ledger names who did something
	CreatedAt  Instant  `json:"created_at"`
	ExpiresAt  *Instant `json:"expires_at"`            // null: never
	RevokedAt  *Instant `json:"revoked_at,omitzero"`   // absent: not
	LastUsedAt *Instant `json:"last_used_at,omitzero"` // about a minute exact; absent: never
	OldUntil   *Instant `json:"old_until,omitzero"`    // when the secret before this one ends; absent: there is none that lives
	Position   int64    `json:"position,omitzero"`     // absent inside a list
}

// How long the secret before a new one lives on.
const (
	DefaultOverlap = Duration(24 * time.Hour)
	MaxOverlap     = Duration(720 * time.Hour)
)

// RotateRequest gives a key a new secret. The body may be left out.
type RotateRequest struct {
	Overlap *Duration `json:"overlap,omitzero"` // how long the secret before lives on, at most 720h; absent: 24h
}

// Validate checks the overlap.
func (r RotateRequest) Validate() []FieldError {
	var c checks
	c.must(r.Overlap == nil || *r.Overlap <= MaxOverlap, "/overlap", "must be 0s to 720h")
	return c
}
