package sim

import (
	"math/rand/v2"
	"slices"

	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

// member is somebody in the team.
func (w *World) member() string { return pick(w.rng, append([]string{"ada"}, w.users...)) }

func (w *World) user() string {
	if w.rng.IntN(30) == 0 {
		return "nobody"
	}
	return w.member()
}

func (w *World) product() string {
	return pick(w.rng, []string{"autocad", "autocad", "autocad", "revit", "revit", "sketch", "viewer", "legacy", "seatonly", "render", "nothing"})
}

func (w *World) find(code string) *license.Product {
	for i := range w.catalog.Products {
		if w.catalog.Products[i].Code == code {
			return &w.catalog.Products[i]
		}
	}
	return nil
}

func drawCatalog(rng *rand.Rand) license.Catalog {
	flat := func(t license.Tokens) []license.Rate { return []license.Rate{{From: 0, Tokens: t}} }
	return license.Catalog{
		Products: []license.Product{
			{Code: "autocad", Kind: license.Daily, Flex: true, Rates: flat(7_000), Versions: []string{"2026", "2025", "2024", "2023", "2022", "2021", "2020"}},
			{Code: "revit", Kind: license.Daily, Flex: true, Rates: flat(10_000)},
			{Code: "sketch", Kind: license.Daily, Flex: true, Rates: flat(license.Tokens(rng.IntN(2) * 100))},
			{Code: "seatonly", Kind: license.Daily, Flex: false, Rates: flat(1_000)},
			{Code: "legacy", Kind: license.Daily, Flex: true, Retired: true, Rates: flat(1_000)},
			{Code: "viewer", Kind: license.Free, Flex: true},
			{Code: "render", Kind: license.Metered, Flex: true, Rates: flat(license.Tokens(100 + rng.IntN(900))), Hold: []license.Instant{0, 3 * license.Hour, 60 * license.Day}[rng.IntN(3)]},
			{Code: "simulate", Kind: license.Metered, Flex: true, CoveredBySeat: true, Rates: flat(333)},
		},
		Collections: []license.Collection{{Code: "suite", Products: []string{"autocad", "seatonly", "sketch"}},
			{Code: "flow", Products: []string{"simulate", "sketch"}}},
	}
}

// changeCatalog raises a rate, or retires a product and brings it back.
func (w *World) changeCatalog() {
	c := w.catalog
	c.Products = slices.Clone(c.Products)
	switch p := &c.Products[w.rng.IntN(3)]; w.rng.IntN(3) {
	case 0:
		p.Retired = !p.Retired
	default:
		from := license.Instant(w.now()) + license.Instant(w.rng.IntN(2))*license.Day
		p.Rates = append(slices.Clone(p.Rates), license.Rate{From: from, Tokens: p.Rates[0].Tokens + license.Tokens(w.rng.IntN(3)*500)})
		slices.SortStableFunc(p.Rates, func(a, b license.Rate) int { return int(a.From - b.From) })
		p.Rates = slices.CompactFunc(p.Rates, func(a, b license.Rate) bool { return a.From == b.From })
		w.expect(from)
	}
	w.setCatalog(c)
}

func (w *World) setCatalog(c license.Catalog) {
	if err := w.desk.SetCatalog(ctx, "operator", c); err != nil {
		panic(w.fail("catalogue: %v", err))
	}
	w.catalog = c
	w.note("the catalogue changes")
	said := modelCatalog(c)
	w.tell(func(m *model.World) { m.SetCatalog(said) })
}
