package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// pageSize is how many entries Read fetches at once.
const pageSize = 512

// Head is the last position of a team and its hash; 0 and the zero hash if it has no entries.
func (j *Journal) Head(ctx context.Context, team string) (seq int64, hash Hash, err error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	var h []byte
	err = j.view().QueryRowContext(ctx,
		`SELECT seq, hash FROM entry WHERE team = $1 ORDER BY seq DESC LIMIT 1`, team).Scan(&seq, &h)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, Hash{}, nil
	}
	if err == nil {
		hash, err = hashOf(h)
	}
	if err != nil {
		return 0, Hash{}, fmt.Errorf("journal: read the head of %s: %w", team, err)
	}
	return seq, hash, nil
}

// Read gives fn the entries of a team after a position, in order, each with bytes of its own. It fetches
// them page by page, so that a slow fn keeps no transaction open; entries that are appended meanwhile are
// read too.
func (j *Journal) Read(ctx context.Context, team string, after int64, fn func(Entry) error) error {
	for {
		page, err := j.Page(ctx, team, after, pageSize)
		for _, e := range page {
			if err := fn(e); err != nil {
				return err
			}
			after = e.Seq
		}
		if err != nil || len(page) < pageSize {
			return err
		}
	}
}

// Page is at most limit entries of a team after a position, in order. With an error come the entries that
// were read before it.
func (j *Journal) Page(ctx context.Context, team string, after int64, limit int) (page []Entry, err error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	defer func() {
		if err != nil {
			err = fmt.Errorf("journal: read %s after entry %d: %w", team, after+int64(len(page)), err)
		}
	}()
	rows, err := j.view().QueryContext(ctx,
		`SELECT seq, body, hash FROM entry WHERE team = $1 AND seq > $2 ORDER BY seq LIMIT $3`, team, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		e, hash := Entry{Team: team}, sql.RawBytes(nil)
		if err := rows.Scan(&e.Seq, &e.Body, &hash); err != nil {
			return page, err
		}
		if e.Hash, err = hashOf(hash); err != nil {
			return page, err
		}
		page = append(page, e)
	}
	return page, rows.Err()
}

// errHash is an entry whose stored hash is none.
var errHash = errors.New("the stored hash has not 32 bytes")

func hashOf(stored []byte) (h Hash, err error) {
	if len(stored) != len(h) {
		return h, errHash
	}
	copy(h[:], stored)
	return h, nil
}

// Teams are all teams that have entries, sorted by their bytes.
func (j *Journal) Teams(ctx context.Context) ([]string, error) {
	var all []string
	for after := ""; ; after = all[len(all)-1] {
		page, err := j.TeamsAfter(ctx, after, teamsPage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < teamsPage {
			return all, nil
		}
	}
}

// teamsPage is how many teams are listed by one query.
const teamsPage = 1000

// TeamsAfter are at most limit of the teams that come after one, sorted by their bytes; "" is before the first. It
// leaps from team to team along the key, so that it takes as long as there are teams, not entries.
func (j *Journal) TeamsAfter(ctx context.Context, after string, limit int64) ([]string, error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	rows, err := j.view().QueryContext(ctx, `WITH RECURSIVE leap (team, n) AS (
		SELECT (SELECT MIN(team) FROM entry WHERE team > $1), CAST(1 AS BIGINT)
		UNION ALL
		SELECT (SELECT MIN(team) FROM entry WHERE entry.team > leap.team), n + 1
		FROM leap WHERE leap.team IS NOT NULL AND n < $2
	) SELECT team FROM leap WHERE team IS NOT NULL`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("journal: list the teams: %w", err)
	}
	defer rows.Close()
	var teams []string
	for rows.Next() {
		var team string
		if err := rows.Scan(&team); err != nil {
			return nil, fmt.Errorf("journal: list the teams: %w", err)
		}
		teams = append(teams, team)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("journal: list the teams: %w", err)
	}
	return teams, nil
}
