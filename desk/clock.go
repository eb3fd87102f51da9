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
	now time.Time
}

// NewVirtualClock returns a clock that stands at now.
func NewVirtualClock(now time.Time) *VirtualClock { return &VirtualClock{now: now.UTC()} }

// Now is where the clock stands.
func (c *VirtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to an instant that is not before the present one.
func (c *VirtualClock) Set(now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Before(c.now) {
		return &license.Error{Code: "clock_backwards",
			Message: "the clock stands at " + c.now.Format(time.RFC3339Nano) + " and does not go back"}
	}
	c.now = now.UTC()
	return nil
}

// Advance moves the clock on.
func (c *VirtualClock) Advance(by time.Duration) error { return c.Set(c.Now().Add(by)) }
