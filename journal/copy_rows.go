package journal

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// A batch of a copy is appended when it has this many entries, or this many bytes.
const (
	copyEntries = 1000
	copyBytes   = 4 << 20
)

// batch is what a copy appends next.
type batch struct {
	entries []Entry
	bytes   int
}

// entries appends what the target lacks, each entry chained anew.
func (c *Copy) entries(ctx context.Context, progress func(Copied)) error {
	var b batch
	for _, t := range c.teams {
		if err := c.team(ctx, t, &b, progress); err != nil {
			return err
		}
	}
	return c.flush(ctx, &b, progress)
}

func (c *Copy) team(ctx context.Context, t course, b *batch, progress func(Copied)) error {
	at, hash := t.have, t.after
	damaged := func() error {
		return fmt.Errorf("journal: copy %s: entry %d of %s: %w", c.from.place, at+1, t.team, ErrDamaged)
	}
	err := c.from.Read(ctx, t.team, t.have, func(e Entry) error {
		if e.Seq != at+1 || Chain(hash, e.Body) != e.Hash {
			return damaged()
		}
		at, hash = e.Seq, e.Hash
		b.entries, b.bytes = append(b.entries, e), b.bytes+len(e.Body)
		if len(b.entries) < copyEntries && b.bytes < copyBytes {
			return nil
		}
		return c.flush(ctx, b, progress)
	})
	if err == nil && at != t.seq {
		return damaged()
	}
	return err
}

func (c *Copy) flush(ctx context.Context, b *batch, progress func(Copied)) error {
	if err := c.to.Append(ctx, Batch{Entries: b.entries}); err != nil {
		return err
	}
	c.Done += int64(len(b.entries))
	b.entries, b.bytes = b.entries[:0], 0
	progress(c.Copied)
	return nil
}

// mirror makes a table of the target what it is in the source. A part of it is no harm: the mark stands.
func (c *Copy) mirror(ctx context.Context, t table) error {
	err := c.inTransaction(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM "+t.name+" WHERE "+t.behind(nil))
		return err
	})
	if err == nil {
		err = t.rows(ctx, c.from, func(page [][]any) error {
			return c.inTransaction(ctx, func(tx *sql.Tx) error { return t.insert(ctx, tx, page) })
		})
	}
	if err != nil {
		return fmt.Errorf("journal: copy the table %s into %s: %w", t.name, c.to.place, err)
	}
	return nil
}

func (c *Copy) inTransaction(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := c.to.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // of no effect after the commit
	if err = do(tx); err == nil {
		err = tx.Commit()
	}
	if err != nil && c.to.dialect.storageFull(err) {
		return fmt.Errorf("%w: %w", ErrStorageFull, err)
	}
	return err
}

// copyParameters bounds the parameters of one statement: modernc looks each up by a walk over all of them.
const copyParameters = 200

func (t table) insert(ctx context.Context, tx *sql.Tx, rows [][]any) error {
	columns := t.columns()
	for len(rows) > 0 {
		n := min(len(rows), copyParameters/len(columns))
		var groups []string
		var values []any
		for _, row := range rows[:n] {
			groups = append(groups, "("+parameters(len(values)+1, len(columns))+")")
			values = append(values, row...)
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES %s",
			t.name, strings.Join(columns, ", "), strings.Join(groups, ", ")), values...)
		if err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
