package api

// Usage is what a user has used lately.
type Usage struct {
	User     string         `json:"user"`     // id
	Tokens   PeriodTokens   `json:"tokens"`   // of all products
	Products []ProductUsage `json:"products"` // those with any use, by their codes
	Position int64          `json:"position"`
}

// ProductUsage is the use of one product.
type ProductUsage struct {
	Product string       `json:"product"`
	Tokens  PeriodTokens `json:"tokens"`
	Pass    *UsedPass    `json:"pass"` // the latest, which may be over; null: none that is remembered
}

// UsedPass is a pass with what pays for it.
type UsedPass struct {
	Pass
	Source Source  `json:"source"`
	Charge *Tokens `json:"charge"` // null: nothing was charged, or it was given back
	Open   int     `json:"open"`   // sessions that are open in it
}
