package desk

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/daypass/daypass/journal"
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
	m := newMemory()
	opened(t, m, NewVirtualClock(start), Options{}).Close()
	const left = 60 * time.Millisecond
	begin := time.Now()
	j := &keeping{memory: m, heldUntil: begin.Add(left), saved: make(chan journal.Snapshot, 1)}
	k := newKeeper(j, 1)
	k.lasts = left / 3
	var done sync.WaitGroup
	done.Go(k.run)
	k.ask("acme")
	s := <-j.saved
	k.stop()
	done.Wait()
	if took := time.Since(begin); took < left {
		t.Errorf("the snapshot came after %v, while another server was at it", took)
	}
	if s.Team != "acme" || s.Seq < 4 {
		t.Errorf("got a snapshot of %s at %d", s.Team, s.Seq)
	}
}
