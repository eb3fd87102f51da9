package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// AfterLimit bounds how many entries After brings of each team at a time, when it is asked for so many teams: all together
// are to fit in memory, however far behind somebody is.
func AfterLimit(teams int) int { return min(4096, max(64, 1<<16/max(1, teams))) }

// After brings what was written behind some heads, at most AfterLimit entries of each team, those of a team in
// order.
func (j *Journal) After(ctx context.Context, heads []Head) ([]Entry, error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	if !j.Shared() || j.frozen != nil {
		return j.afterEach(ctx, heads)
	}
	entries, err := j.afterAll(ctx, heads)
	for again := 0; again < 2 && pgconn.SafeToRetry(err); again++ { // it was an old connection: the database has been away
		entries, err = j.afterAll(ctx, heads)
	}
	if err != nil {
		return nil, fmt.Errorf("journal: read what was written meanwhile: %w", err)
	}
	return entries, nil
}

// afterAll asks for all teams at once. Servers that write to the same teams read each other's entries so, all of them:
// without database/sql, which would take as long again.
func (j *Journal) afterAll(ctx context.Context, heads []Head) (entries []Entry, err error) {
	conn, err := j.reader.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	columns := headColumns(heads)
	err = conn.Raw(func(driverConn any) error {
		rows, err := driverConn.(*stdlib.Conn).Conn().Query(ctx, `SELECT new.team, new.seq, new.body, new.hash
			FROM unnest($1::text[], $2::bigint[]) AS head (team, seq)
			CROSS JOIN LATERAL (SELECT team, seq, body, hash FROM entry
				WHERE entry.team = head.team AND entry.seq > head.seq ORDER BY entry.seq LIMIT $3) AS new`,
			columns[0], columns[1], AfterLimit(len(heads)))
		if err != nil {
			return err
		}
		var e Entry
		var hash pgtype.DriverBytes // good until the next row
		_, err = pgx.ForEachRow(rows, []any{&e.Team, &e.Seq, &e.Body, &hash}, func() (err error) {
			e.Hash, err = hashOf(hash)
			entries = append(entries, e)
			return err
		})
		return err
	})
	return entries, err
}

// afterEach asks for each team by itself.
func (j *Journal) afterEach(ctx context.Context, heads []Head) (entries []Entry, err error) {
	for _, h := range heads {
		page, err := j.Page(ctx, h.Team, h.Seq, AfterLimit(len(heads)))
		if err != nil {
			return nil, err
		}
		entries = append(entries, page...)
	}
	return entries, nil
}
