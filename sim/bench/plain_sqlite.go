package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// plain inserts bare rows on SQLite with a prepared statement for each and nothing else.
type plain struct {
	*bare
	db  *sql.DB
	row *sql.Stmt
}

func openPlain(ctx context.Context, folder string, o *ours) (*plain, error) {
	b, err := newBare(ctx, o)
	if err != nil {
		return nil, err
	}
	db, err := sqliteAt(ctx, folder, "plain.db", 1)
	if err != nil {
		return nil, err
	}
	p := &plain{bare: b, db: db}
	_, err = db.ExecContext(ctx, `CREATE TABLE entry (team TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (team, seq)) STRICT`)
	if err == nil {
		p.row, err = db.PrepareContext(ctx, `INSERT INTO entry (team, seq, body, hash) VALUES ($1, $2, $3, $4)`)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making the yardstick of plain insertion: %w", err), db.Close())
	}
	return p, nil
}

func (p *plain) turn(ctx context.Context, spell time.Duration) (pace, error) {
	return p.insert(ctx, spell, p.write)
}

func (p *plain) write(ctx context.Context, rows []bareRow) error {
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	text := tx.StmtContext(ctx, p.row)
	for i := range rows {
		r := &rows[i]
		if _, err := text.ExecContext(ctx, r.team, r.seq, r.body, r.hash); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (p *plain) check(ctx context.Context) error {
	var n int64
	if err := p.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM entry`).Scan(&n); err != nil {
		return fmt.Errorf("counting the rows of a yardstick: %w", err)
	}
	return p.audit(n)
}

func (p *plain) close() error { return p.db.Close() }
