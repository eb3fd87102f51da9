package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
)

// side is one of those who take turns.
type side interface {
	// turn works for a spell.
	turn(ctx context.Context, spell time.Duration) (pace, error)
	// check compares what was answered in all turns with what is stored.
	check(ctx context.Context) error
	close() error
}

// told is what callers were answered, all of them in all turns.
type told struct{ charges, tokens atomic.Int64 }

// ours is the desk on its true journal.
type ours struct {
	world   *world
	callers int
	journal *counted
	desk    *desk.Desk
	told    told
}

// openOurs opens a desk on a journal that it closes with itself, among other servers or alone.
func openOurs(ctx context.Context, j *journal.Journal, w *world, callers int, others desk.Others) (*ours, error) {
	o := &ours{world: w, callers: callers, journal: &counted{Journal: j}}
	var err error
	if o.desk, err = desk.New(ctx, o.journal, desk.Options{Others: others}); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return o, nil
}

func (o *ours) turn(ctx context.Context, spell time.Duration) (pace, error) {
	return load(ctx, o.callers, spell, func(ctx context.Context, _ int) (int, error) { return 1, o.open(ctx) })
}

// open asks for the next opening, which must be charged.
func (o *ours) open(ctx context.Context) error {
	team, opening, err := o.world.opening()
	if err != nil {
		return err
	}
	a, err := o.desk.Open(ctx, team, opening)
	if err != nil {
		return fmt.Errorf("opening %s for %s of %s: %w", opening.Product, opening.User, team, err)
	}
	if a.Charge == nil {
		return fmt.Errorf("opening %s for %s of %s was answered %s and not charged", opening.Product, opening.User, team, a.Code)
	}
	o.told.charges.Add(1)
	o.told.tokens.Add(int64(a.Charge.Tokens))
	return nil
}

// touch charges once on each team, so that all are in memory.
func (o *ours) touch(ctx context.Context) error {
	return times(ctx, founders, o.world.Teams, func(ctx context.Context, _ int) error { return o.open(ctx) })
}

func (o *ours) check(ctx context.Context) error {
	return audit(ctx, o.journal.Journal, o.told.charges.Load(), o.told.tokens.Load())
}

func (o *ours) close() error {
	o.desk.Close()
	return o.journal.Close()
}

// counted is a journal that counts how much is appended at once.
type counted struct {
	*journal.Journal
	batches, entries atomic.Int64
}

// Append implements desk.Journal.
func (c *counted) Append(ctx context.Context, b journal.Batch) error {
	if len(b.Entries) > 0 {
		c.batches.Add(1)
		c.entries.Add(int64(len(b.Entries)))
	}
	return c.Journal.Append(ctx, b)
}

// batch is how many entries were appended at once since the last question, on average; 0 if none were.
func (c *counted) batch() int {
	batches, entries := c.batches.Swap(0), c.entries.Swap(0)
	return int(math.Round(float64(entries) / float64(max(1, batches))))
}
