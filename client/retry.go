package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// again says whether and when a request is sent again.
type again struct {
	after  time.Duration // not before; below 0: never
	busy   bool          // the server had no time for it
	random time.Duration // and so much later at most, by chance
}

var (
	never = again{after: -1}
	soon  = again{}
)

// Bounds of the pauses between attempts. A server that asks for a longer one is not asked again.
const (
	firstPause  = 100 * time.Millisecond
	longestWait = 30 * time.Second
)

// in is the pause before the next attempt: what the server asked for, or twice as long each time, with a
// part left to chance, so that many clients do not come back at once.
func (a again) in(try int) (time.Duration, bool) {
	if a.after < 0 || a.after > longestWait {
		return 0, false
	}
	pause := firstPause << min(try-1, 6)
	pause = pause/2 + rand.N(pause)
	return max(pause, a.after+rand.N(a.random+1)), true
}

// A budget bounds how often what a busy server refused is sent again: one more request for each ten that it has
// answered, and so many ahead. Without it the clients of a server that is asked for too much would ask for
// several times as much.
type budget struct{ spent atomic.Int64 } // in tenths

const (
	retriesAhead = 100
	tenth        = 1
	whole        = 10 * tenth
)

// earn counts an answer.
func (b *budget) earn() {
	if b.spent.Load() > 0 { // what two do at once is a tenth too much at most
		b.spent.Add(-tenth)
	}
}

// spend says whether a request can be sent again.
func (b *budget) spend() bool {
	if b.spent.Add(whole) <= retriesAhead*whole {
		return true
	}
	b.spent.Add(-whole)
	return false
}

// afterStatus reads what a server that does not want to answer now asks for. It has done nothing.
func afterStatus(r *http.Response) again {
	if r.StatusCode != http.StatusServiceUnavailable && r.StatusCode != http.StatusTooManyRequests {
		return never
	}
	if seconds, err := strconv.ParseInt(r.Header.Get("Retry-After"), 10, 32); err == nil && seconds > 0 {
		// Whole seconds are coarse: those who were refused in one instant would come back in one.
		return again{after: time.Duration(seconds) * time.Second, busy: true, random: time.Second}
	}
	if r.StatusCode == http.StatusTooManyRequests {
		return again{after: time.Second, busy: true, random: time.Second}
	}
	return again{busy: true}
}

// notSent says that a request did not even reach the server.
func notSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
