package journal

import (
	"context"
	"fmt"
)

// Person is what is known of a user beside the chain.
type Person struct {
	Team, ID, Name, Email string
}

// People gives fn the people of a team, sorted by id.
func (j *Journal) People(ctx context.Context, team string, fn func(Person) error) error {
	after := ""
	for {
		page, err := j.people(ctx, `team = $1 AND id > $2 ORDER BY id LIMIT $3`, team, after, pageSize)
		if err != nil {
			return fmt.Errorf("journal: read the people of %s: %w", team, err)
		}
		for _, p := range page {
			if err := fn(p); err != nil {
				return err
			}
			after = p.ID
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

// PeopleOf gives fn the people of teams, in no order.
func (j *Journal) PeopleOf(ctx context.Context, teams []string, fn func(Person) error) error {
	if !j.Shared() || len(teams) == 1 {
		for _, team := range teams {
			if err := j.People(ctx, team, fn); err != nil {
				return err
			}
		}
		return nil
	}
	all, err := j.people(ctx, `team = ANY($1)`, teams)
	if err != nil {
		return fmt.Errorf("journal: read the people of %d teams: %w", len(teams), err)
	}
	for _, p := range all {
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) people(ctx context.Context, which string, args ...any) (all []Person, err error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	rows, err := j.view().QueryContext(ctx, `SELECT team, id, name, email FROM person WHERE `+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Person
		if err := rows.Scan(&p.Team, &p.ID, &p.Name, &p.Email); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// ErasePerson forgets a person; the entries, which name only the id, stay as they are. In the files the
// name and address are overwritten when the write-ahead log has gone round, at the latest when the server
// stops; backups keep them.
func (j *Journal) ErasePerson(ctx context.Context, team, id string) error {
	for _, table := range []string{"invitation", "person"} {
		if err := j.write(ctx, `DELETE FROM `+table+` WHERE team = $1 AND id = $2`, team, id); err != nil {
			return fmt.Errorf("journal: erase a person of %s: %w", team, err)
		}
	}
	return nil
}
