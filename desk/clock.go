package desk

import (
	"sync"
	"time"

	"github.com/daypass/daypass/license"
)

// VirtualClock is a clock that moves only when told, for tests and for trying things out. Its hands never go
// back.
type VirtualClock struct {
	mu  sync.Mutex
	now time.Time // where it stands; of one that ticks, where it was set
	set time.Time // when that was, by the real clock; zero: it does not tick
}

// NewVirtualClock returns a clock that stands at now.
func NewVirtualClock(now time.Time) *VirtualClock { return &VirtualClock{now: now.UTC()} }

// Now is where the clock stands.
func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hands()
}

// hands is where the clock stands. The lock is held.
func (c *VirtualClock) hands() time.Time {
	if c.set.IsZero() {
		return c.now
	}
	return c.now.Add(time.Since(c.set))
}

// Tick lets the clock go on by itself from where it stands, as fast as the real one. It can still be moved on.
func (c *VirtualClock) Tick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.set = c.hands(), time.Now()
}

// Set moves the clock to an instant that is not before the present one. One that ticks may have passed the
// instant while it was on its way; then it stays where it is.
func (c *VirtualClock) Set(now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	hands, late := c.hands(), time.Duration(0)
	if !c.set.IsZero() {
		late = time.Second
	}
	switch {
	case now.Before(hands.Add(-late)):
		return &license.Error{Code: "clock_backwards",
			Message: "the clock stands at " + hands.Format(time.RFC3339Nano) + " and does not go back"}
	case now.After(hands):
		c.move(now)
	}
	return nil
}

// Advance moves the clock on.
func (c *VirtualClock) Advance(by time.Duration) error { return c.Set(c.Now().Add(by)) }

// move sets the hands. The lock is held.
func (c *VirtualClock) move(now time.Time) {
	c.now = now.UTC()
	if !c.set.IsZero() {
		c.set = time.Now()
	}
}

// Stopwatch counts from now on, whatever becomes of the clock: for how long something took, and never for what is
// decided.
func Stopwatch() func() time.Duration {
	begin := time.Now()
	return func() time.Duration { return time.Since(begin) }
}
