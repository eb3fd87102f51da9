package api

// MoveAssignmentRequest moves what one user has to another, in one step (R8.9).
type MoveAssignmentRequest struct {
	To string `json:"to"` // id or mail address of a user who has it not
}

// Validate checks the user's form.
func (r MoveAssignmentRequest) Validate() []FieldError {
	var c checks
	c.check("/to", CheckUserRef(r.To))
	return c
}

// MoveAssignmentAnswer says from whom to whom it went.
type MoveAssignmentAnswer struct {
	What     string `json:"what"` // code of a product or collection, or WhatFlex
	From     string `json:"from"` // id of a user
	To       string `json:"to"`   // id of a user
	Position int64  `json:"position"`
}

// UserAssignments is all that a user has, and why: what was assigned and by whom, and each product that follows from
// it with how it would be paid.
type UserAssignments struct {
	User     string           `json:"user"` // id
	Seats    []SeatAssignment `json:"seats"`
	Flex     FlexAssignment   `json:"flex"`
	Products []Entitlement    `json:"products"` // of the catalogue, in its order; retired ones are nobody's
	Position int64            `json:"position"`
}

// SeatAssignment is a seat that a user has, or the right to a floating one, and who gave it (R8.8).
type SeatAssignment struct {
	What   string           `json:"what"` // code of a product or collection
	Kind   SubscriptionKind `json:"kind"`
	Direct bool             `json:"direct"` // without any group
	Groups []string         `json:"groups"` // ids of the groups that give it
	Now    bool             `json:"now"`    // it is worth a seat at this moment: in term, covered, and if floating, free
}

// FlexAssignment says whether tokens may open products for a user, who gave that, and which products (R8.5).
type FlexAssignment struct {
	Assigned bool     `json:"assigned"`
	Direct   bool     `json:"direct"`
	Groups   []string `json:"groups"`
	List     FlexFrom `json:"list"`
	Mode     FlexMode `json:"mode"`     // all or listed
	Products []string `json:"products"` // empty unless the mode is listed
}

// FlexFrom says whose list of Flex products holds for a user.
type FlexFrom string

const (
	FlexFromDefault FlexFrom = "default" // the team's
	FlexFromOwn     FlexFrom = "own"
)

// Entitlement is a product that is a user's to open, by a seat, a trial, Flex or for free. Outcome, code, source and
// tokens are the answer to asking for it now, without effect.
type Entitlement struct {
	Product string   `json:"product"`
	Outcome Outcome  `json:"outcome"`
	Code    Code     `json:"code"`
	Source  Source   `json:"source,omitzero"`
	Tokens  Tokens   `json:"tokens"` // what it would cost now
	Why     []Reason `json:"why"`    // in the order in which they are tried
}

// Reason is one thing that lets a user open a product.
type Reason struct {
	Source Source           `json:"source"`          // what would pay
	What   string           `json:"what,omitzero"`   // product or collection of a seat, or WhatFlex
	Kind   SubscriptionKind `json:"kind,omitzero"`   // of a seat
	Direct bool             `json:"direct"`          // assigned without any group
	Groups []string         `json:"groups,omitzero"` // ids of the groups that give it
	List   FlexFrom         `json:"list,omitzero"`   // of Flex: whose list has the product
	// Request is the id of an approved request for access, which stands in for Flex or for a list (R8.6).
	Request string `json:"request,omitzero"`
	Now     bool   `json:"now"` // it does so at this moment
}

// Bounds of a question about many users and products: the team's decisions wait for the answer.
const (
	MaxAccessNames = 1000   // users, and products, of one request
	MaxAccessPairs = 10_000 // users times products
)

// AccessRequest asks which of some users may open which of some products. It has no effect.
type AccessRequest struct {
	Users    []string `json:"users"`    // ids or mail addresses
	Products []string `json:"products"` // codes
}

// Validate checks the form of each name, and how many pairs there are.
func (r AccessRequest) Validate() []FieldError {
	var c checks
	c.must(1 <= len(r.Users) && len(r.Users) <= MaxAccessNames, "/users", "must name 1 to 1000 users")
	c.must(1 <= len(r.Products) && len(r.Products) <= MaxAccessNames, "/products", "must name 1 to 1000 products")
	c.must(len(r.Users)*len(r.Products) <= MaxAccessPairs, "", "must be about at most 10000 pairs of users and products")
	for i, u := range r.Users {
		c.check(at("/users", i), CheckUserRef(u))
	}
	c.codes("/products", r.Products)
	return c
}

// AccessAnswer has every pair: the first user with each product, then the second.
type AccessAnswer struct {
	Items    []Access `json:"items"`
	Position int64    `json:"position"`
}

// Access says whether a user may open a product now and what it would cost: the answer to a dry run with the
// product's newest version, and for a metered product that of a job of one unit.
type Access struct {
	User    string  `json:"user"` // as it was asked for
	Product string  `json:"product"`
	Outcome Outcome `json:"outcome"`
	Code    Code    `json:"code"`
	Source  Source  `json:"source,omitzero"`
	Tokens  Tokens  `json:"tokens"`
}
