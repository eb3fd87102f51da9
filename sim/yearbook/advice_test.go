package yearbook

import (
	"testing"

	"github.com/daypass/daypass/license"
)

// used adds a year of passes, so many a month.
func (f *fold) used(user, product string, source license.Source, days int) {
	for month := range 12 {
		for day := range days {
			at := license.Instant(month*30+day) * license.Day
			f.passes = append(f.passes, &pass{user: user, product: product, source: source, at: at})
		}
	}
}

// yearOf is a team with a seat of AutoCAD for ann, tokens at 3.00 each, and a year to look back on.
func yearOf(t *testing.T) *fold {
	t.Helper()
	rate := func(tokens license.Tokens) []license.Rate { return []license.Rate{{Tokens: tokens * license.Token}} }
	c, err := license.NewCatalog(license.Catalog{
		Products: []license.Product{
			{Code: "autocad", Name: "AutoCAD", Kind: license.Daily, Flex: true, Rates: rate(7)},
			{Code: "revit", Name: "Revit", Kind: license.Daily, Flex: true, Rates: rate(10)},
			{Code: "vault", Name: "Vault", Kind: license.Daily},
		},
		Collections: []license.Collection{{Code: "all", Name: "All", Products: []string{"autocad", "revit"}}},
		Prices: license.Prices{Currency: "USD", Seats: []license.SeatPrice{
			{Product: "autocad", Months: 12, Amount: 203000}, {Product: "autocad", Months: 1, Amount: 25000},
			{Product: "revit", Months: 12, Amount: 291000}, {Collection: "all", Months: 12, Amount: 367500},
			{Product: "vault", Months: 12, Amount: 60000},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f := newFold(c)
	f.book.Until, f.book.Token = 365*license.Day, Price{300000, 1000 * license.Token}
	return f
}

func TestAdvice(t *testing.T) {
	for _, tt := range []struct {
		name   string
		seats  []string
		days   map[string]int // a month
		now    int64
		better int64
		with   string // its first seat
	}{
		{"ten days a month are for a seat", nil, map[string]int{"autocad": 10}, 12 * 10 * 7 * 300, 203000, "AutoCAD"},
		{"eight already are no loss", nil, map[string]int{"autocad": 8}, 12 * 8 * 7 * 300, 0, ""},
		{"one day a month is for tokens", []string{"autocad"}, map[string]int{"autocad": 1}, 203000, 12 * 7 * 300, ""},
		{"two products are a collection", nil, map[string]int{"autocad": 9, "revit": 9}, 12 * 9 * 17 * 300, 367500, "All"},
		{"what is not in Flex keeps its seat", []string{"vault"}, map[string]int{"vault": 1}, 60000, 0, ""},
		{"an unused seat costs nothing without", []string{"revit"}, nil, 291000, 0, "nothing"},
	} {
		f := yearOf(t)
		f.members = []member{{id: "ann", name: "Ann", active: true, seats: tt.seats}}
		for product, days := range tt.days {
			f.used("ann", product, license.SourceTokens, days)
		}
		got := f.advice()
		if tt.with == "" && tt.better == 0 {
			if len(got) > 0 {
				t.Errorf("%s: %+v", tt.name, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Now.Cost() != tt.now || got[0].Better.Cost() != tt.better || got[0].Saving != tt.now-tt.better {
			t.Errorf("%s: %+v", tt.name, got)
			continue
		}
		if seats := got[0].Better.Seats; tt.with != "nothing" && (len(seats) > 0) != (tt.with != "") || len(seats) > 0 && seats[0] != tt.with {
			t.Errorf("%s: %q", tt.name, seats)
		}
	}
}

// TestFrequent is R10.6: eight days a month are frequent, seven are not.
func TestFrequent(t *testing.T) {
	f := yearOf(t)
	if f.frequent(8*12-1) || !f.frequent(8*12) {
		t.Error("96 days a year are eight a month")
	}
}

func TestPriceIsRounded(t *testing.T) {
	p := Price{Paid: 1_000_000, Bought: 3000 * license.Token} // 3.333… a token
	for tokens, want := range map[license.Tokens]int64{0: 0, license.Token: 333, 2 * license.Token: 667, 1: 0} {
		if got := p.Of(tokens); got != want {
			t.Errorf("%d thousandths cost %d, want %d", tokens, got, want)
		}
	}
	if (Price{}).Of(license.Token) != 0 {
		t.Error("without a price there is no cost")
	}
}
