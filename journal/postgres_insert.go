package journal

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// An append is one query: one way to the database and back, and a transaction in itself. The key of each team's first
// entry is what two servers race for.
//
// Where nobody else writes, all entries find their places free, and are inserted as they are: entries are never changed,
// so who has had the one before kept knows that it is there, as long as the database has lost nothing (Batch.Last).
// A place that is taken fails the query, and then, and for some time, appends are careful: first entry by first entry is
// written of each team whose journal still ends where the batch was decided; who has that place has the right to the
// team's other entries. What a team loses costs the other teams of the batch nothing. To be careful costs half as much again.

// ends is the hash of the last entry of a team at or behind a position, empty if there is none: one look into the key's
// index, next to where the team's new entries go.
func ends(team, seq string) string {
	return `COALESCE((SELECT entry.hash FROM entry WHERE entry.team = ` + team + ` AND entry.seq >= ` + seq + `
		ORDER BY entry.seq DESC LIMIT 1), ''::bytea)`
}

var (
	// stale are the heads of $1, $2, $3 (teams, positions, hashes) that are not the last any more.
	stale = `SELECT head.team FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS head (team, seq, hash)
	WHERE head.hash <> ` + ends("head.team", "head.seq")

	// moved are those of $4, $5, $6, on which the whole batch hangs.
	moved = `SELECT 1 FROM unnest($4::text[], $5::bigint[], $6::bytea[]) AS base (team, seq, hash)
	WHERE base.hash <> ` + ends("base.team", "base.seq")

	// waits has the commit of this transaction wait for the disk where it would not; stricter settings, which also wait for
	// replicas, are left as they are. Behind a pooler no setting of a connection's can be relied on.
	waits = `CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) = 'on' ELSE true END`

	// postgresLook says which heads have moved, and whether all else has.
	postgresLook = `SELECT (SELECT array_agg(team) FROM (` + stale + `) AS stale), NOT EXISTS (` + moved + `), NULL::text[], 0, NULL::text[]`

	// postgresAppend answers like postgresLook, and with the teams that were written to, if those are not all. It
	// first waits while another server has its turn at one of the teams $7, whose rows are there only while servers
	// fight over a team; what is looked at after the wait is as old as the statement, so who waited has lost the race.
	postgresAppend = `WITH stands AS MATERIALIZED (
	SELECT ` + waits + ` AND NOT EXISTS (` + moved + `) AS still, (SELECT array_agg(team) FROM (
		SELECT team FROM turn WHERE team = ANY($7::text[]) ORDER BY team FOR KEY SHARE) AS turns) AS rivals
), first AS (
	INSERT INTO entry (team, seq, body, hash)
	SELECT new.team, new.seq, new.body, new.hash
	FROM unnest($8::text[], $9::bigint[], $10::text[], $11::bytea[], $12::bytea[]) AS new (team, seq, body, hash, before)
	WHERE (SELECT still FROM stands) AND (new.before IS NULL OR new.before = ` + ends("new.team", "new.seq - 1") + `)
	ON CONFLICT (team, seq) DO NOTHING RETURNING team
), rest AS (
	INSERT INTO entry (team, seq, body, hash)
	SELECT new.* FROM unnest($13::text[], $14::bigint[], $15::text[], $16::bytea[]) AS new (team, seq, body, hash)
	WHERE new.team IN (SELECT team FROM first)
)%s
SELECT (SELECT array_agg(team) FROM (` + stale + `) AS stale), still, rivals, (SELECT COUNT(*) FROM first),
	(SELECT CASE WHEN COUNT(*) < cardinality($8::text[]) THEN array_agg(team) END FROM first)
FROM stands`

	// postgresAppendAll writes all entries or fails, unless what all hangs on has moved, or the entry $7, $8, $9 (team,
	// position, hash) is not there; the turns are those of $10. It answers like postgresLook, without teams that were
	// written to.
	postgresAppendAll = `WITH stands AS MATERIALIZED (
	SELECT ` + waits + ` AND NOT EXISTS (` + moved + `) AS still, ($8::bigint = 0 OR EXISTS (SELECT FROM entry
		WHERE entry.team = $7::text AND entry.seq = $8::bigint AND entry.hash = $9::bytea)) AS last, (SELECT array_agg(team) FROM (
		SELECT team FROM turn WHERE team = ANY($10::text[]) ORDER BY team FOR KEY SHARE) AS turns) AS rivals
), kept AS (
	INSERT INTO entry (team, seq, body, hash)
	SELECT new.* FROM unnest($11::text[], $12::bigint[], $13::text[], $14::bytea[]) AS new (team, seq, body, hash)
	WHERE (SELECT still AND last FROM stands)
)
SELECT (SELECT array_agg(team) FROM (` + stale + `) AS stale), still, rivals, last FROM stands`

	postgresAppendEntries = fmt.Sprintf(postgresAppend, "")
	postgresAppendPeople  = fmt.Sprintf(postgresAppend, postgresPeople)
	postgresAppendOutbox  = fmt.Sprintf(postgresAppend, postgresPeople+postgresOutbox)
	postgresAppendInvited = fmt.Sprintf(postgresAppend, postgresPeople+postgresOutbox+postgresInvitations)
)

