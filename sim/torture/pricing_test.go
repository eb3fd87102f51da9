package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

// pricing changes the catalogue, on any server, and reads it on another.
type pricing struct {
	fleet *fleet
	rng   *rand.Rand
	rate  api.Tokens // the latest; over all rounds of a run each is set once
	set   []*rated
}

func (p *pricing) work(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := p.turn(ctx); err != nil {
			return fmt.Errorf("the catalogue: %w", err)
		}
		time.Sleep(time.Duration(p.rng.IntN(400)) * time.Millisecond)
	}
	return nil
}

// begin sets a rate while nothing disturbs: what is left of the round before is over then.
func (p *pricing) begin(ctx context.Context) error {
	p.rate++
	p.set = []*rated{{Rate: p.rate}}
	_, err := p.fleet.servers[0].client("").SetCatalog(ctx, catalog(p.rate))
	return err
}

func (p *pricing) turn(ctx context.Context) error {
	p.rate++
	r := &rated{Rate: p.rate, Call: p.fleet.notes.now(), Return: unreturned}
	p.set = append(p.set, r)
	tries := 0
	_, err := anywhere(ctx, p.fleet, p.rng, "", func(ctx context.Context, c *client.Client) (api.Catalog, error) {
		tries++
		return c.SetCatalog(ctx, catalog(r.Rate))
	})
	r.Late = tries != 1
	if err != nil || ctx.Err() != nil {
		r.Late = true
		return err
	}
	r.Return = p.fleet.notes.now()
	p.fleet.counts.add(countCatalogs, 1)
	call := p.fleet.notes.now()
	read, err := anywhere(ctx, p.fleet, p.rng, "", func(ctx context.Context, c *client.Client) (api.Catalog, error) { return c.Catalog(ctx) })
	if err != nil || ctx.Err() != nil {
		return err
	}
	return allowed(p.set, rateOf(read), call, p.fleet.notes.now())
}

func rateOf(c api.Catalog) api.Tokens {
	for _, p := range c.Products {
		if p.Code == varying {
			return *p.Rates[0].Tokens
		}
	}
	return -1
}

// allowed holds that a rate was in force at some moment between a call and its return.
func allowed(set []*rated, rate api.Tokens, call, returned moment) error {
	for i, r := range set {
		if r.Rate != rate {
			continue
		}
		if r.Call > returned {
			return fmt.Errorf("the rate %s was in force before it was set", rate)
		}
		for _, later := range set[i+1:] {
			if !r.Late && later.Return < call {
				return fmt.Errorf("the rate %s was in force although %s was set before", rate, later.Rate)
			}
		}
		return nil
	}
	return fmt.Errorf("nobody has set the rate %s", rate)
}

// rates holds that charges have the rate that was in force.
func (m *matched) rates() {
	for _, p := range m.placed {
		a := p.Answer
		switch {
		case p.Ask.Product != varying || p.Ask.Verb != opens || p.Ask.Again || !p.Known:
		case a.Charge != nil:
			if err := allowed(m.Rates, a.Charge.Tokens, p.Call, p.Return); err != nil {
				m.find("rates", "%v: %v", err, p.op)
			}
		case a.Needed != nil:
			if err := allowed(m.Rates, *a.Needed, p.Call, p.Return); err != nil {
				m.find("rates", "%v: %v", err, p.op)
			}
		}
	}
}

// leases holds that every lease verifies, and says what the answer does.
func (m *matched) leases(keys api.Keys) {
	for _, p := range m.placed {
		a := p.Answer
		if a.Signed == "" {
			continue
		}
		l, err := api.Verify(keys, a.Signed, a.From)
		if errors.Is(err, api.ErrLeaseInvalid) || l.Team != m.Team || l.Session != p.Ask.ID || l.Pass != a.Pass || l.ExpiresAt != a.Lease {
			m.find("lease", "it says %+v (%v): %v", l, err, p.op)
		}
	}
}
