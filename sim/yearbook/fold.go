package yearbook

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// pass is one day used.
type pass struct {
	user, product string
	at            license.Instant
	code          license.Code
	source        license.Source
	floating      string         // the pool whose floating seat paid
	tokens        license.Tokens // what it cost; 0 once it was given back
	returned      bool
}

// job is one use of a service.
type job struct {
	user, service     string
	ended             license.Instant
	state             license.JobState
	used              license.Quantity
	charged, returned license.Tokens
}

// member is a person of the team as it stands now.
type member struct {
	id, name string
	active   bool
	seats    []string // single-user
}

// fold is what the entries so far tell.
type fold struct {
	catalog  *license.Catalog
	passes   []*pass
	byCharge map[license.ChargeID]*pass
	jobs     []*job
	byJob    map[string]*job
	holders  map[string][]string // user → products and collections they ever had a single-user seat of
	paid     int64               // for packs, in minor units
	bought   license.Tokens      // by those packs
	book     Year
	members  []member
	sharing  map[string]int // pool → people assigned to its floating seats
	seats    []Seats
}

func newFold(c *license.Catalog) *fold {
	return &fold{catalog: c, byCharge: map[license.ChargeID]*pass{}, byJob: map[string]*job{}, holders: map[string][]string{}, sharing: map[string]int{}}
}

// add folds one entry. Kinds that bring nothing to the figures are passed over.
func (f *fold) add(r desk.Record) {
	f.book.Entries, f.book.Head = r.Position, hex.EncodeToString(r.Hash[:])
	switch b := r.Body.(type) {
	case *license.PassOpened:
		p := &pass{user: b.User, product: b.Product, at: r.At, code: b.Code, source: b.Source, floating: b.Floating, tokens: b.Rate}
		f.passes = append(f.passes, p)
		f.byCharge[license.ChargeID(r.Position)] = p
	case *license.SessionClosed:
		if b.Reversed != nil {
			p := f.byCharge[b.Reversed.ID]
			f.book.GivenBack.Passes++
			f.book.GivenBack.Tokens += b.Reversed.Tokens
			p.tokens, p.returned = p.tokens-b.Reversed.Tokens, true
		}
	case *license.JobStarted:
		j := &job{user: b.User, service: b.Service, state: license.JobHeld}
		f.jobs = append(f.jobs, j)
		f.byJob[b.Job] = j
	case *license.JobEnded:
		f.byJob[b.Job].end(r.At, b.State, b.Used, sum(b.Charged), sum(b.Returned))
	case *license.JobExpired:
		f.byJob[b.Job].end(r.At, license.JobLapsed, 0, 0, sum(b.Returned))
	case *license.PackAdded:
		if b.Price != nil {
			f.paid, f.bought = f.paid+b.Price.Amount, f.bought+b.Size
		}
	case *license.Assigned:
		if b.Seat == license.SingleUser && !slices.Contains(f.holders[b.User], b.What) {
			f.holders[b.User] = append(f.holders[b.User], b.What)
		}
	}
}

func (j *job) end(at license.Instant, state license.JobState, used license.Quantity, charged, returned license.Tokens) {
	j.ended, j.state, j.used, j.charged, j.returned = at, state, used, charged, returned
}

func sum(draws []license.Draw) (total license.Tokens) {
	for _, d := range draws {
		total += d.Tokens
	}
	return total
}

// look reads what the ledger comes to now, and the names that stand beside it.
func (f *fold) look(ctx context.Context, d *desk.Desk, team string) error {
	_, err := d.View(ctx, team, func(v desk.View) error {
		f.book.Team, f.book.Name, f.book.Until = v.Team.ID, v.Team.Name, v.Now
		f.book.Balance = v.Team.BalanceAt(v.Now)
		for id, u := range v.Team.Users {
			m := member{id: id, name: v.Person(id).Name, active: u.Active}
			for _, a := range u.Assigned {
				if a.Kind == license.SingleUser {
					m.seats = append(m.seats, a.What)
				}
				if a.Kind == license.MultiUser {
					f.sharing[a.What]++
				}
			}
			f.members = append(f.members, m)
		}
		for what, p := range v.Team.Pools {
			f.owned(what, p.Seats(license.SingleUser, v.Now), len(p.Single), false)
			f.owned(what, p.Seats(license.MultiUser, v.Now), f.sharing[what], true)
		}
		return nil
	})
	slices.SortFunc(f.members, func(a, b member) int { return cmp.Compare(a.id, b.id) })
	return err
}

func (f *fold) owned(what string, seats, assigned int, floating bool) {
	if seats > 0 {
		f.seats = append(f.seats, Seats{ID: what, Name: f.name(what), Floating: floating, Owned: seats, Assigned: assigned})
	}
}

// name is what the catalogue calls a product or a collection.
func (f *fold) name(code string) string {
	if p := f.catalog.Product(code); p != nil {
		return p.Name
	}
	for _, c := range f.catalog.Collections {
		if c.Code == code {
			return c.Name
		}
	}
	return code
}
