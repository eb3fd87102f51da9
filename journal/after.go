package journal

import (
	"context"
	"fmt"
)

// AfterLimit bounds how many entries After brings of one team at a time.
const AfterLimit = 4096

// After brings what was written behind some heads, at most AfterLimit entries of each team, those of a team in
// order.
func (j *Journal) After(ctx context.Context, heads []Head) ([]Entry, error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	if !j.Shared() {
		return j.afterEach(ctx, heads)
	}
	columns := headColumns(heads)
	rows, err := j.view().QueryContext(ctx, `SELECT new.team, new.seq, new.body, new.hash
		FROM unnest($1::text[], $2::bigint[]) AS head (team, seq)
		CROSS JOIN LATERAL (SELECT team, seq, body, hash FROM entry
			WHERE entry.team = head.team AND entry.seq > head.seq ORDER BY entry.seq LIMIT $3) AS new`,
		columns[0], columns[1], AfterLimit)
	if err != nil {
		return nil, fmt.Errorf("journal: read what was written meanwhile: %w", err)
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		var e Entry
		var hash []byte
		err := rows.Scan(&e.Team, &e.Seq, &e.Body, &hash)
		if err == nil {
			e.Hash, err = hashOf(hash)
		}
		if err != nil {
			return nil, fmt.Errorf("journal: read what was written meanwhile: %w", err)
		}
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("journal: read what was written meanwhile: %w", err)
	}
	return entries, nil
}

// afterEach asks for each team by itself.
func (j *Journal) afterEach(ctx context.Context, heads []Head) (entries []Entry, err error) {
	for _, h := range heads {
		page, err := j.Page(ctx, h.Team, h.Seq, AfterLimit)
		if err != nil {
			return nil, err
		}
		entries = append(entries, page...)
	}
	return entries, nil
}
