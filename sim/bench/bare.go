package bench

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/daypass/daypass/journal"
)

// bare is rows of the journal's shape that nobody decided: the body of a true charge, for the teams in the order in
// which the desk charges them, and as many at once as the desk commits.
type bare struct {
	ours   *ours
	body   string
	size   int // of a batch
	next   int64
	seq    []int64 // the last of each team
	stored int64
}

// bareRow is a row of the journal's table.
type bareRow struct {
	team string
	seq  int64
	body string
	hash []byte
}

func newBare(ctx context.Context, o *ours) (*bare, error) {
	b := &bare{ours: o, size: 1, seq: make([]int64, o.world.Teams)}
	o.journal.batch() // the founding's are of no interest
	if err := o.open(ctx); err != nil {
		return nil, err
	}
	team := teamName(o.world.team(o.world.next.Load() - 1))
	last, _, err := o.journal.Head(ctx, team)
	if err != nil {
		return nil, err
	}
	for i := range b.seq {
		b.seq[i] = last // so that the rows go behind those of the founding
	}
	return b, o.journal.Read(ctx, team, last-1, func(e journal.Entry) error {
		b.body = string(e.Body)
		return nil
	})
}

// batch makes the next rows, sorted as the journal sorts them.
func (b *bare) batch() []bareRow {
	rows := make([]bareRow, b.size)
	hashes := make([]byte, b.size*len(journal.Hash{}))
	for i := range rows {
		team := b.ours.world.team(b.next)
		b.next++
		b.seq[team]++
		hash := hashes[i*len(journal.Hash{}):][:len(journal.Hash{}):len(journal.Hash{})]
		for k := range hash {
			hash[k] = byte(b.next >> (k % 8) * 37)
		}
		rows[i] = bareRow{teamName(team), b.seq[team], b.body, hash}
	}
	slices.SortFunc(rows, func(x, y bareRow) int { return cmp.Or(cmp.Compare(x.team, y.team), cmp.Compare(x.seq, y.seq)) })
	return rows
}

// insert inserts batch after batch, one writer alone. Only the insertions count, not the making of the rows.
func (b *bare) insert(ctx context.Context, spell time.Duration, write func(context.Context, []bareRow) error) (p pace, err error) {
	if n := b.ours.journal.batch(); n > 0 {
		b.size = n
	}
	for begin := time.Now(); time.Since(begin) < spell; {
		rows := b.batch()
		start := time.Now()
		if err := write(ctx, rows); err != nil {
			return p, fmt.Errorf("inserting bare rows: %w", err)
		}
		p.took += time.Since(start)
		p.done += len(rows)
	}
	b.stored += int64(p.done)
	return p, nil
}

// audit compares the rows that were inserted with those that are there.
func (b *bare) audit(there int64) error {
	if there != b.stored {
		return fmt.Errorf("a yardstick has inserted %d rows, and %d are stored", b.stored, there)
	}
	return nil
}
