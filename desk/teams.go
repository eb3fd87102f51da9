package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/mailbox"
)

// Teams are at most limit of the teams after one, sorted; "" is before the first.
func (d *Desk) Teams(ctx context.Context, after string, limit int) ([]string, error) {
	// The operator's journal is none of them, and its name comes before all theirs.
	teams, err := d.journal.TeamsAfter(ctx, max(after, license.OperatorJournal), int64(limit))
	if err != nil {
		return nil, &Failure{err}
	}
	return teams, nil
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
	_, err = commit(d.journal, journal.Batch{
		Entries: []journal.Entry{{Team: n.ID, Seq: 1, Body: body, Hash: journal.Chain(journal.Hash{}, body)}},
		People:  []journal.Person{n.Admin},
		Heads:   []journal.Head{{Team: n.ID}},
	})
	if errors.Is(err, journal.ErrConflict) {
		return d.sameTeam(ctx, n)
	}
	if err != nil {
		return 0, storageError(err)
	}
	return 1, nil
}

func (d *Desk) sameTeam(ctx context.Context, n NewTeam) (int64, error) {
	return d.View(ctx, n.ID, func(v View) error {
		t, admin := v.Team, v.Person(n.Admin.ID)
		if t.Name != n.Name || t.Plan != n.Plan || t.TimeZone != n.TimeZone || admin.Name != n.Admin.Name ||
			mailbox.Key(admin.Email) != mailbox.Key(n.Admin.Email) {
			return &license.Error{Code: license.ErrConflict, Message: fmt.Sprintf("the team %q was created otherwise", n.ID)}
		}
		return nil
	})
}