// The parts of an append that are there only when there are such rows; where the outbox is, people are too, and where
// invitations are, the outbox is.
const (
	postgresPeople = `, people AS (
	INSERT INTO person (team, id, name, email)
	SELECT new.* FROM unnest($17::text[], $18::text[], $19::text[], $20::text[]) AS new (team, id, name, email)
	WHERE (SELECT still FROM stands) AND (new.team IN (SELECT team FROM first) OR new.team <> ALL ($8::text[]))
	ON CONFLICT (team, id) DO UPDATE SET name = excluded.name, email = excluded.email
)`

	postgresOutbox = `, notices AS (
	INSERT INTO outbox (team, id, kind, at, body)
	SELECT new.* FROM unnest($21::text[], $22::text[], $23::text[], $24::bigint[], $25::text[]) AS new (team, id, kind, at, body)
	WHERE (SELECT still FROM stands) AND (new.team IN (SELECT team FROM first) OR new.team <> ALL ($8::text[]))
	ON CONFLICT (team, id) DO NOTHING
)`

	postgresInvitations = `, invitations AS (
	INSERT INTO invitation (team, id, hash, sent_at, expires_at, accepted_at, request)
	SELECT new.* FROM unnest($26::text[], $27::text[], $28::bytea[], $29::bigint[], $30::bigint[], $31::bigint[], $32::text[])
		AS new (team, id, hash, sent_at, expires_at, accepted_at, request)
	WHERE (SELECT still FROM stands) AND (new.team IN (SELECT team FROM first) OR new.team <> ALL ($8::text[]))
	ON CONFLICT (team, id) DO UPDATE SET hash = excluded.hash, sent_at = excluded.sent_at, expires_at = excluded.expires_at,
		accepted_at = excluded.accepted_at, request = excluded.request
)`
)

// postgresInserter writes a batch with one statement.
type postgresInserter struct{ careful *care }

// care says when appends are to be careful. Other servers may come to a team once and not again, or all the time: so it
// lasts the longer the sooner after it a place is taken again.
type care struct {
	left  atomic.Int32 // so many appends are still careful
	lasts atomic.Int32 // so many more than carefulFor would be, were a place taken now
}

// carefulFor is for how many appends another server is expected after a place was taken, carefulMost after many were.
const (
	carefulFor  = 32
	carefulMost = 1024
)

// taken notes that a place was.
func (c *care) taken() {
	lasts := carefulFor + c.lasts.Load()
	c.left.Store(lasts)
	c.lasts.Store(min(2*lasts, carefulMost) - carefulFor)
}

// free notes that all places were, without care.
func (c *care) free() {
	if n := c.lasts.Load(); n > 0 {
		c.lasts.CompareAndSwap(n, n-1)
	}
}

// is reports whether an append is to be careful.
func (c *care) is() bool {
	n := c.left.Load()
	if n > 0 {
		c.left.CompareAndSwap(n, n-1)
	}
	return n > 0
}

