package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// querier is what a journal is read from: the pool, or the one transaction of a frozen one.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (j *Journal) view() querier {
	if j.frozen != nil {
		return j.frozen
	}
	return j.reader
}

// Freeze is the journal as it stands at this instant, for reading only: all teams and all else that it keeps, in one
// cut, whatever is written meanwhile. It is one transaction on one of the reading connections: read it by one
// goroutine, and close it soon, because until then SQLite's write-ahead log grows and PostgreSQL cleans nothing up. It
// ends with the context, too. The journal that it comes from must stay open; the frozen one has no Reader and no
// Writer.
func (j *Journal) Freeze(ctx context.Context) (*Journal, error) {
	tx, err := j.reader.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("journal: freeze: %w", err)
	}
	frozen := &Journal{dialect: j.dialect, place: j.place, frozen: tx, brokeAt: make(chan struct{})}
	var rows int64
	// Both engines take the cut at the first query, not at BEGIN.
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM meta`).Scan(&rows); err != nil {
		return nil, errors.Join(fmt.Errorf("journal: freeze: %w", err), frozen.Close())
	}
	return frozen, nil
}

// thaw ends the transaction. Where that fails, it ends with its connection; nothing is lost with it.
func (j *Journal) thaw() { _ = j.frozen.Rollback() }
