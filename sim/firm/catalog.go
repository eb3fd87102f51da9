package firm

import (
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
)

// catalog is the sample in the words of the rules.
func catalog(c api.Catalog) license.Catalog {
	out := license.Catalog{}
	for _, p := range c.Products {
		out.Products = append(out.Products, product(p))
	}
	for _, l := range c.Collections {
		out.Collections = append(out.Collections, license.Collection(l))
	}
	out.Prices.Currency, out.Prices.Sample = c.Prices.Currency, c.Prices.Sample
	for _, p := range c.Prices.Packs {
		out.Prices.Packs = append(out.Prices.Packs, license.PackPrice{Size: license.Tokens(p.Size), Amount: p.Amount})
	}
	for _, s := range c.Prices.Seats {
		out.Prices.Seats = append(out.Prices.Seats, license.SeatPrice(s))
	}
	return out
}

func product(p api.Product) license.Product {
	out := license.Product{Code: p.Code, Name: p.Name, Kind: license.Kind(p.Kind), Unit: p.Unit, Flex: p.InFlex(),
		Retired: p.Retired, Versions: p.Versions, CoveredBySeat: p.CoveredBySeat,
		Hold: license.Instant(time.Duration(p.Hold) / time.Millisecond), Sample: p.Sample}
	for _, r := range p.Rates {
		out.Rates = append(out.Rates, license.Rate{From: license.Instant(*r.From), Tokens: license.Tokens(*r.Tokens), Sample: r.Sample})
	}
	return out
}
