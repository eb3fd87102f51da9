package desk

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// keeping is a journal that keeps snapshots and whose tasks another server may hold.
type keeping struct {
	*memory
	heldUntil time.Time // by another server
	saved     chan journal.Snapshot
}

func (k *keeping) Claim(_ context.Context, _ journal.Task, now time.Time, _ time.Duration) (bool, error) {
	return !now.Before(k.heldUntil), nil
}

func (k *keeping) SaveSnapshot(_ context.Context, s journal.Snapshot) error {
	k.saved <- s
	return nil
}

// TestSnapshotIsTakenOver: a team whose snapshot a killed server has begun gets it from another, and nobody waited.
func TestSnapshotIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, begin := context.Background(), time.Now()
		j := &keeping{memory: newMemory(), heldUntil: begin.Add(20 * time.Second), saved: make(chan journal.Snapshot, 1)}
		d := opened(t, j, NewVirtualClock(start), Options{SnapshotEvery: 10})
		for i := range 200 {
			if _, err := d.Suspend(ctx, "acme", license.Caller{}, license.TeamSuspended{Suspended: i%2 == 0}); err != nil {
				t.Fatal(err)
			}
		}
		s := <-j.saved
		if took := time.Since(begin); took < 20*time.Second || took > time.Minute {
			t.Errorf("the snapshot came after %v, want it when the other server's time was over", took)
		}
		if s.Team != "acme" || s.Seq < 100 {
			t.Errorf("got a snapshot of %s at %d", s.Team, s.Seq)
		}
		d.Close()
		synctest.Wait()
	})
}
