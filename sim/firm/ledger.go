package firm

import (
	"context"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
)

// days is a journal that keeps a day in one transaction. Nobody outside is answered while the year is played, so
// nothing need be durable before the day is over; twenty-five thousand syncs would take minutes on a slow disk.
type days struct {
	desk.Journal
	day journal.Batch
}

// Append notes a batch until the day is over.
func (d *days) Append(_ context.Context, b journal.Batch) error {
	d.day.Entries = append(d.day.Entries, b.Entries...)
	d.day.People = append(d.day.People, b.People...)
	d.day.Outbox = append(d.day.Outbox, b.Outbox...)
	return nil
}

// over writes the day down.
func (d *days) over(ctx context.Context) error {
	if len(d.day.Entries) == 0 && len(d.day.People) == 0 && len(d.day.Outbox) == 0 {
		return nil
	}
	day := d.day
	d.day = journal.Batch{}
	return d.Journal.Append(ctx, day)
}

// Read reads what is written, which has to be all.
func (d *days) Read(ctx context.Context, team string, after int64, fn func(journal.Entry) error) error {
	if err := d.over(ctx); err != nil {
		return err
	}
	return d.Journal.Read(ctx, team, after, fn)
}

// After is like Read.
func (d *days) After(ctx context.Context, heads []journal.Head) ([]journal.Entry, error) {
	if err := d.over(ctx); err != nil {
		return nil, err
	}
	return d.Journal.After(ctx, heads)
}

// PeopleOf is like Read.
func (d *days) PeopleOf(ctx context.Context, teams []string, fn func(journal.Person) error) error {
	if err := d.over(ctx); err != nil {
		return err
	}
	return d.Journal.PeopleOf(ctx, teams, fn)
}
