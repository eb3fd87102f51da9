package torture

import (
	"context"
	"fmt"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
	"github.com/daypass/daypass/sim/model"
)

// What is in the catalogue beside products that only tokens open.
const (
	seated    = "seated" // seats or tokens
	alone     = "alone"  // a seat only, of the suite or its own
	suite     = "suite"  // of both
	rendering = "rendering"
	gratis    = "gratis"
	varying   = "varying" // its rate changes
)

// plain are the products that only tokens open, by their tokens.
var plain = map[string]api.Tokens{"p1": 1 * api.Whole, "p2": 2 * api.Whole, "p3": 3 * api.Whole, "p5": 5 * api.Whole, "p7": 7 * api.Whole, "p0": api.Whole / 2}

var plainCodes = []string{"p0", "p1", "p2", "p3", "p5", "p7"}

const renderingRate = api.Tokens(1500)

// catalog is the catalogue with a rate of the product whose rate changes.
func catalog(varies api.Tokens) api.Catalog {
	rate := func(t api.Tokens) []api.Rate {
		from := api.Instant(1_700_000_000_000)
		return []api.Rate{{From: &from, Tokens: &t}}
	}
	no := false
	c := api.Catalog{Collections: []api.Collection{{Code: suite, Name: suite, Products: []string{seated, alone}}},
		Products: []api.Product{
			{Code: seated, Name: seated, Kind: api.Daily, Rates: rate(4 * api.Whole)},
			{Code: alone, Name: alone, Kind: api.Daily, Flex: &no},
			{Code: varying, Name: varying, Kind: api.Daily, Rates: rate(varies)},
			{Code: gratis, Name: gratis, Kind: api.Free},
			{Code: rendering, Name: rendering, Kind: api.Metered, Unit: "frame", Rates: rate(renderingRate)},
		}}
	for _, code := range plainCodes {
		c.Products = append(c.Products, api.Product{Code: code, Name: code, Kind: api.Daily, Rates: rate(plain[code])})
	}
	return c
}

// modelled is the catalogue in the model's words.
func modelled(c api.Catalog) (m model.Catalog) {
	for _, p := range c.Products {
		q := model.Product{Code: p.Code, Kind: string(p.Kind), Flex: p.InFlex()}
		for _, r := range p.Rates {
			q.Rates = append(q.Rates, model.Rate{From: int64(*r.From), Tokens: int64(*r.Tokens)})
		}
		m.Products = append(m.Products, q)
	}
	for _, c := range c.Collections {
		m.Collections = append(m.Collections, model.Collection{Code: c.Code, Products: c.Products})
	}
	return m
}

// team is one of a round's.
type team struct {
	id        string
	partner   string // that tokens are moved to
	simple    bool   // its history is searched for a linearization of its one balance
	customers int
	users     []string
	products  []string
	does      []deed
	pace      time.Duration // the longest rest between two operations of a customer
	most      int           // operations of a customer
	keys      map[verb]string
	setup     int64 // the ledger's position before the first operation
}

// deed is something customers do, and how often.
type deed struct {
	weight int
	do     func(*customer) error
}

// teams are those of one round: a hot one that most customers act for, one that it exchanges tokens with, and two
// small ones.
func teams(round int, lasts time.Duration) []*team {
	all := append([]string{seated, alone, gratis, varying}, plainCodes...)
	everything := []deed{{30, (*customer).open}, {8, (*customer).again}, {8, (*customer).renew}, {14, (*customer).close},
		{6, (*customer).start}, {6, (*customer).end}, {2, (*customer).buy}, {2, (*customer).move}, {4, (*customer).assign}, {8, (*customer).read}}
	little := []deed{{40, (*customer).open}, {8, (*customer).again}, {10, (*customer).start}, {10, (*customer).end},
		{6, (*customer).buy}, {20, (*customer).read}}
	name := func(n string) string { return fmt.Sprintf("%s-%d", n, round) }
	list := []*team{
		{id: name("hot"), partner: name("warm"), customers: 24, users: people(30), products: all, does: everything, most: 300},
		{id: name("warm"), partner: name("hot"), customers: 8, users: people(40), products: all, does: everything, most: 200},
		{id: name("small"), simple: true, customers: 8, users: people(10), products: plainCodes, does: little, most: 110},
		{id: name("tiny"), simple: true, customers: 4, users: people(20), products: plainCodes, does: little, most: 160},
	}
	for _, t := range list {
		t.most = min(t.most, int(12*lasts.Seconds()))
		t.pace = 2 * lasts / time.Duration(t.most) // so that it ends about when the round does, if nothing is in its way
	}
	return list
}

func people(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprint("u", i))
	}
	return ids
}

// key is the credential for a verb: products have theirs, admins theirs, and the rest is the operator's.
func (t *team) key(v verb) string { return t.keys[v] }

// found makes the team and all that its customers need, while nothing disturbs.
func (t *team) found(ctx context.Context, c *client.Client, now time.Time) error {
	_, err := c.CreateTeam(ctx, api.TeamRequest{ID: t.id, Name: t.id, PrimaryAdmin: api.PrimaryAdmin{ID: "ann", Name: "Ann", Email: "ann@acme.example"}})
	if err != nil {
		return err
	}
	for _, u := range t.users {
		if _, err := c.AddUser(ctx, t.id, api.UserRequest{ID: u, Name: u, Email: u + "@acme.example"}); err != nil {
			return err
		}
		if _, err := c.Assign(ctx, t.id, u, api.WhatFlex, api.AssignmentRequest{}); err != nil {
			return err
		}
	}
	short := api.Duration(2 * time.Second)
	if t.simple {
		short = 0
	}
	if _, err := c.SetSettings(ctx, t.id, api.SettingsRequest{ShortLaunch: &short}); err != nil {
		return err
	}
	from, until := api.InstantOf(now.Add(-time.Hour)), api.InstantOf(now.Add(1000*time.Hour))
	for _, s := range []api.SubscriptionRequest{{ID: "seats", Product: seated, Seats: 4}, {ID: "suites", Collection: suite, Seats: 3}} {
		s.Kind, s.From, s.Until = api.SingleUser, &from, &until
		if _, err := c.AddSubscription(ctx, t.id, s); err != nil {
			return err
		}
	}
	p, err := c.BuyPack(ctx, t.id, api.PackRequest{ID: "first", Size: 100 * api.Whole})
	t.setup = p.Position
	if err != nil {
		return err
	}
	return t.makeKeys(ctx, c)
}

// makeKeys gives the team's programs their credentials. The empty one is the operator's.
func (t *team) makeKeys(ctx context.Context, c *client.Client) error {
	t.keys = map[verb]string{}
	for role, verbs := range map[api.KeyRole][]verb{
		api.KeyProduct: {opens, renews, closes, starts, completes, cancels},
		api.KeyAdmin:   {assigns, unassigns},
		api.KeyReports: {balances},
	} {
		k, err := c.CreateKey(ctx, t.id, api.KeyRequest{ID: string(role), Role: role})
		if err != nil {
			return err
		}
		for _, v := range verbs {
			t.keys[v] = k.Secret
		}
	}
	return nil
}
