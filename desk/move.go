package desk

import (
	"context"
	"errors"
	"slices"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// Move takes tokens out of one team and into another (R3.8): both journals get it in one transaction, or
// neither. The same key again changes nothing.
func (d *Desk) Move(ctx context.Context, from, to string, c license.Withdraw) (_ int64, err error) {
	defer func() { d.opts.Metrics.erred(err) }()
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if from == to {
		return 0, &license.Error{Code: license.ErrInvalid, Message: "tokens are moved between two teams"}
	}
	a, b := d.committer(from), d.committer(to)
	defer d.hold(a, b)()
	defer a.endDue()
	defer b.endDue()
	for lost := 0; ; lost++ {
		pos, err := d.move(ctx, a, b, from, to, c)
		if lost == lostRaces || !errors.Is(err, journal.ErrConflict) {
			return pos, err
		}
	}
}

// move tries once, on states that nothing but the journal has to be looked at for.
func (d *Desk) move(ctx context.Context, a, b *committer, from, to string, c license.Withdraw) (int64, error) {
	if d.journal.Shared() {
		a.follow([]*command{{team: from}})
		b.follow([]*command{{team: to}})
	}
	giver, err := a.open(from)
	if err != nil {
		return 0, err
	}
	taker, err := b.open(to)
	if err != nil {
		return 0, err
	}
	r := d.newRound(2)
	defer r.release()
	r.claim(giver)
	r.claim(taker)
	err = r.move(giver, taker, d.now(), c)
	if internal(err) {
		err = &Failure{err}
	} else if err == nil {
		r.seal()
		r.batch.Whole, r.batch.Held = true, append(slices.Clone(a.turns.held), b.turns.held...)
		_, err = d.commit(r)
		err = storageError(err)
	}
	if err != nil {
		a.drop([]*book{giver})
		b.drop([]*book{taker})
		return 0, err
	}
	for i, b := range r.books {
		d.publish(b, r, r.ends[i])
		if e, kept := r.lastOf(b); kept {
			d.committer(b.name).last = e
		}
	}
	return giver.durable, nil
}

// move decides on both teams at one instant, the later of their times.
func (r *round) move(giver, taker *book, clock license.Instant, c license.Withdraw) error {
	giver.mu.Lock()
	defer giver.mu.Unlock()
	taker.mu.Lock()
	defer taker.mu.Unlock()
	from, err := r.begin(giver, clock, r.inForce.catalog)
	if err != nil {
		return err
	}
	to, err := r.begin(taker, clock, r.inForce.catalog)
	if err != nil {
		return err
	}
	now := max(from.now, to.now)
	from.now, to.now = now, now
	out, in, err := license.Move(now, giver.team, taker.team, c)
	if err != nil {
		return err
	}
	from.effects, to.effects = []license.Effect{out}, []license.Effect{in}
	if err := r.end(&from); err != nil {
		return err
	}
	if err := r.end(&to); err != nil {
		return err
	}
	return errors.Join(giver.team.CheckPacks(), taker.team.CheckPacks())
}

// lastOf is the last entry of a book in the round.
func (r *round) lastOf(b *book) (last journal.Head, found bool) {
	for _, e := range r.batch.Entries {
		if e.Team == b.name {
			last, found = journal.Head{Team: e.Team, Seq: e.Seq, Hash: e.Hash}, true
		}
	}
	return last, found
}

// hold stops the rounds of two committers, in a fixed order, and returns what lets them go on.
func (d *Desk) hold(a, b *committer) func() {
	for _, c := range d.committers {
		if c == a || c == b {
			c.guests.Add(1)
			c.round.Lock()
			c.guests.Add(-1)
		}
	}
	return func() {
		for _, c := range d.committers {
			if c == a || c == b {
				c.round.Unlock()
			}
		}
	}
}
