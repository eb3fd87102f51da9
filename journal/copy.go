package journal

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
)

var (
	// ErrUnfinished says that a copy into the journal has begun and not finished, so that it holds a part only.
	ErrUnfinished = errors.New("a copy into it has not finished")
	// ErrOwnData says that a journal holds something that a copy would spoil.
	ErrOwnData = errors.New("it holds data of its own")
	// ErrDamaged says that an entry is not as it was written, so that it is not copied on.
	ErrDamaged = errors.New("its hash does not follow from its text and the entries before it")
	// ErrDifferent says that after a copy the two do not hold the same: somebody has written to the target.
	ErrDifferent = errors.New("it is not the same in both after the copy")
	// ErrSamePlace says that a journal was to be copied into itself.
	ErrSamePlace = errors.New("it is the same database")
)

// The words of meta that belong to a place and not to what it holds.
const (
	metaCopying = "copying" // a copy into it has begun: which
	metaCopied  = "copied"  // what it held when a copy into it was finished (seal)
)

// CheckWhole fails with ErrUnfinished while a copy into the journal is not finished: nobody may decide on a part.
func (j *Journal) CheckWhole(ctx context.Context) error {
	_, copying, err := j.Meta(ctx, metaCopying)
	if err == nil && copying {
		err = ErrUnfinished
	}
	return err
}

// Copy brings everything that a journal holds into another, on whatever engine each is: what the one held at one
// instant is then all that the other holds. It can be stopped at any point and done again: it goes on
// behind the entries that are there, all else is brought anew.
type Copy struct {
	live *Journal // the source as it goes on
	from *Journal // the source frozen
	to   *Journal // nil: a place that is not there yet
	mark string   // in metaCopying, this copy's own
	// Begun says that an earlier copy into the target has not finished.
	Begun bool
	// Copied is how far it is.
	Copied
	// Held is what the source holds, table by table.
	Held  []Holding
	teams []course
}

// course is what a copy does for a team.
type course struct {
	end         // in the source
	have  int64 // entries that the target has
	after Hash  // the last of them
}

// Copied says how far a copy is.
type Copied struct {
	Teams   int   // in the source
	Entries int64 // in the source, of all teams
	Before  int64 // of them in the target before
	Done    int64 // of them in the target now
}