// insert implements inserter.
func (p postgresInserter) insert(ctx context.Context, driverConn any, b Batch) error {
	conn := driverConn.(*stdlib.Conn).Conn()
	if p.expectsFree(b) {
		err := p.writeFree(ctx, conn, b)
		if err == nil {
			p.careful.free()
		}
		if !placeTaken(err) {
			return err
		}
		p.careful.taken()
	}
	if !b.Whole {
		return p.write(ctx, conn, b)
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback(ctx) }() // after a commit there is nothing to roll back
	// Should this server stand still in the middle, others do not wait for it.
	if _, err := tx.Exec(ctx, leaveIdle); err != nil {
		return err
	}
	if err := p.write(ctx, tx, b); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return &commitError{err}
	}
	return nil
}

// expectsFree reports whether a batch has entries and nothing beside them, of teams only on which who decided has
// written last, and no other server has been there first of late.
func (p postgresInserter) expectsFree(b Batch) bool {
	entriesOnly := len(b.People)+len(b.Outbox)+len(b.Invitations) == 0
	if len(b.Entries) == 0 || !entriesOnly || b.Whole || b.Last.Seq == 0 || len(b.Heads) == 0 {
		return false
	}
	if p.careful.is() {
		return false
	}
	i := 0
	for n := range b.Entries {
		if team := b.Entries[n].Team; n == 0 || b.Entries[n-1].Team != team {
			for i < len(b.Heads) && b.Heads[i].Team < team {
				i++
			}
			if i == len(b.Heads) || b.Heads[i].Team != team || !b.Heads[i].Mine {
				return false
			}
		}
	}
	return true
}

// placeTaken reports whether a statement failed because another server has written there.
func placeTaken(err error) bool { return postgresCode(err) == uniqueViolation }

// writeFree writes a batch whose places are expected to be free.
func (p postgresInserter) writeFree(ctx context.Context, conn *pgx.Conn, b Batch) error {
	if streams(b) {
		if done, err := stream(ctx, conn, b); done {
			return err
		}
	}
	return p.writeAll(ctx, conn, b)
}

// writeAll does it with one statement, which tells what stands against it.
func (p postgresInserter) writeAll(ctx context.Context, on asker, b Batch) error {
	text, args := postgresAppendAll, slices.Concat(headColumns(unwritten(b)), headColumns(b.Base))
	first, _ := firsts(b.Entries)
	args = append(args, b.Last.Team, b.Last.Seq, b.Last.Hash[:], outOfTurn(first, b.Held))
	args = append(args, entryColumns(b.Entries)...)
	var lost, rivals []string
	var still, last bool
	if err := on.QueryRow(ctx, text, args...).Scan(&lost, &still, &rivals, &last); err != nil {
		return fmt.Errorf("insert entries: %w", err)
	}
	if b.Rivals != nil {
		*b.Rivals = rivals
	}
	switch {
	case !last:
		return &Conflict{Forgotten: true}
	case !still:
		return &Conflict{}
	case len(lost) > 0:
		return &Conflict{Teams: lost}
	}
	return nil
}

// asker is a connection or a transaction on it.
type asker interface {
	QueryRow(ctx context.Context, text string, args ...any) pgx.Row
}

func (p postgresInserter) write(ctx context.Context, on asker, b Batch) error {
	first, rest := firsts(b.Entries)
	text, args := postgresLook, slices.Concat(headColumns(unwritten(b)), headColumns(b.Base))
	invited, told := len(b.Invitations) > 0, len(b.Invitations)+len(b.Outbox) > 0
	if len(b.Entries) > 0 || len(b.People) > 0 || told {
		text = postgresAppendEntries
		args = append(args, outOfTurn(first, b.Held))
		args = slices.Concat(args, entryColumns(first), []any{befores(first, b.Heads)}, entryColumns(rest))
	}
	if len(b.People) > 0 || told {
		text, args = postgresAppendPeople, append(args, personColumns(b.People)...)
	}
	if told {
		text, args = postgresAppendOutbox, append(args, noticeColumns(b.Outbox)...)
	}
	if invited {
		text, args = postgresAppendInvited, append(args, invitationColumnsOf(latestInvitations(b.Invitations))...)
	}
	var lost, rivals, written []string // the latter only if not all were
	var still bool
	var count int
	if err := on.QueryRow(ctx, text, args...).Scan(&lost, &still, &rivals, &count, &written); err != nil {
		return fmt.Errorf("insert entries and look at heads: %w", err)
	}
	if b.Rivals != nil {
		*b.Rivals = rivals
	}
	if count < len(first) {
		lost = append(lost, without(first, written)...)
	}
	switch {
	case !still, b.Whole && len(lost) > 0:
		return &Conflict{}
	case len(lost) > 0:
		return &Conflict{Teams: lost}
	}
	return nil
}

