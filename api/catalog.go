package api

// ProductKind says how a product is paid (R2.1).
type ProductKind string

const (
	Daily   ProductKind = "daily"   // by the day pass
	Metered ProductKind = "metered" // by the unit
	Free    ProductKind = "free"
)

// Catalog is everything that can be opened, and what it costs (R2).
type Catalog struct {
	Products    []Product    `json:"products"`
	Collections []Collection `json:"collections,omitzero"`
	Prices      *Prices      `json:"prices,omitzero"` // absent: nothing is for sale
}

// Product is something that a user opens, or a service that is paid by the result.
type Product struct {
	Code          string      `json:"code"`
	Name          string      `json:"name"`
	Kind          ProductKind `json:"kind"`
	Unit          string      `json:"unit,omitzero"`            // metered: what is counted, "result"
	Flex          *bool       `json:"flex,omitzero"`            // absent: true; false: by seat only (R2.5)
	Versions      []string    `json:"versions,omitzero"`        // newest first (R2.3); none: any
	Rates         []Rate      `json:"rates,omitzero"`           // each from another date
	Retired       bool        `json:"retired,omitzero"`         // can no longer be opened
	CoveredBySeat bool        `json:"covered_by_seat,omitzero"` // metered: a seat covers it too (R7.5)
	Hold          Duration    `json:"hold,omitzero"`            // metered: life of a hold (R7.4); 0: the default, 24h
	Sample        bool        `json:"sample,omitzero"`          // a sample, not somebody's real product (R2.7)
}

// InFlex says whether tokens can open the product.
func (p Product) InFlex() bool { return p.Flex == nil || *p.Flex }

// Rate is the tokens per day pass, or per unit, from a date on (R2.2).
type Rate struct {
	From   *Instant `json:"from"`
	Tokens *Tokens  `json:"tokens"`          // from 0
	Sample bool     `json:"sample,omitzero"` // a sample, not somebody's real rate
}

// Collection is a set of products that one seat covers together (R2.4).
type Collection struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Products []string `json:"products"` // codes
}

// Prices is the price list (R2.6).
type Prices struct {
	Currency string      `json:"currency"`          // ISO 4217, of every amount in it
	Packs    []PackPrice `json:"packs,omitzero"`    // each of another size
	Seats    []SeatPrice `json:"seats,omitzero"`    // each for another thing and term
	TradeIn  *TradeRatio `json:"trade_in,omitzero"` // what multi-user seats are worth; absent: 2 single-user seats for 1
	Sample   bool        `json:"sample,omitzero"`   // samples, not somebody's real prices
}

// PackPrice is what a pack of a size costs.
type PackPrice struct {
	Size   Tokens `json:"size"`   // whole tokens
	Amount int64  `json:"amount"` // minor units, from 1
}

// SeatPrice is what a seat of a product or collection costs for a term.
type SeatPrice struct {
	Product    string `json:"product,omitzero"`    // either this
	Collection string `json:"collection,omitzero"` // or this
	Months     int    `json:"months"`              // 1 to 120
	Amount     int64  `json:"amount"`              // minor units, from 1
}
