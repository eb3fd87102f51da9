package firm

import (
	"context"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sample"
)

// Founded is when the firm became a customer, a year before the one that is played.
var Founded = time.Date(2024, 1, 11, 10, 0, 0, 0, time.UTC)

// excluded are the products that tokens may not open in this firm (R8.5).
var excluded = map[string]bool{"flame": true, "motionbuilder": true, "moldflow-insight": true}

// operator is who sells: the catalogue and the packs are entered by its orders.
var operator = license.Caller{By: "operator"}

// found brings the firm to the morning of the first day: a small pack that was bought a year ago to try it
// out, and for the new year seats, people and a large pack.
func (f *firm) found(ctx context.Context) error {
	steps := []struct {
		at   time.Time
		make func(context.Context) error
	}{
		{Founded, f.register},
		{Founded.Add(5 * time.Minute), f.buying("first-try", 1000)},
		{First.Add(6 * time.Hour), f.subscribe("2025", First)},
		{First.Add(6*time.Hour + 10*time.Minute), f.welcome},
		{First.Add(6*time.Hour + 40*time.Minute), f.buying("pack-1", 5000)},
	}
	for _, s := range steps {
		if err := f.clock.Set(s.at); err != nil {
			return err
		}
		if err := s.make(ctx); err != nil {
			return err
		}
	}
	return nil
}

// register publishes the sample catalogue and creates the team.
func (f *firm) register(ctx context.Context) error {
	if err := f.desk.SetCatalog(ctx, operator.By, catalog(sample.Catalog())); err != nil {
		return err
	}
	var err error
	if f.catalog, err = f.desk.Catalog(ctx); err != nil {
		return err
	}
	p := f.person(admin)
	_, err = f.desk.CreateTeam(ctx, operator.By, desk.NewTeam{ID: Team, Name: Name, Plan: license.Standard,
		Admin: journal.Person{ID: p.id, Name: p.name, Email: p.mail}})
	return err
}

// subscribe orders the firm's seats for a year.
func (f *firm) subscribe(year string, from time.Time) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, s := range seats {
			sub := license.Subscription{ID: s.what + "-" + year, What: s.what, Kind: license.SingleUser, Seats: s.count,
				From: license.InstantOf(from), Until: license.InstantOf(nextYear(from))}
			if s.floating {
				sub.ID, sub.Kind = s.what+"-floating-"+year, license.MultiUser
			}
			if _, err := f.desk.AddSubscription(ctx, Team, operator, sub); err != nil {
				return err
			}
		}
		return nil
	}
}

// newcomer joins during the year, in the place of leaver.
const newcomer, leaver = "noor", "marek"

// welcome adds everybody and assigns what they get.
func (f *firm) welcome(ctx context.Context) error {
	var users []desk.AddUser
	for _, p := range f.people {
		if p.id != admin && p.id != newcomer {
			users = append(users, desk.AddUser{ID: p.id, Name: p.name, Email: p.mail, Role: license.RoleUser})
		}
	}
	if _, _, err := f.desk.AddUsers(ctx, Team, by(admin), users); err != nil {
		return err
	}
	for _, p := range f.people {
		if p.id != newcomer {
			if err := f.equip(ctx, p); err != nil {
				return err
			}
		}
	}
	list := license.FlexList{Mode: license.FlexListed}
	for _, p := range f.catalog.Products {
		if p.Flex && !excluded[p.Code] {
			list.Products = append(list.Products, p.Code)
		}
	}
	_, err := f.desk.SetFlexDefaults(ctx, Team, by(admin), list)
	return err
}

// equip assigns a person what stands beside the name in the cast.
func (f *firm) equip(ctx context.Context, p *person) error {
	for _, a := range p.assigned {
		kind := license.SingleUser
		if a.floating {
			kind = license.MultiUser
		}
		if _, err := f.desk.Assign(ctx, Team, by(admin), p.id, a.what, kind); err != nil {
			return err
		}
	}
	return nil
}
