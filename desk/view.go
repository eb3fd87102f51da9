package desk

import (
	"context"
	"errors"
	"slices"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// View is a team as it stands at an instant, for reading. It and all that it reaches must not be kept or
// changed.
type View struct {
	Now     license.Instant
	Team    *license.Team
	Catalog *license.Catalog
	Unlocks license.Unlocks // what plans unlock

	book *book
}

// May answers whether the team may use a feature: whether its plan in force unlocks it (R9.2).
func (v View) May(f license.Feature) bool {
	return v.Unlocks.Has(v.Team.PlanAt(v.Now).InForce, f)
}

// Person returns the name and mail of a user; empty when they were erased.
func (v View) Person(user string) journal.Person { return v.book.people[user] }

// User turns an id or a mail address into a user id.
func (v View) User(idOrMail string) string { return v.book.user(idOrMail) }

// View reads a team's durable state and returns its position. The reader must be quick: the team's decisions
// wait for it.
func (d *Desk) View(ctx context.Context, team string, read func(View) error) (int64, error) {
	look := func(t *turn) error {
		return read(View{t.now, t.team, t.catalog, d.inForce.Load().unlocks, t.book})
	}
	pos, ok, err := d.glance(team, func(t *turn) (bool, error) { return true, look(t) })
	if ok {
		return pos, err
	}
	return d.queue(ctx, team, sooner, 1, true, look)
}

// Balance returns a team's tokens at this instant (R3.4).
func (d *Desk) Balance(ctx context.Context, team string) (b license.Balance, pos int64, err error) {
	pos, err = d.View(ctx, team, func(v View) error {
		b = v.Team.BalanceAt(v.Now)
		return nil
	})
	return b, pos, err
}

// Record is an entry of the ledger with its place.
type Record struct {
	Position int64
	Hash     journal.Hash
	license.Entry
}

// Ledger returns up to limit entries after a position, oldest first, and the team's position.
func (d *Desk) Ledger(ctx context.Context, team string, after int64, limit int) ([]Record, int64, error) {
	pos, err := d.View(ctx, team, func(View) error { return nil })
	if err != nil {
		return nil, 0, err
	}
	records, _, err := d.records(ctx, team, pos, after, limit, nil)
	return records, pos, err
}

// maxLook bounds the entries that are looked through for one page of some kinds.
const maxLook = 100_000

// LedgerOf returns up to limit entries of some kinds after a position, the position up to which it has looked, and
// the team's. A long ledger takes several looks.
func (d *Desk) LedgerOf(ctx context.Context, team string, after int64, limit int, kinds []string) ([]Record, int64, int64, error) {
	pos, err := d.View(ctx, team, func(View) error { return nil })
	if err != nil {
		return nil, 0, 0, err
	}
	records, looked, err := d.records(ctx, team, min(pos, after+maxLook), after, limit, kinds)
	return records, looked, pos, err
}

// records reads entries after a position and up to another; nil kinds are all.
func (d *Desk) records(ctx context.Context, team string, pos, after int64, limit int, kinds []string) ([]Record, int64, error) {
	records := []Record{}
	looked := after
	err := d.journal.Read(ctx, team, after, func(e journal.Entry) error {
		if len(records) == limit || e.Seq > pos {
			return errEnough
		}
		looked = e.Seq
		if kind, err := license.KindOf(e.Body); kinds != nil && (err != nil || !slices.Contains(kinds, kind)) {
			return err
		}
		entry, err := license.DecodeEntry(e.Body)
		if err != nil {
			return err
		}
		records = append(records, Record{e.Seq, e.Hash, *entry})
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, 0, &Failure{err}
	}
	return slices.Clip(records), looked, nil
}

type enough struct{}

func (enough) Error() string { return "enough was read" }

// errEnough stops a reading.
var errEnough error = enough{}