// NewCopy freezes the source and looks at the target, which may be nil for a place that is not there yet. It changes
// nothing. It fails with ErrUnfinished where the source is a part itself, and with ErrOwnData unless the target is
// empty, has an unfinished copy, or is untouched since a copy, and its entries are the source's first.
func NewCopy(ctx context.Context, from, to *Journal) (*Copy, error) {
	if err := from.CheckWhole(ctx); err != nil {
		return nil, fmt.Errorf("journal: copy %s: %w", from.place, err)
	}
	frozen, err := from.Freeze(ctx)
	if err != nil {
		return nil, err
	}
	c := &Copy{live: from, from: frozen, to: to, mark: rand.Text()}
	if err := c.look(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Close gives the source free. The target stays marked as unfinished unless Finish has been called.
func (c *Copy) Close() error { return c.from.Close() }

// look finds out what is to be done.
func (c *Copy) look(ctx context.Context) error {
	ends, err := c.from.ends(ctx)
	if err != nil {
		return err
	}
	for _, e := range ends {
		c.teams = append(c.teams, course{end: e})
		c.Entries += e.seq
	}
	c.Teams = len(ends)
	if c.Held, err = c.from.Holdings(ctx); err != nil || c.to == nil {
		return err
	}
	if err := c.untouched(ctx); err != nil {
		return fmt.Errorf("journal: copy into %s: %w", c.to.place, err)
	}
	if err := c.prefix(ctx); err != nil {
		return fmt.Errorf("journal: copy into %s: %w", c.to.place, err)
	}
	c.Done = c.Before
	return nil
}

// untouched refuses a target in which something is that no copy has brought.
func (c *Copy) untouched(ctx context.Context) (err error) {
	if _, c.Begun, err = c.to.Meta(ctx, metaCopying); err != nil || c.Begun {
		return err
	}
	holdings, err := c.to.Holdings(ctx)
	if err != nil {
		return err
	}
	rows := int64(0)
	for _, h := range holdings {
		rows += h.Rows
	}
	copied, _, err := c.to.Meta(ctx, metaCopied)
	if err != nil || rows == 0 || copied == seal(tables, holdings) {
		return err
	}
	return ErrOwnData
}

// prefix holds that each journal of the target is the beginning of the source's, and notes where it ends.
func (c *Copy) prefix(ctx context.Context) error {
	have, err := c.to.ends(ctx)
	if err != nil {
		return err
	}
	index := make(map[string]int, len(c.teams))
	for i, t := range c.teams {
		index[t.team] = i
	}
	for _, h := range have {
		i, known := index[h.team]
		if !known {
			return fmt.Errorf("team %s: %w", h.team, ErrOwnData)
		}
		if err := c.begins(ctx, h); err != nil {
			return err
		}
		c.teams[i].have, c.teams[i].after = h.seq, h.hash
		c.Before += h.seq
	}
	return nil
}

// begins holds that the source has the entry that a team's journal in the target ends with.
func (c *Copy) begins(ctx context.Context, h end) error {
	page, err := c.from.Page(ctx, h.team, h.seq-1, 1)
	if err != nil {
		return err
	}
	if len(page) == 0 || page[0].Seq != h.seq || page[0].Hash != h.hash {
		return fmt.Errorf("entry %d of %s: %w", h.seq, h.team, ErrOwnData)
	}
	return nil
}

// Run copies and compares. It tells progress how far it is after each batch. Until Finish the target is marked as
// unfinished. It fails with ErrDamaged, ErrDifferent or what Append fails with, among others.
func (c *Copy) Run(ctx context.Context, progress func(Copied)) error {
	if err := c.begin(ctx); err != nil {
		return err
	}
	progress(c.Copied)
	if err := c.entries(ctx, progress); err != nil {
		return err
	}
	for _, t := range tables[1:] {
		if err := c.mirror(ctx, t); err != nil {
			return err
		}
	}
	return c.compare(ctx)
}

// begin marks the target, while no server is just starting on it: what one has made that started since the target was
// looked at is seen now, and the next that starts sees the mark. A mark that then stands in the source, too, says that
// the two are one.
func (c *Copy) begin(ctx context.Context) error {
	err := c.to.Alone(ctx, func() error {
		if err := c.untouched(ctx); err != nil {
			return fmt.Errorf("journal: copy into %s: %w", c.to.place, err)
		}
		return c.to.SetMeta(ctx, metaCopying, c.mark)
	})
	if err != nil {
		return err
	}
	if value, _, err := c.live.Meta(ctx, metaCopying); err != nil || value != c.mark {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	err = c.inTransaction(ctx, func(tx *sql.Tx) error { return c.dropMark(ctx, tx) })
	return errors.Join(fmt.Errorf("journal: copy %s into %s: %w", c.from.place, c.to.place, ErrSamePlace), err)
}

// compare holds that both hold the same.
func (c *Copy) compare(ctx context.Context) error {
	target, err := c.to.Holdings(ctx)
	if err != nil {
		return err
	}
	for i, s := range c.Held {
		if s != target[i] {
			return fmt.Errorf("journal: copy into %s: the table %s: %w (%d rows, then %d)", c.to.place, s.Table, ErrDifferent, s.Rows, target[i].Rows)
		}
	}
	return nil
}

// Moved says whether the source holds something else now than what was copied.
func (c *Copy) Moved(ctx context.Context) (bool, error) {
	now, err := c.live.Freeze(ctx)
	if err != nil {
		return false, err
	}
	holdings, err := now.Holdings(ctx)
	return total(c.Held) != total(holdings), errors.Join(err, now.Close())
}

// Finish takes the mark away, and notes what the target holds: whether it was touched since can be told then. It fails
// with ErrDifferent when another copy into it has begun meanwhile.
func (c *Copy) Finish(ctx context.Context) error {
	holdings, err := c.to.Holdings(ctx)
	if err != nil {
		return err
	}
	if err := c.unmark(ctx, seal(tables, holdings)); err != nil {
		return fmt.Errorf("journal: finish the copy into %s: %w", c.to.place, err)
	}
	return nil
}

func (c *Copy) unmark(ctx context.Context, copied string) error {
	return c.inTransaction(ctx, func(tx *sql.Tx) error {
		if err := c.dropMark(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, metaCopied, copied)
		return err
	})
}

// dropMark takes this copy's mark away, and no other's.
func (c *Copy) dropMark(ctx context.Context, tx *sql.Tx) error {
	result, err := tx.ExecContext(ctx, `DELETE FROM meta WHERE name = $1 AND value = $2`, metaCopying, c.mark)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(fmt.Errorf("%w: another copy into it has begun", ErrDifferent), err)
	}
	return nil
}
