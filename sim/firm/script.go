package firm

import (
	"context"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// script notes what happens once.
func (f *firm) script() {
	f.watch()
	f.drawJobs()
	f.refusals()
	f.changes()
	// Rosa tries a macro four times; three of the short launches are given back (R5.6).
	for _, clock := range []string{"10:05", "10:15", "10:25", "10:35"} {
		f.tries("2025-06-11", clock, &visit{person: f.person("rosa"), product: "mudbox"})
	}
}

// refusals are tries that the desk turns down.
func (f *firm) refusals() {
	for _, day := range []string{"2025-04-08", "2025-07-22", "2025-11-04"} {
		f.tries(day, "09:40", &visit{person: f.person("diego"), product: "revit", version: "2020"})
	}
	for _, day := range []string{"2025-05-14", "2025-05-15"} {
		f.tries(day, "11:10", &visit{person: f.person("hugo"), product: "flame"})
	}
	f.tries("2025-02-12", "10:30", &visit{person: f.person("leila"), product: "moldflow-insight"})
	f.tries("2025-03-06", "14:20", &visit{person: f.person("zeynep"), product: "vault-office"})
	f.tries("2025-09-17", "09:05", &visit{person: f.person("zeynep"), product: "vault-office"})
	f.tries("2025-03-19", "10:50", &visit{person: f.person("giulia"), product: "navisworks"})
	f.tries("2025-07-01", "08:15", &visit{person: f.person(leaver), product: "autocad"})
}

// tries opens a product for three minutes.
func (f *firm) tries(day, clock string, v *visit) {
	f.agenda.at(day, clock, func(ctx context.Context) error {
		v.from, v.glimpse, v.device = f.desk.Now().Time(), true, "ws-"+v.person.id
		v.until = v.from.Add(3 * time.Minute)
		if v.version == "" {
			v.version = f.version(v)
		}
		return f.come(ctx, []*visit{v})
	})
}

// changes are what the admin and the operator do during the year.
func (f *firm) changes() {
	f.agenda.at("2025-02-13", "08:10", func(ctx context.Context) error {
		own := license.FlexList{Mode: license.FlexListed, Products: []string{"moldflow-insight", "moldflow-insight-analysis", "inventor"}}
		_, err := f.desk.SetUserFlex(ctx, Team, by(admin), "leila", &own)
		return err
	})
	f.agenda.at("2025-03-03", "07:30", func(ctx context.Context) error {
		until := license.InstantOf(on("2025-04-02"))
		_, err := f.desk.GrantTrial(ctx, Team, by(admin), license.TrialGranted{User: "aiko", Product: "3ds-max", Until: until})
		return err
	})
	f.agenda.at("2025-03-19", "16:40", func(ctx context.Context) error {
		_, err := f.desk.Assign(ctx, Team, by(admin), "giulia", license.FlexCode, "")
		return err
	})
	f.agenda.at("2025-06-30", "18:30", func(ctx context.Context) error {
		_, err := f.desk.RemoveUser(ctx, Team, by(admin), leaver)
		return err
	})
	f.agenda.at("2025-07-14", "07:05", f.hire)
	f.agenda.at("2025-12-15", "09:00", f.subscribe("2026", nextYear(First)))
}

// hire adds the newcomer, who gets the seat that has become free.
func (f *firm) hire(ctx context.Context) error {
	p := f.person(newcomer)
	_, _, err := f.desk.AddUsers(ctx, Team, by(admin), []desk.AddUser{{ID: p.id, Name: p.name, Email: p.mail, Role: license.RoleUser}})
	if err != nil {
		return err
	}
	return f.equip(ctx, p)
}
