package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// operator is the operator's journal in memory. Its changes are rare: one at a time, each its own
// transaction.
type operator struct {
	mu    sync.Mutex
	state *license.Operator
	head  journal.Hash
}

// load folds the operator's journal and puts its catalogue in force.
func (o *operator) load(ctx context.Context, d *Desk) error {
	state, head := license.NewOperator(), journal.Hash{}
	err := d.journal.Read(ctx, license.OperatorJournal, 0, func(e journal.Entry) error {
		return addOperator(state, &head, e)
	})
	if err != nil {
		return fmt.Errorf("reading the operator's journal: %w", err)
	}
	o.state, o.head = state, head
	d.catalog.Store(state.Catalog)
	return nil
}

// append makes one change of the operator's, together with entries of teams. The lock is held.
func (o *operator) append(ctx context.Context, d *Desk, by string, body license.Body, also journal.Batch) error {
	e := &license.Entry{At: max(d.now(), o.state.Last), By: by, Body: body}
	b, err := e.Encode()
	if err != nil {
		return err
	}
	if err := o.state.Apply(e); err != nil {
		return errors.Join(err, o.load(ctx, d))
	}
	head := journal.Chain(o.head, b)
	also.Entries = append(also.Entries, journal.Entry{Team: license.OperatorJournal, Seq: o.state.Position, Body: b, Hash: head})
	if err := d.journal.Append(context.Background(), also); err != nil {
		if reload := o.load(context.Background(), d); reload != nil {
			err = errors.Join(err, reload)
		}
		return storageError(err)
	}
	o.head = head
	d.catalog.Store(o.state.Catalog)
	return nil
}

// storageError is what a failed commit is answered with.
func storageError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, journal.ErrStorageFull):
		return errFull
	}
	return &Failure{err}
}

// SetCatalog replaces the catalogue and the price list (R2); it is in force with the next decision.
func (d *Desk) SetCatalog(ctx context.Context, by string, c license.Catalog) error {
	if _, err := license.NewCatalog(c); err != nil {
		return &license.Error{Code: "catalog_invalid", Message: err.Error()}
	}
	d.operator.mu.Lock()
	defer d.operator.mu.Unlock()
	return d.operator.append(ctx, d, by, &license.CatalogSet{Catalog: c}, journal.Batch{})
}

// Teams lists the ids of all teams, sorted.
func (d *Desk) Teams() []string {
	d.operator.mu.Lock()
	defer d.operator.mu.Unlock()
	teams := make([]string, 0, len(d.operator.state.Teams))
	for id := range d.operator.state.Teams {
		teams = append(teams, id)
	}
	slices.Sort(teams)
	return teams
}

// NewTeam is what a team begins with.
type NewTeam struct {
	ID       string
	Name     string
	Plan     license.Plan
	TimeZone string
	Admin    journal.Person // the primary admin (R8.1)
}

// CreateTeam creates a team. The same again changes nothing; another team with the id is a conflict.
func (d *Desk) CreateTeam(ctx context.Context, by string, n NewTeam) (int64, error) {
	d.operator.mu.Lock()
	defer d.operator.mu.Unlock()
	if d.operator.state.Teams[n.ID] {
		return d.sameTeam(ctx, n)
	}
	n.Admin.Team = n.ID
	_, effect, err := license.CreateTeam(d.now(), by, license.TeamCreated{Team: n.ID, Name: n.Name, Plan: n.Plan,
		TimeZone: n.TimeZone, Settings: license.DefaultSettings, PrimaryAdmin: n.Admin.ID})
	if err != nil {
		return 0, &Failure{err}
	}
	body, err := effect.Entries[0].Encode()
	if err != nil {
		return 0, &Failure{err}
	}
	batch := journal.Batch{
		Entries: []journal.Entry{{Team: n.ID, Seq: 1, Body: body, Hash: journal.Chain(journal.Hash{}, body)}},
		People:  []journal.Person{n.Admin},
	}
	if err := d.operator.append(ctx, d, by, &license.TeamRegistered{Team: n.ID}, batch); err != nil {
		return 0, err
	}
	return 1, nil
}

func (d *Desk) sameTeam(ctx context.Context, n NewTeam) (int64, error) {
	return d.View(ctx, n.ID, func(v View) error {
		t, admin := v.Team, v.Person(n.Admin.ID)
		if t.Name != n.Name || t.Plan != n.Plan || t.TimeZone != n.TimeZone || admin.Name != n.Admin.Name ||
			!strings.EqualFold(admin.Email, n.Admin.Email) {
			return &license.Error{Code: license.ErrConflict, Message: fmt.Sprintf("the team %q was created otherwise", n.ID)}
		}
		return nil
	})
}
