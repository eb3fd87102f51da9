package sample

import (
	"testing"

	"github.com/daypass/daypass/api"
)

func TestCatalog(t *testing.T) {
	c := Catalog()
	kinds := map[api.ProductKind]int{}
	outside, old, examples := 0, 0, 0
	for _, p := range c.Products {
		kinds[p.Kind]++
		if !p.InFlex() {
			outside++
		}
		if len(p.Versions) > 6 {
			old++
		}
		for _, r := range p.Rates {
			if r.Sample {
				examples++
			}
		}
		if (len(p.Rates) > 0) != (p.Kind != api.Free && p.InFlex()) {
			t.Errorf("%s: %d rates", p.Code, len(p.Rates))
		}
	}
	if kinds[api.Daily] < 15 || kinds[api.Metered] < 10 || kinds[api.Free] < 2 || outside != 1 || old == 0 || examples == 0 {
		t.Errorf("kinds %v, %d not in Flex, %d with old versions, %d examples", kinds, outside, old, examples)
	}
	if !c.Prices.Sample || len(c.Prices.Packs) != 7 || len(c.Collections) == 0 {
		t.Errorf("prices %+v", c.Prices)
	}
}

// TestLargerPacksAreCheaper is R2.6: 3.00 a token, less from 5 000 on.
func TestLargerPacksAreCheaper(t *testing.T) {
	last := int64(300_000) // per thousand tokens
	for _, p := range Catalog().Prices.Packs {
		per := p.Amount * 1_000_000 / int64(p.Size)
		if small := p.Size < 5000*api.Whole; small && per != 300_000 || !small && per >= last {
			t.Errorf("%s tokens cost %d for a thousand", p.Size, per)
		}
		last = per
	}
}

// TestLongerTermsAreCheaper holds for every seat: a month costs more than a twelfth of a year, three years
// less than three of one.
func TestLongerTermsAreCheaper(t *testing.T) {
	prices := map[string]map[int]int64{}
	for _, s := range Catalog().Prices.Seats {
		what := s.Product + s.Collection
		if prices[what] == nil {
			prices[what] = map[int]int64{}
		}
		prices[what][s.Months] = s.Amount
	}
	for what, p := range prices {
		if len(p) != 3 || 12*p[1] <= p[12] || p[36] >= 3*p[12] {
			t.Errorf("%s: %v", what, p)
		}
	}
}
