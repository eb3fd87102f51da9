package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// copied inserts bare rows on PostgreSQL with COPY, into a table that is made like the journal's and begins with the
// same rows: the fastest way that PostgreSQL has.
type copied struct {
	*bare
	ground *schema
}

const copyTable = "copied"

func openCopied(ctx context.Context, ground *schema, o *ours) (*copied, error) {
	b, err := newBare(ctx, o)
	if err != nil {
		return nil, err
	}
	for _, text := range []string{`CREATE TABLE ` + copyTable + ` (LIKE entry INCLUDING ALL)`, `INSERT INTO ` + copyTable + ` SELECT * FROM entry`} {
		tag, err := ground.inside.Exec(ctx, text)
		if err != nil {
			return nil, fmt.Errorf("making the yardstick of COPY: %w", err)
		}
		b.stored = tag.RowsAffected()
	}
	return &copied{b, ground}, nil
}

func (c *copied) turn(ctx context.Context, spell time.Duration) (pace, error) {
	return c.insert(ctx, spell, func(ctx context.Context, rows []bareRow) error {
		_, err := c.ground.inside.CopyFrom(ctx, pgx.Identifier{copyTable}, []string{"team", "seq", "body", "hash"},
			pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
				r := &rows[i]
				return []any{r.team, r.seq, r.body, r.hash}, nil
			}))
		return err
	})
}

func (c *copied) check(ctx context.Context) error {
	var n int64
	if err := c.ground.inside.QueryRow(ctx, `SELECT COUNT(*) FROM `+copyTable).Scan(&n); err != nil {
		return fmt.Errorf("counting the rows of a yardstick: %w", err)
	}
	return c.audit(n)
}

// close leaves the table to be dropped with the schema.
func (c *copied) close() error { return nil }
