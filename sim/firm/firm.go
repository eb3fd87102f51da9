package firm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// Options say which year to play; the zero value is the whole year of seed 0.
type Options struct {
	Seed uint64
	// Until ends the year earlier; zero is End.
	Until time.Time
	// Progress is told after each day; nil: nobody is.
	Progress func(day, of int)
}

// Played is what the year looked like from outside: what the desk answered. The ledger has the rest, and the
// figures of the ledger must agree with these.
type Played struct {
	// Refusals are in the order in which they were given. They stand in no ledger: a refusal changes nothing.
	Refusals []Refusal
	// Charged is what openings and renewals took, GivenBack what closings returned (R5.6), Jobs what jobs took.
	Charged, GivenBack, Jobs license.Tokens
	Commands                 int
}

// Refusal is one answer of the desk that said no.
type Refusal struct {
	At      license.Instant
	User    string
	Product string
	Code    license.Code
}

// firm is the world while it is played.
type firm struct {
	desk    *desk.Desk
	journal *days
	clock   *desk.VirtualClock
	catalog *license.Catalog
	seed    uint64
	people  []*person
	agenda  agenda
	plan    map[string][]*visit // by date
	left    map[key]*session    // that was left open in the evening
	names   map[string]int      // of session ids, to number them
	late    lateness
	played  Played
}

// Play plays the year into a journal that has no team of this name, at a desk of its own. The clock must not be
// past Founded.
func Play(ctx context.Context, j desk.Journal, clock *desk.VirtualClock, o Options) (played Played, err error) {
	people, err := readCast(cast)
	if err != nil {
		return played, fmt.Errorf("reading the cast: %w", err)
	}
	f := &firm{journal: &days{Journal: j}, clock: clock, seed: o.Seed, people: people,
		plan: map[string][]*visit{}, left: map[key]*session{}, names: map[string]int{}}
	f.person(leaver).left = on("2025-07-01")
	if f.desk, err = desk.New(ctx, f.journal, desk.Options{Clock: clock.Now, Inline: true}); err != nil {
		return played, err
	}
	defer func() {
		f.desk.Close()
		err = errors.Join(err, f.journal.over(ctx))
	}()
	if err := f.found(ctx); err != nil {
		return played, fmt.Errorf("founding the firm: %w", err)
	}
	f.drawYear()
	f.script()
	err = f.live(ctx, cmp.Or(o.Until, End), o.Progress)
	return f.played, err
}

// live plays day after day.
func (f *firm) live(ctx context.Context, end time.Time, progress func(day, of int)) error {
	of := int(end.Sub(First) / (24 * time.Hour))
	for day, n := First, 1; day.Before(end); day, n = later(day, 1), n+1 {
		if err := f.liveOn(ctx, day, end); err != nil {
			return fmt.Errorf("on %s: %w", date(day), err)
		}
		if progress != nil && n <= of {
			progress(n, of)
		}
	}
	return f.clock.Set(end)
}

// liveOn plays one day, or what is left of the year.
func (f *firm) liveOn(ctx context.Context, day, end time.Time) error {
	for _, v := range f.plan[date(day)] {
		f.agenda.visit(v)
	}
	if tomorrow := later(day, 1); tomorrow.Before(end) {
		end = tomorrow
	}
	if err := f.run(ctx, license.InstantOf(end)); err != nil {
		return err
	}
	return f.journal.over(ctx)
}

// dice returns the chances of one matter on one day, the same ones whatever else happens.
func (f *firm) dice(matter ...string) *rand.Rand {
	h := fnv.New64a()
	for _, m := range matter {
		h.Write([]byte(m + "|"))
	}
	return rand.New(rand.NewPCG(f.seed, h.Sum64()))
}

// person returns one of the cast.
func (f *firm) person(id string) *person {
	for _, p := range f.people {
		if p.id == id {
			return p
		}
	}
	panic("the cast has no " + id)
}
