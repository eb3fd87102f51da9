package sim

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// askAccess asks who may open what, for everyone and everything at once, and holds each answer against the same
// question asked alone, without effect; and what a user is said to have against how it would be paid.
func (w *World) askAccess() {
	users := slices.Concat(w.users, []string{"ada", "nobody"})
	var products []string
	for _, p := range w.catalog.Products {
		products = append(products, p.Code)
	}
	products = append(products, "nothing")
	var all []license.Access
	var wrong error
	w.look(func(v desk.View) {
		all, wrong = v.Team.Access(v.Now, v.Catalog, users, products), nil
		for _, u := range w.users {
			wrong = cmp.Or(wrong, entitled(v, u))
		}
	})
	if wrong != nil {
		panic(w.fail("access: %v", wrong))
	}
	for i, got := range all {
		user, product := users[i/len(products)], products[i%len(products)]
		if want := w.alone(user, product); got != want {
			panic(w.fail("access of %s to %s: got %+v, and alone it is %+v", user, product, got, want))
		}
	}
	w.note("access of %d users to %d products", len(users), len(products))
}

// alone is the answer to a dry run.
func (w *World) alone(user, product string) license.Access {
	a := license.Access{User: user, Product: product}
	p := w.find(product)
	if p != nil && p.Kind == license.Metered {
		g, _, err := w.desk.StartJob(ctx, team, license.StartJob{Job: "dry", User: user, Service: product, Quantity: 1000, DryRun: true})
		if err != nil {
			panic(w.fail("quote of %s: %v", product, err))
		}
		a.Outcome, a.Code, a.Source, a.Tokens = g.Outcome, g.Code, g.Source, g.Held
		return a
	}
	o := license.Open{Session: "dry", User: user, Product: product, DryRun: true}
	if p != nil && len(p.Versions) > 0 {
		o.Version = p.Versions[0]
	}
	g, err := w.desk.Open(ctx, team, o)
	if err != nil {
		panic(w.fail("dry run of %s: %v", product, err))
	}
	a.Outcome, a.Code, a.Source = g.Outcome, g.Code, g.Source
	if g.Charge != nil {
		a.Tokens = g.Charge.Tokens
	}
	return a
}

// entitled holds that the first reason that holds now is what would pay, and that nothing is paid without a reason.
func entitled(v desk.View, user string) error {
	has, err := v.Team.Entitlements(v.Now, v.Catalog, user)
	if err != nil {
		return fmt.Errorf("what %s has: %w", user, err)
	}
	listed := map[string]license.Entitlement{}
	for _, e := range has {
		listed[e.Product] = e
	}
	for _, p := range v.Catalog.Products {
		a := v.Team.Access(v.Now, v.Catalog, []string{user}, []string{p.Code})[0]
		if a.Outcome != license.Granted || a.Code == license.CodePassLive {
			continue // a pass that tokens paid for outlives its reason
		}
		why := listed[p.Code].Why
		if i := slices.IndexFunc(why, func(r license.Reason) bool { return r.Now }); i < 0 || why[i].Source != a.Source {
			return fmt.Errorf("%s opens %s by %s, and the reasons are %+v", user, p.Code, a.Source, why)
		}
	}
	return nil
}
