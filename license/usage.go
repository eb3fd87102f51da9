package license

import (
	"cmp"
	"slices"
)

// Usage is what a user has used lately: the tokens of the running periods, and the latest pass of each product.
type Usage struct {
	Spent    SpentSoFar // of all products
	Products []ProductUsage
}

// ProductUsage is the use of one product.
type ProductUsage struct {
	Product string
	Spent   SpentSoFar
	Pass    *Pass // the latest, live or ended; nil: none that is remembered. It must not be kept or changed.
}

// Open counts the sessions that are open in the pass.
func (p *Pass) Open() int { return len(p.open) }

// UsageOf reads what a user has used of the products in the catalogue, sorted by their codes; those without any are left
// out.
func (t *Team) UsageOf(now Instant, cat *Catalog, user string) Usage {
	o := t.at(now)
	out := Usage{Spent: t.spentSoFar(now, user, "", o)}
	for i := range cat.Products {
		u := ProductUsage{Product: cat.Products[i].Code}
		u.Spent = t.spentSoFar(now, user, u.Product, o)
		u.Pass = t.latest(user, u.Product)
		if u.Pass != nil || u.Spent != (SpentSoFar{}) {
			out.Products = append(out.Products, u)
		}
	}
	slices.SortFunc(out.Products, func(a, b ProductUsage) int { return cmp.Compare(a.Product, b.Product) })
	return out
}
