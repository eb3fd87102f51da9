package license

import (
	"cmp"
	"fmt"
	"slices"
)

// Kind says how a product is paid (R2.1).
type Kind string

// The kinds of products.
const (
	Daily   Kind = "daily"   // opened, a day pass at a time
	Metered Kind = "metered" // started as jobs, paid per result
	Free    Kind = "free"    // costs nothing
)

// SupportedVersions is how many of a product's versions may be opened: the newest and the five before
// it (R2.3).
const SupportedVersions = 6

// Catalog is what the operator sells: products, collections and prices (R2). It is data and never
// changes in place; a new one replaces it.
type Catalog struct {
	Products    []Product    `json:"products"`
	Collections []Collection `json:"collections"`
	Prices      Prices       `json:"prices"`

	products    map[string]*Product
	collections map[string]map[string]bool // collection → products in it
}

// Product is something a user opens, or a service paid per result (R2.1).
type Product struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Kind     Kind     `json:"kind"`
	Unit     string   `json:"unit,omitempty"`     // of a metered product: result, hour, 50 photos
	Flex     bool     `json:"flex"`               // whether tokens can open it (R2.5)
	Retired  bool     `json:"retired,omitempty"`  // no longer opened by anyone
	Versions []string `json:"versions,omitempty"` // newest first; none: any version (R2.3)
	Rates    []Rate   `json:"rates,omitempty"`    // by From, ascending
	// CoveredBySeat lets a seat pay for a metered service (R7.5).
	CoveredBySeat bool `json:"covered_by_seat,omitempty"`
	// Hold is how long a job's tokens are held, in milliseconds; 0 is DefaultHold (R7.4).
	Hold Instant `json:"hold,omitempty"`
	// Sample marks a product whose rate is an example, not a vendor's (R2.7).
	Sample bool `json:"sample,omitempty"`
}

// Rate is what one day pass, or one unit of a metered service, costs from an instant on (R2.2).
type Rate struct {
	From   Instant `json:"from"`
	Tokens Tokens  `json:"tokens"`
	Sample bool    `json:"sample,omitempty"` // an example (R2.7)
}

// Collection is a named set of products that one seat covers together (R2.4).
type Collection struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Products []string `json:"products"`
}

// Prices is the price list (R2.6); amounts are minor units of Currency.
type Prices struct {
	Currency string      `json:"currency"`
	Packs    []PackPrice `json:"packs"`
	Seats    []SeatPrice `json:"seats"`
	// TradeIn is what multi-user seats are worth in single-user ones (R8.10); nil: DefaultTradeRatio.
	TradeIn *TradeRatio `json:"trade_in,omitempty"`
	Sample  bool        `json:"sample,omitempty"` // examples (R2.7)
}

// PackPrice is what a pack of Size costs, in minor units.
type PackPrice struct {
	Size   Tokens `json:"size"`
	Amount int64  `json:"amount"`
}

// SeatPrice is what one seat of a product or collection costs for a term, in minor units.
type SeatPrice struct {
	Product    string `json:"product,omitempty"`
	Collection string `json:"collection,omitempty"`
	Months     int    `json:"months"`
	Amount     int64  `json:"amount"`
}

// Money is an amount in minor units of an ISO currency (R1.6).
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// NewCatalog checks c and returns a copy that answers look-ups. The error names the first fault and
// where it is.
func NewCatalog(c Catalog) (*Catalog, error) {
	c.products = make(map[string]*Product, len(c.Products))
	c.collections = make(map[string]map[string]bool, len(c.Collections))
	c.Products = slices.Clone(c.Products)
	for i := range c.Products {
		p := &c.Products[i]
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("products/%d: %w", i, err)
		}
		if c.products[p.Code] != nil {
			return nil, fmt.Errorf("products/%d: the code %q stands twice", i, p.Code)
		}
		p.Rates = slices.Clone(p.Rates)
		slices.SortStableFunc(p.Rates, func(a, b Rate) int { return cmp.Compare(a.From, b.From) })
		c.products[p.Code] = p
	}
	for i, col := range c.Collections {
		if err := c.addCollection(col); err != nil {
			return nil, fmt.Errorf("collections/%d: %w", i, err)
		}
	}
	if err := c.checkPrices(); err != nil {
		return nil, err
	}
	return &c, nil
}

