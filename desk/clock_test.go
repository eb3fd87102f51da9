package desk

import (
	"testing"
	"time"
)

func TestVirtualClockStandsStill(t *testing.T) {
	c := NewVirtualClock(start)
	if err := c.Set(start.Add(-time.Millisecond)); err == nil {
		t.Error("it went back")
	}
	if err := c.Advance(time.Hour); err != nil || !c.Now().Equal(start.Add(time.Hour)) {
		t.Error(c.Now(), err)
	}
}

func TestVirtualClockTicks(t *testing.T) {
	c := NewVirtualClock(start)
	c.Tick()
	if err := c.Set(start.Add(24 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	first := c.Now()
	for !c.Now().After(first) { // it goes on by itself
	}
	if d := c.Now().Sub(start); d < 24*time.Hour || d > 25*time.Hour {
		t.Errorf("it stands %s after its start", d)
	}
	before := c.Now()
	if err := c.Set(before.Add(-time.Millisecond)); err != nil || c.Now().Before(before) {
		t.Errorf("an instant that has just passed: %v, %s", err, c.Now())
	}
	if err := c.Set(before.Add(-time.Minute)); err == nil {
		t.Error("it went back a minute")
	}
}
