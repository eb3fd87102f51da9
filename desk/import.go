package desk

import (
	"context"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/mailbox"
)

// Import is a list of people. The id of each is for who is new: who has the mail address keeps their own.
type Import struct {
	license.Caller
	People []journal.Person // each mail address once
	What   string           // assigned to all; empty: nothing
	DryRun bool
}

// Import adds who is not in the team, invites them, and assigns to all, or changes nothing (R8.2, R8.3). It returns
// the users in the order of the people, "" for who is not in the team afterwards, as in a dry run.
func (d *Desk) Import(ctx context.Context, team string, c Import) (done license.Imported, users []string, pos int64, err error) {
	pos, err = d.do(ctx, team, func(t *turn) error {
		people := t.recognise(team, c.People)
		users = make([]string, len(people))
		for i, p := range people {
			users[i] = p.ID
		}
		news := t.strangers(people)
		var e license.Effect
		var err error
		done, e, err = t.team.Import(t.now, t.catalog, license.Import{Caller: c.Caller, Users: users, What: c.What, DryRun: c.DryRun})
		if err == nil && len(e.Entries) > 0 {
			t.people = append(t.people, news...)
			for _, p := range news {
				t.invite(p.ID)
			}
		}
		for i, id := range users {
			if t.team.Users[id] == nil {
				users[i] = ""
			}
		}
		return t.add(e, err)
	})
	return done, users, pos, err
}

// recognise gives those whom the team knows, by mail address, their ids.
func (t *turn) recognise(team string, people []journal.Person) []journal.Person {
	known := make([]journal.Person, len(people))
	for i, p := range people {
		if id, ok := t.book.byMail[mailbox.Key(p.Email)]; ok && t.team.Users[id] != nil {
			p.ID = id
		}
		p.Team = team
		known[i] = p
	}
	return known
}

// strangers are those who are not in the team now.
func (t *turn) strangers(people []journal.Person) (news []journal.Person) {
	for _, p := range people {
		if u := t.team.Users[p.ID]; u == nil || !u.Active {
			news = append(news, p)
		}
	}
	return news
}
