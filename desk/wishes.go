package desk

import (
	"context"

	"github.com/daypass/daypass/license"
)

// Asked is a request for access with what those who decide on it want to know.
type Asked struct {
	license.Wish
	// Rate is what a pass, or a unit of a metered service, costs now, if a rate is in force.
	Rate   license.Tokens
	Priced bool
	Unit   string // of a metered service
	// All and InProduct are the tokens that the user was charged in the running periods, in all and for this product.
	All, InProduct license.SpentSoFar
	Pass           *license.PassRef // the user's latest of this product, while it is remembered
	Replayed       bool
	Position       int64
}

// Ask asks for access to a product (R8.6).
func (d *Desk) Ask(ctx context.Context, team string, c license.Ask) (a Asked, err error) {
	return d.wish(ctx, team, func(t *turn) (license.Wish, license.Effect, error) {
		c := c
		c.User = t.book.user(c.User)
		return t.team.Ask(t.now, t.catalog, c)
	})
}

// Approve lets the user open what they asked for.
func (d *Desk) Approve(ctx context.Context, team string, c license.Decide) (Asked, error) {
	return d.wish(ctx, team, func(t *turn) (license.Wish, license.Effect, error) { return t.team.Approve(t.now, t.catalog, c) })
}

// Decline refuses a request, or takes an approval back.
func (d *Desk) Decline(ctx context.Context, team string, c license.Decide) (Asked, error) {
	return d.wish(ctx, team, func(t *turn) (license.Wish, license.Effect, error) { return t.team.Decline(t.now, c) })
}

func (d *Desk) wish(ctx context.Context, team string, verb func(*turn) (license.Wish, license.Effect, error)) (a Asked, err error) {
	pos, err := d.do(ctx, team, func(t *turn) error {
		w, e, err := verb(t)
		if err == nil {
			a = asked(t, w)
			a.Replayed = len(e.Entries) == 0
		}
		return t.add(e, err)
	})
	a.Position = pos
	return a, err
}

// asked puts beside a request what it would cost, and what the user has used so far.
func asked(t *turn, w license.Wish) Asked {
	a := Asked{Wish: w}
	if p := t.catalog.Product(w.Product); p != nil {
		a.Rate, a.Priced = p.RateAt(t.now)
		a.Unit = p.Unit
	}
	a.All, a.InProduct = t.team.SpentBy(t.now, w.User, ""), t.team.SpentBy(t.now, w.User, w.Product)
	if ref, ok := t.team.LatestPass(w.User, w.Product); ok {
		a.Pass = &ref
	}
	return a
}

// Wish is the request of this id, as it stands.
func (v View) Wish(id string) (Asked, bool) {
	w := v.Team.WishAt(id, v.Now)
	if w == nil {
		return Asked{}, false
	}
	return asked(&turn{now: v.Now, catalog: v.Catalog, team: v.Team}, *w), true
}
