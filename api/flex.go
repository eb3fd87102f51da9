package api

// FlexMode says which Flex products may be opened by those assigned to Flex (R8.5).
type FlexMode string

const (
	FlexAll     FlexMode = "all"     // every one, new ones included
	FlexListed  FlexMode = "listed"  // those listed, and no new ones
	FlexDefault FlexMode = "default" // users only: as the team has it
)

// FlexRequest sets the default assignments of a team.
type FlexRequest struct {
	Mode     FlexMode `json:"mode"`              // all or listed
	Products []string `json:"products,omitzero"` // codes, with listed; may be none
}

// Validate checks mode and codes.
func (r FlexRequest) Validate() []FieldError {
	return checkFlex(r.Mode, r.Products, FlexAll, FlexListed)
}

// UserFlexRequest sets the list of one user.
type UserFlexRequest struct {
	Mode     FlexMode `json:"mode"`              // all, listed or default
	Products []string `json:"products,omitzero"` // codes, with listed; may be none
}

// Validate checks mode and codes.
func (r UserFlexRequest) Validate() []FieldError {
	return checkFlex(r.Mode, r.Products, FlexAll, FlexListed, FlexDefault)
}

func checkFlex(mode FlexMode, products []string, modes ...FlexMode) []FieldError {
	var c checks
	oneOf(&c, "/mode", mode, modes...)
	c.must(mode == FlexListed || len(products) == 0, "/products", "belongs to the mode listed only")
	c.codes("/products", products)
	return c
}

// Flex is the default assignments of a team, or the list of a user.
type Flex struct {
	Mode     FlexMode `json:"mode"`
	Products []string `json:"products"` // empty unless the mode is listed
	Position int64    `json:"position"`
}
