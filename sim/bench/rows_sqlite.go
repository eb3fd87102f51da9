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
	texts [rowTexts]*sql.Stmt
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
	for i, text := range stepTexts {
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

// charge is one whole transaction.
func (r *sqliteRows) charge(ctx context.Context, c rowCharge) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := c.step(ctx, sqliteSteps{tx, r}); err != nil {
		return err
	}
	return tx.Commit()
}

// sqliteSteps are the prepared statements in a transaction.
type sqliteSteps struct {
	*sql.Tx
	rows *sqliteRows
}

func (t sqliteSteps) ask(ctx context.Context, text rowText, into any, args ...any) (found bool, err error) {
	err = t.StmtContext(ctx, t.rows.texts[text]).QueryRowContext(ctx, args...).Scan(into)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (t sqliteSteps) do(ctx context.Context, text rowText, args ...any) error {
	_, err := t.StmtContext(ctx, t.rows.texts[text]).ExecContext(ctx, args...)
	return err
}

func (r *sqliteRows) check(ctx context.Context) error {
	return r.audit(ctx, func(ctx context.Context, query string) (n int64, err error) {
		err = r.db.QueryRowContext(ctx, query).Scan(&n)
		return n, err
	})
}

// close ends the statements with their connections.
func (r *sqliteRows) close() error { return r.db.Close() }
