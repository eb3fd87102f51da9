package journal

import (
	"context"
	"fmt"
)

// Notice is something that somebody is to be told, kept in the outbox until it is sent.
type Notice struct {
	Team string
	// ID is made of its cause, such as "request/req-1/asked": what has the same id as another is not written again.
	ID   string
	Kind string
	At   int64 // of its cause, in milliseconds
	// Body is JSON, without NUL like an entry's. It names people by their ids: names can be erased.
	Body []byte
}

// Outbox gives fn the notices of a team, sorted by id.
func (j *Journal) Outbox(ctx context.Context, team string, fn func(Notice) error) error {
	after := ""
	for {
		page, err := j.noticesAfter(ctx, team, after)
		if err != nil {
			return fmt.Errorf("journal: read the outbox of %s: %w", team, err)
		}
		for _, n := range page {
			if err := fn(n); err != nil {
				return err
			}
			after = n.ID
		}
		if len(page) < pageSize {
			return nil
		}
	}
}

func (j *Journal) noticesAfter(ctx context.Context, team, id string) ([]Notice, error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	rows, err := j.view().QueryContext(ctx,
		`SELECT id, kind, at, body FROM outbox WHERE team = $1 AND id > $2 ORDER BY id LIMIT $3`, team, id, pageSize)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var page []Notice
	for rows.Next() {
		n := Notice{Team: team}
		if err := rows.Scan(&n.ID, &n.Kind, &n.At, &n.Body); err != nil {
			return nil, err
		}
		page = append(page, n)
	}
	return page, rows.Err()
}
