package journal

import (
	"context"
	"fmt"
	"time"
)

// Task is background work for a team, such as its snapshot, that one server does at a time.
type Task struct {
	Team, Kind string
	Server     string // who does it; any name that no other server has
}

// Claim takes a task for some time, at an instant of the server's clock. False says that another server is at it. What
// was claimed and neither given back nor done in that time can be claimed by anyone, so that nothing is left undone by
// a server that was killed; the work has to bear that two do it then.
func (j *Journal) Claim(ctx context.Context, t Task, now time.Time, lasts time.Duration) (bool, error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	if j.writer == nil {
		return false, fmt.Errorf("journal: claim a task: %w", ErrReadOnly)
	}
	result, err := j.writer.ExecContext(ctx, `INSERT INTO task (team, kind, server, held_until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (team, kind) DO UPDATE SET server = excluded.server, held_until = excluded.held_until
		WHERE task.server = excluded.server OR task.held_until <= $5`,
		t.Team, t.Kind, t.Server, now.Add(lasts).UnixMilli(), now.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("journal: claim the %s of %s: %w", t.Kind, t.Team, err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// Release gives a task back, done or not.
func (j *Journal) Release(ctx context.Context, t Task) error {
	err := j.write(ctx, `DELETE FROM task WHERE team = $1 AND kind = $2 AND server = $3`, t.Team, t.Kind, t.Server)
	if err != nil {
		return fmt.Errorf("journal: release the %s of %s: %w", t.Kind, t.Team, err)
	}
	return nil
}
