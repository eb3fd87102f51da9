package main

import (
	"context"
	"fmt"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
)

// clockKind says which clock wrote some data, and is the only one that may go on with it.
type clockKind string

const (
	clockReal    clockKind = "real"
	clockVirtual clockKind = "virtual"
)

// What is kept of the clock beside the journal.
const (
	metaClock = "clock"     // its kind
	metaNow   = "clock_now" // where a virtual one stands
)

// openClock returns the clock of some data: nil is the real one. Instants of the two do not mix, since a team's
// time never goes back (R1.3): after a virtual year the real clock would be refused for a year.
func openClock(ctx context.Context, j *journal.Journal, c houseConfig) (*desk.VirtualClock, error) {
	kept, known, err := j.Meta(ctx, metaClock)
	if err != nil {
		return nil, fmt.Errorf("reading which clock the data has: %w", err)
	}
	if known && clockKind(kept) != c.clock {
		return nil, fmt.Errorf("the data in %s was written by a %s clock and cannot go on with a %s one: choose another place with --data or --database, or start with --clock %s", c.place, kept, c.clock, kept)
	}
	var clock *desk.VirtualClock
	if c.clock == clockVirtual {
		if clock, err = openVirtual(ctx, j, c); err != nil {
			return nil, err
		}
	}
	return clock, j.SetMeta(ctx, metaClock, string(c.clock))
}

// openVirtual sets a virtual clock to where it stood, or on from there.
func openVirtual(ctx context.Context, j *journal.Journal, c houseConfig) (*desk.VirtualClock, error) {
	kept, known, err := j.Meta(ctx, metaNow)
	if err != nil {
		return nil, fmt.Errorf("reading where the clock stood: %w", err)
	}
	now := c.now
	if known {
		stood, err := api.ParseInstant(kept)
		if err != nil {
			return nil, fmt.Errorf("reading where the clock stood: %q %w", kept, err)
		}
		if !now.IsZero() && now.Before(stood.Time()) {
			c.log.Warn("the clock never goes back: it goes on where it stood", "asked", now, "now", stood.Time())
		}
		if now.Before(stood.Time()) {
			now = stood.Time()
		}
	}
	if now.IsZero() {
		now = time.Now()
	}
	now = now.Truncate(time.Millisecond)
	return desk.NewVirtualClock(now), saveNow(ctx, j, now)
}

func saveNow(ctx context.Context, j *journal.Journal, now time.Time) error {
	if err := j.SetMeta(ctx, metaNow, api.InstantOf(now).String()); err != nil {
		return fmt.Errorf("keeping where the clock stands: %w", err)
	}
	return nil
}

// saveClock keeps where the clock stands, before anything is decided there.
func (h *house) saveClock(now time.Time) error { return saveNow(context.Background(), h.journal, now) }

// handsEvery is how often a server looks where others on the same database have moved a virtual clock.
const handsEvery = 100 * time.Millisecond

// followClock moves a virtual clock on when another server has moved it.
func (h *house) followClock() {
	tick := time.NewTicker(handsEvery)
	defer tick.Stop()
	for {
		select {
		case <-h.ticking:
			return
		case <-tick.C:
		}
		kept, _, err := h.journal.Meta(context.Background(), metaNow)
		if err != nil {
			continue // it is asked again in a moment, and readiness says so
		}
		if stood, err := api.ParseInstant(kept); err == nil && stood.Time().After(h.clock.Now()) {
			_ = h.clock.Set(stood.Time()) // it does not go back: refused only if it was moved further meanwhile
		}
	}
}

// maxSkew is how far the server's clock may be from the database's, which is the one that all servers can compare
// theirs with.
const maxSkew = 2 * time.Second

// checkClock compares a clock with the database's, where there is one. What the question itself took is not held
// against it.
func checkClock(ctx context.Context, j *journal.Journal, now func() time.Time) error {
	asked := now()
	theirs, ok, err := j.Clock(ctx)
	answered := now()
	switch {
	case err != nil || !ok:
		return err
	case asked.Sub(theirs) > maxSkew:
		return &skewed{asked.Sub(theirs).Round(time.Millisecond), "ahead of"}
	case theirs.Sub(answered) > maxSkew:
		return &skewed{theirs.Sub(answered).Round(time.Millisecond), "behind"}
	}
	return nil
}

// skewed is a clock that is wrong.
type skewed struct {
	by   time.Duration
	side string
}

func (s *skewed) Error() string {
	return fmt.Sprintf("this server's clock is %v %s the database's, and may differ by %v: set it right (NTP)", s.by, s.side, maxSkew)
}

// Reason tells callers of /readyz.
func (s *skewed) Reason() string { return s.Error() }
