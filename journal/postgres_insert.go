package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// errMoved says that a journal does not end where the batch was decided to follow on.
var errMoved = errors.New("another server has written meanwhile")

// standing is true while every journal of $1, $2, $3 (teams, positions, hashes) ends there. One look into the
// key's index tells for a team that the entry is there, that it is the one, and that none follows; it is next to
// where the team's new entries go.
const standing = `NOT EXISTS (SELECT 1 FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS head (team, seq, hash)
	WHERE head.hash <> COALESCE((SELECT entry.hash FROM entry WHERE entry.team = head.team AND entry.seq >= head.seq
		ORDER BY entry.seq DESC LIMIT 1), ''::bytea))`

// The statements are whole transactions in themselves: one way to the database and back for each batch.
const (
	postgresLook = `SELECT ` + standing

	postgresAppend = `INSERT INTO entry (team, seq, body, hash)
SELECT * FROM unnest($4::text[], $5::bigint[], $6::text[], $7::bytea[]) WHERE ` + standing

	postgresAppendPeople = `WITH stands AS MATERIALIZED (SELECT ` + standing + ` AS still),
people AS (INSERT INTO person (team, id, name, email)
	SELECT new.* FROM stands, unnest($8::text[], $9::text[], $10::text[], $11::text[]) AS new WHERE still
	ON CONFLICT (team, id) DO UPDATE SET name = excluded.name, email = excluded.email),
entries AS (INSERT INTO entry (team, seq, body, hash)
	SELECT new.* FROM stands, unnest($4::text[], $5::bigint[], $6::text[], $7::bytea[]) AS new WHERE still)
SELECT still FROM stands`
)

// postgresInserter writes a batch with one statement.
type postgresInserter struct{}

// insert implements inserter.
func (postgresInserter) insert(ctx context.Context, driverConn any, b Batch) error {
	conn := driverConn.(*stdlib.Conn).Conn()
	args := headColumns(b.Heads)
	switch {
	case len(b.People) > 0:
		args = append(append(args, entryColumns(b.Entries)...), personColumns(b.People)...)
		return ask(ctx, conn, postgresAppendPeople, args)
	case len(b.Entries) == 0:
		return ask(ctx, conn, postgresLook, args)
	}
	tag, err := conn.Exec(ctx, postgresAppend, append(args, entryColumns(b.Entries)...)...)
	if err != nil {
		return fmt.Errorf("insert entries: %w", err)
	}
	if tag.RowsAffected() != int64(len(b.Entries)) {
		return errMoved
	}
	return nil
}

// ask runs a statement that answers whether the heads are still the last.
func ask(ctx context.Context, conn *pgx.Conn, text string, args []any) error {
	var still bool
	if err := conn.QueryRow(ctx, text, args...).Scan(&still); err != nil {
		return fmt.Errorf("insert entries or look at the heads: %w", err)
	}
	if !still {
		return errMoved
	}
	return nil
}

// headColumns, entryColumns and personColumns turn rows into the arrays that unnest takes apart again.
func headColumns(heads []Head) []any {
	team, seq, hash := make([]string, len(heads)), make([]int64, len(heads)), make([][]byte, len(heads))
	for i := range heads {
		h := &heads[i]
		team[i], seq[i], hash[i] = h.Team, h.Seq, h.Hash[:]
		if h.Seq == 0 {
			hash[i] = []byte{}
		}
	}
	return []any{team, seq, hash}
}

func entryColumns(entries []Entry) []any {
	n := len(entries)
	team, seq, body, hash := make([]string, n), make([]int64, n), make([]string, n), make([][]byte, n)
	for i := range entries {
		e := &entries[i]
		team[i], seq[i], body[i], hash[i] = e.Team, e.Seq, string(e.Body), e.Hash[:]
	}
	return []any{team, seq, body, hash}
}

// personColumns keeps the last of several about one person: a statement can set a row once.
func personColumns(people []Person) []any {
	last := map[[2]string]int{}
	for i, p := range people {
		last[[2]string{p.Team, p.ID}] = i
	}
	var team, id, name, email []string
	for i, p := range people {
		if last[[2]string{p.Team, p.ID}] == i {
			team, id, name, email = append(team, p.Team), append(id, p.ID), append(name, p.Name), append(email, p.Email)
		}
	}
	return []any{team, id, name, email}
}

// close implements inserter: the statements are the connections' own.
func (postgresInserter) close(*sql.DB) error { return nil }
