package identity

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/license"
)

// When a key was last used is for people who look for keys that nobody needs. It is noted in memory and written in the
// background, at most once a minute for each key, however many servers there are: no request waits for it, and
// what a server that is killed had not written is lost.

// usesEvery is how exact it is.
const usesEvery = license.Minute

// usesTimeout bounds one writing.
const usesTimeout = 5 * time.Second

type uses struct {
	last sync.Map // look-up part → *atomic.Int64: the instant that was noted last

	mu      sync.Mutex
	waiting map[string]license.Instant // not written yet
	wake    chan struct{}              // something waits
}

func newUses() uses {
	return uses{waiting: map[string]license.Instant{}, wake: make(chan struct{}, 1)}
}

// note is on the way of every request: it mostly reads one number.
func (u *uses) note(lookup string, now license.Instant) {
	v, ok := u.last.Load(lookup)
	if !ok {
		v, _ = u.last.LoadOrStore(lookup, new(atomic.Int64))
	}
	last := v.(*atomic.Int64)
	before := last.Load()
	if now < license.Instant(before)+usesEvery || !last.CompareAndSwap(before, int64(now)) {
		return
	}
	u.mu.Lock()
	u.waiting[lookup] = now
	u.mu.Unlock()
	select {
	case u.wake <- struct{}{}:
	default:
	}
}

// take is what waits, and nothing waits afterwards.
func (u *uses) take() map[string]license.Instant {
	u.mu.Lock()
	defer u.mu.Unlock()
	all := maps.Clone(u.waiting)
	clear(u.waiting)
	return all
}

// NoteUses writes when keys were last used, until ctx ends; then what still waits. A failure costs only that.
func (k *Keys) NoteUses(ctx context.Context) {
	for over := false; !over; {
		select {
		case <-k.uses.wake:
		case <-ctx.Done():
		}
		over = ctx.Err() != nil // what waits now is written still
		if err := k.writeUses(context.WithoutCancel(ctx)); err != nil {
			slog.Warn("when keys were last used was not written", "error", err)
		}
	}
}

// writeUses writes in one transaction what waits.
func (k *Keys) writeUses(ctx context.Context) error {
	all := k.uses.take()
	if len(all) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, usesTimeout)
	defer cancel()
	tx, err := k.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("writing the uses of keys: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	for lookup, at := range all {
		_, err := tx.ExecContext(ctx, `UPDATE api_key SET used_at = $1 WHERE lookup = $2 AND used_at <= $3`, int64(at), lookup, int64(at-usesEvery))
		if err != nil {
			return fmt.Errorf("writing the uses of keys: %w", err)
		}
	}
	return tx.Commit()
}