// without are the teams of entries that are not among some.
func without(entries []Entry, some []string) (others []string) {
	among := make(map[string]bool, len(some))
	for _, team := range some {
		among[team] = true
	}
	for i := range entries {
		if !among[entries[i].Team] {
			others = append(others, entries[i].Team)
		}
	}
	return others
}

// firsts are the first entries of each team, and the others.
func firsts(entries []Entry) (first, rest []Entry) {
	first = make([]Entry, 0, len(entries))
	for i := range entries {
		if i == 0 || entries[i-1].Team != entries[i].Team {
			first = append(first, entries[i])
		} else {
			rest = append(rest, entries[i])
		}
	}
	return first, rest
}

// unwritten are the heads of teams that the batch only read. Both are sorted by team.
func unwritten(b Batch) []Head {
	heads, i := make([]Head, 0, len(b.Heads)), 0
	for _, h := range b.Heads {
		for i < len(b.Entries) && b.Entries[i].Team < h.Team {
			i++
		}
		if i == len(b.Entries) || b.Entries[i].Team != h.Team {
			heads = append(heads, h)
		}
	}
	return heads
}

// befores are the hashes that first entries follow on; nil where no head is given.
func befores(first []Entry, heads []Head) [][]byte {
	before, i := make([][]byte, len(first)), 0
	for n := range first {
		for i < len(heads) && heads[i].Team < first[n].Team {
			i++
		}
		if i < len(heads) && heads[i].Team == first[n].Team {
			before[n] = heads[i].column()
		}
	}
	return before
}

// column is the head's hash as the database tells it.
func (h *Head) column() []byte {
	if h.Seq == 0 {
		return []byte{}
	}
	return h.Hash[:]
}

// outOfTurn are the teams that are written to without having the turn.
func outOfTurn(first []Entry, held []string) []string {
	teams := make([]string, 0, len(first))
	for i := range first {
		if !slices.Contains(held, first[i].Team) {
			teams = append(teams, first[i].Team)
		}
	}
	return teams
}

// headColumns, entryColumns, personColumns, noticeColumns and invitationColumnsOf turn rows into the arrays that unnest
// takes apart again.
func headColumns(heads []Head) []any {
	team, seq, hash := make([]string, len(heads)), make([]int64, len(heads)), make([][]byte, len(heads))
	for i := range heads {
		h := &heads[i]
		team[i], seq[i], hash[i] = h.Team, h.Seq, h.column()
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
	team, id, name, email := []string{}, []string{}, []string{}, []string{}
	for i, p := range people {
		if last[[2]string{p.Team, p.ID}] == i {
			team, id, name, email = append(team, p.Team), append(id, p.ID), append(name, p.Name), append(email, p.Email)
		}
	}
	return []any{team, id, name, email}
}

func noticeColumns(outbox []Notice) []any {
	n := len(outbox)
	team, id, kind, at, body := make([]string, n), make([]string, n), make([]string, n), make([]int64, n), make([]string, n)
	for i, o := range outbox {
		team[i], id[i], kind[i], at[i], body[i] = o.Team, o.ID, o.Kind, o.At, string(o.Body)
	}
	return []any{team, id, kind, at, body}
}

func invitationColumnsOf(all []Invitation) []any {
	n := len(all)
	team, id, hash, request := make([]string, n), make([]string, n), make([][]byte, n), make([]string, n)
	sent, expires, accepted := make([]int64, n), make([]int64, n), make([]int64, n)
	for k := range all {
		i := &all[k]
		team[k], id[k], hash[k], request[k] = i.Team, i.Person, i.Hash[:], i.Request
		sent[k], expires[k], accepted[k] = i.SentAt, i.ExpiresAt, i.AcceptedAt
	}
	return []any{team, id, hash, sent, expires, accepted, request}
}

// close implements inserter: the statements are the connections' own.
func (postgresInserter) close(*sql.DB) error { return nil }
