package api

import "time"

// Bounds of a catalogue.
const (
	MaxUnit   = 64                             // characters
	MaxHold   = Duration(365 * 24 * time.Hour) // longest life of a hold
	MaxMonths = 120                            // longest term of a seat
	MaxPrice  = int64(1_000_000_000_000_000)   // minor units
)

// Validate checks the whole catalogue, references within it included. What only the server knows,
// such as a product that is in use and missing here, it does not see.
func (r Catalog) Validate() []FieldError {
	var c checks
	codes := make(map[string]bool, len(r.Products))
	c.given(r.Products != nil, "/products")
	for i, p := range r.Products {
		c.must(!codes[p.Code], at("/products", i)+"/code", "is used twice")
		codes[p.Code] = true
		c.nest(at("/products", i), p.validate())
	}
	collections := make(map[string]bool, len(r.Collections))
	for i, l := range r.Collections {
		c.must(!codes[l.Code] && !collections[l.Code], at("/collections", i)+"/code", "is used twice")
		collections[l.Code] = true
		c.nest(at("/collections", i), l.validate(codes))
	}
	if r.Prices != nil {
		c.nest("/prices", r.Prices.validate(codes, collections))
	}
	return c
}

func (p Product) validate() []FieldError {
	var c checks
	checkCode(&c, p.Code)
	c.check("/name", CheckName(p.Name))
	oneOf(&c, "/kind", p.Kind, Daily, Metered, Free)
	if p.Kind == Metered {
		c.given(p.Unit != "", "/unit")
	} else {
		c.must(p.Unit == "", "/unit", "belongs to metered products only")
		c.must(!p.CoveredBySeat, "/covered_by_seat", "belongs to metered products only")
		c.must(p.Hold == 0, "/hold", "belongs to metered products only")
	}
	c.text("/unit", p.Unit, MaxUnit)
	c.must(p.Hold <= MaxHold, "/hold", "must be at most 8760h")
	p.checkVersions(&c)
	p.checkRates(&c)
	return c
}

// checkCode checks the code of a product or collection, which must not be taken for Flex itself.
func checkCode(c *checks, code string) {
	c.check("/code", CheckID(code))
	c.must(code != WhatFlex, "/code", `must not be "flex", which stands for Flex itself`)
}

func (p Product) checkVersions(c *checks) {
	seen := make(map[string]bool, len(p.Versions))
	for i, v := range p.Versions {
		c.given(v != "", at("/versions", i))
		c.text(at("/versions", i), v, MaxVersion)
		c.must(!seen[v], at("/versions", i), "is listed twice")
		seen[v] = true
	}
}

func (p Product) checkRates(c *checks) {
	seen := make(map[Instant]bool, len(p.Rates))
	for i, rate := range p.Rates {
		path := at("/rates", i)
		c.given(rate.From != nil, path+"/from")
		c.given(rate.Tokens != nil, path+"/tokens")
		if rate.Tokens != nil {
			c.must(0 <= *rate.Tokens && *rate.Tokens <= MaxPack, path+"/tokens", "must be between 0 and 10^9")
		}
		if rate.From != nil {
			c.must(!seen[*rate.From], path+"/from", "is the date of another rate")
			seen[*rate.From] = true
		}
	}
}

func (l Collection) validate(products map[string]bool) []FieldError {
	var c checks
	checkCode(&c, l.Code)
	c.check("/name", CheckName(l.Name))
	c.given(l.Products != nil, "/products")
	c.codes("/products", l.Products)
	for i, code := range l.Products {
		c.must(products[code], at("/products", i), "is not a product of this catalogue")
	}
	return c
}

func (p Prices) validate(products, collections map[string]bool) []FieldError {
	var c checks
	c.check("/currency", checkCurrency(p.Currency))
	sizes := make(map[Tokens]bool, len(p.Packs))
	for i, pack := range p.Packs {
		path := at("/packs", i)
		checkSize(&c, path+"/size", pack.Size)
		checkPrice(&c, path+"/amount", pack.Amount)
		c.must(!sizes[pack.Size], path+"/size", "has another price already")
		sizes[pack.Size] = true
	}
	if p.TradeIn != nil {
		c.nest("/trade_in", p.TradeIn.validate())
	}
	terms := make(map[SeatPrice]bool, len(p.Seats))
	for i, seat := range p.Seats {
		path := at("/seats", i)
		c.nest(path, seat.validate(products, collections))
		seat.Amount = 0
		c.must(!terms[seat], path, "has another price already")
		terms[seat] = true
	}
	return c
}

func (s SeatPrice) validate(products, collections map[string]bool) []FieldError {
	var c checks
	checkTarget(&c, s.Product, s.Collection)
	c.must(s.Product == "" || products[s.Product], "/product", "is not a product of this catalogue")
	c.must(s.Collection == "" || collections[s.Collection], "/collection", "is not a collection of this catalogue")
	c.must(1 <= s.Months && s.Months <= MaxMonths, "/months", "must be between 1 and 120")
	checkPrice(&c, "/amount", s.Amount)
	return c
}

func checkPrice(c *checks, path string, amount int64) {
	c.must(1 <= amount && amount <= MaxPrice, path, "must be between 1 and 10^15 minor units")
}