func (c *Catalog) addCollection(col Collection) error {
	if col.Code == "" || c.products[col.Code] != nil || c.collections[col.Code] != nil || col.Code == FlexCode {
		return fmt.Errorf("the code %q is missing or stands for something else already", col.Code)
	}
	in := make(map[string]bool, len(col.Products))
	for _, code := range col.Products {
		if c.products[code] == nil {
			return fmt.Errorf("the product %q is not in the catalogue", code)
		}
		in[code] = true
	}
	c.collections[col.Code] = in
	return nil
}

func (c *Catalog) checkPrices() error {
	if err := c.TradeIn().check(); err != nil {
		return err
	}
	for i, p := range c.Prices.Packs {
		if p.Size <= 0 || p.Size%Token != 0 || p.Size > MaxTokens || p.Amount < 0 {
			return fmt.Errorf("prices/packs/%d: a pack has a whole size from 1 and an amount from 0", i)
		}
	}
	for i, s := range c.Prices.Seats {
		what := s.Product + s.Collection
		if (s.Product == "") == (s.Collection == "") || !c.Sells(what) {
			return fmt.Errorf("prices/seats/%d: name one product or one collection of the catalogue", i)
		}
		if s.Months < 1 || s.Months > 120 || s.Amount < 0 {
			return fmt.Errorf("prices/seats/%d: a term has 1 to 120 months and an amount from 0", i)
		}
	}
	return nil
}

func (p *Product) check() error {
	switch {
	case p.Code == "" || p.Code == FlexCode:
		return fmt.Errorf("a product needs a code, and not %q", p.Code)
	case p.Kind != Daily && p.Kind != Metered && p.Kind != Free:
		return fmt.Errorf("the kind %q is not daily, metered or free", p.Kind)
	case p.Hold < 0 || p.Hold > 365*Day:
		return fmt.Errorf("a hold lasts up to 365 days")
	}
	seen := map[Instant]bool{}
	for _, r := range p.Rates {
		if r.Tokens < 0 || r.Tokens > 1_000_000*Token {
			return fmt.Errorf("a rate is 0 to 1000000 tokens")
		}
		if seen[r.From] {
			return fmt.Errorf("two rates hold from the same instant")
		}
		seen[r.From] = true
	}
	versions := map[string]bool{}
	for _, v := range p.Versions {
		if v == "" || versions[v] {
			return fmt.Errorf("the version %q is empty or stands twice", v)
		}
		versions[v] = true
	}
	return nil
}

// Product returns the product with this code, or nil.
func (c *Catalog) Product(code string) *Product { return c.products[code] }

// Sells reports whether what is the code of a product or a collection.
func (c *Catalog) Sells(what string) bool {
	return c.products[what] != nil || c.collections[what] != nil
}

// Covers reports whether a seat of what (a product or a collection) covers product (R4.4).
func (c *Catalog) Covers(what, product string) bool {
	return what == product || c.collections[what][product]
}

// PackPrice returns what the price list asks for a pack of exactly this size, or nil.
func (c *Catalog) PackPrice(size Tokens) *Money {
	for _, p := range c.Prices.Packs {
		if p.Size == size {
			return &Money{Amount: p.Amount, Currency: c.Prices.Currency}
		}
	}
	return nil
}

// RateAt returns the rate in force at t (R2.2); false before the first rate.
func (p *Product) RateAt(t Instant) (Tokens, bool) {
	for i := len(p.Rates) - 1; i >= 0; i-- {
		if p.Rates[i].From <= t {
			return p.Rates[i].Tokens, true
		}
	}
	return 0, false
}

// Openable returns the versions that may be opened, newest first; none means any (R2.3).
func (p *Product) Openable() []string {
	return p.Versions[:min(len(p.Versions), SupportedVersions)]
}

// supports reports whether this version may be opened (R2.3).
func (p *Product) supports(version string) bool {
	return len(p.Versions) == 0 || slices.Contains(p.Openable(), version)
}

// hold is how long a job of this service holds its tokens (R7.4).
func (p *Product) hold() Instant {
	if p.Hold == 0 {
		return DefaultHold
	}
	return p.Hold
}

// Cost is what a quantity costs at this rate, rounded up to a thousandth of a token.
func Cost(rate Tokens, q Quantity) Tokens {
	// rate ≤ 10^9 and q ≤ 10^12 thousandths would overflow; split the quantity into whole units and rest.
	whole, rest := int64(q)/1000, int64(q)%1000
	return Tokens(int64(rate)*whole + (int64(rate)*rest+999)/1000)
}
