package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
)

func (s *Server) readCatalog(c *call) (api.Catalog, error) {
	catalog, err := s.desk.Catalog(c.r.Context())
	if err != nil {
		return api.Catalog{}, err
	}
	return catalogOf(catalog), nil
}

func (s *Server) setCatalog(c *call, in api.Catalog) (api.Catalog, error) {
	if err := s.desk.SetCatalog(c.r.Context(), c.who.By(), catalogFrom(in)); err != nil {
		return api.Catalog{}, err
	}
	return s.readCatalog(c)
}

// each converts a list.
func each[A, B any](from []A, convert func(A) B) []B {
	to := make([]B, len(from))
	for i, a := range from {
		to[i] = convert(a)
	}
	return to
}

func catalogFrom(in api.Catalog) license.Catalog {
	out := license.Catalog{
		Products:    each(in.Products, productFrom),
		Collections: each(in.Collections, func(c api.Collection) license.Collection { return license.Collection(c) }),
	}
	if p := in.Prices; p != nil {
		out.Prices = license.Prices{Currency: p.Currency, Sample: p.Sample,
			Packs: each(p.Packs, func(p api.PackPrice) license.PackPrice {
				return license.PackPrice{Size: license.Tokens(p.Size), Amount: p.Amount}
			}),
			Seats:   each(p.Seats, func(s api.SeatPrice) license.SeatPrice { return license.SeatPrice(s) }),
			TradeIn: (*license.TradeRatio)(p.TradeIn)}
	}
	return out
}

func productFrom(p api.Product) license.Product {
	return license.Product{Code: p.Code, Name: p.Name, Kind: license.Kind(p.Kind), Unit: p.Unit, Flex: p.InFlex(),
		Retired: p.Retired, Versions: p.Versions, CoveredBySeat: p.CoveredBySeat, Hold: milliseconds(p.Hold), Sample: p.Sample,
		Rates: each(p.Rates, func(r api.Rate) license.Rate {
			return license.Rate{From: license.Instant(*r.From), Tokens: license.Tokens(*r.Tokens), Sample: r.Sample}
		})}
}

func catalogOf(c *license.Catalog) api.Catalog {
	out := api.Catalog{
		Products:    each(c.Products, productOf),
		Collections: each(c.Collections, func(c license.Collection) api.Collection { return api.Collection(c) }),
	}
	if c.Prices.Currency != "" {
		out.Prices = &api.Prices{Currency: c.Prices.Currency, Sample: c.Prices.Sample,
			Packs: each(c.Prices.Packs, func(p license.PackPrice) api.PackPrice {
				return api.PackPrice{Size: api.Tokens(p.Size), Amount: p.Amount}
			}),
			Seats:   each(c.Prices.Seats, func(s license.SeatPrice) api.SeatPrice { return api.SeatPrice(s) }),
			TradeIn: (*api.TradeRatio)(c.Prices.TradeIn)}
	}
	return out
}

func productOf(p license.Product) api.Product {
	return api.Product{Code: p.Code, Name: p.Name, Kind: api.ProductKind(p.Kind), Unit: p.Unit, Flex: &p.Flex,
		Retired: p.Retired, Versions: p.Versions, CoveredBySeat: p.CoveredBySeat, Hold: duration(p.Hold), Sample: p.Sample,
		Rates: each(p.Rates, func(r license.Rate) api.Rate {
			from, tokens := api.Instant(r.From), api.Tokens(r.Tokens)
			return api.Rate{From: &from, Tokens: &tokens, Sample: r.Sample}
		})}
}
