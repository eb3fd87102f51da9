package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the engine
)

// sqliteRows is one transaction for each charge on SQLite, with the journal's settings and prepared statements. With a
// connection for each caller, as database/sql gives them, callers collide at the one writer; queued on one connection
// they do not, which is the best that one transaction for each charge can do there.
type sqliteRows struct {
	rows
	db    *sql.DB
	texts [8]*sql.Stmt
}

// The statements of a charge, by their place in texts.
const (
	sqliteKnown = iota
	sqliteLive
	sqlitePack
	sqliteTake
	sqlitePass
	sqliteSession
	sqliteCharge
	sqliteDraw
)

var sqliteTexts = [8]string{
	sqliteKnown:   `SELECT COUNT(*) FROM session WHERE team = $1 AND id = $2`,
	sqliteLive:    `SELECT COALESCE(MAX(until_at), 0) FROM pass WHERE team = $1 AND person = $2 AND product = $3`,
	sqlitePack:    `SELECT id FROM pack WHERE team = $1 AND remaining >= $2 AND expires_at > $3 ORDER BY expires_at, id LIMIT 1`,
	sqliteTake:    `UPDATE pack SET remaining = remaining - $1 WHERE team = $2 AND id = $3`,
	sqlitePass:    `INSERT INTO pass (team, person, product, from_at, until_at) VALUES ($1, $2, $3, $4, $5)`,
	sqliteSession: `INSERT INTO session (team, id, person, product, from_at) VALUES ($1, $2, $3, $4, $5)`,
	sqliteCharge:  `INSERT INTO charge (team, session, tokens) VALUES ($1, $2, $3)`,
	sqliteDraw:    `INSERT INTO draw (team, session, pack, tokens) VALUES ($1, $2, $3, $4)`,
}

// sqliteAt opens a database of its own with the journal's settings.
func sqliteAt(ctx context.Context, folder, name string, connections int) (*sql.DB, error) {
	file := filepath.ToSlash(filepath.Join(folder, name))
	db, err := sql.Open("sqlite", "file:"+strings.ReplaceAll(file, "?", "%3f")+
		"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("making the yardstick %s: %w", name, err), db.Close())
	}
	return db, nil
}

func openSQLiteRows(ctx context.Context, folder, name string, w *world, callers, connections int) (*sqliteRows, error) {
	db, err := sqliteAt(ctx, folder, name, connections)
	if err != nil {
		return nil, err
	}
	r := &sqliteRows{rows: rows{world: w, callers: callers}, db: db}
	err = r.found(ctx)
	for i, text := range sqliteTexts {
		if err == nil {
			r.texts[i], err = db.PrepareContext(ctx, text)
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making the yardstick %s: %w", name, err), db.Close())
	}
	return r, nil
}

func (r *sqliteRows) found(ctx context.Context) error {
	if _, err := r.db.ExecContext(ctx, fmt.Sprintf(rowsSchema, "TEXT")); err != nil {
		return err
	}
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	for i := range r.world.Teams {
		if _, err := tx.ExecContext(ctx, rowsPacks, teamName(int64(i)), int64(packSize), packEnd); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (r *sqliteRows) turn(ctx context.Context, spell time.Duration) (pace, error) {
	return load(ctx, r.callers, spell, func(ctx context.Context, _ int) (int, error) {
		c, err := r.next()
		if err == nil {
			err = r.charge(ctx, c)
		}
		if err != nil {
			return 0, fmt.Errorf("%v: %w", &c, err)
		}
		r.charged.Add(1)
		return 1, nil
	})
}

// errUncharged is a charge of a yardstick that its own rules refuse. It does not happen under load, where nobody is
// charged twice.
var errUncharged = errors.New("a pass is live, the session is known, or no pack can pay")

// charge is one whole transaction.
func (r *sqliteRows) charge(ctx context.Context, c rowCharge) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	text := func(i int) *sql.Stmt { return tx.StmtContext(ctx, r.texts[i]) }
	var known, until int64
	var pack string
	if err := text(sqliteKnown).QueryRowContext(ctx, c.team, c.session).Scan(&known); err != nil {
		return err
	}
	if err := text(sqliteLive).QueryRowContext(ctx, c.team, c.person, c.product).Scan(&until); err != nil {
		return err
	}
	err = text(sqlitePack).QueryRowContext(ctx, c.team, int64(cost), c.now).Scan(&pack)
	if known > 0 || until > c.now || errors.Is(err, sql.ErrNoRows) {
		return errUncharged
	}
	for _, change := range []struct {
		text int
		args []any
	}{
		{sqliteTake, []any{int64(cost), c.team, pack}},
		{sqlitePass, []any{c.team, c.person, c.product, c.now, passEnd(c.now)}},
		{sqliteSession, []any{c.team, c.session, c.person, c.product, c.now}},
		{sqliteCharge, []any{c.team, c.session, int64(cost)}},
		{sqliteDraw, []any{c.team, c.session, pack, int64(cost)}},
	} {
		if err == nil {
			_, err = text(change.text).ExecContext(ctx, change.args...)
		}
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

func (r *sqliteRows) check(ctx context.Context) error {
	return r.audit(ctx, func(ctx context.Context, query string) (n int64, err error) {
		err = r.db.QueryRowContext(ctx, query).Scan(&n)
		return n, err
	})
}

// close ends the statements with their connections.
func (r *sqliteRows) close() error { return r.db.Close() }
