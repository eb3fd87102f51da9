package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

// again says whether and when a request is sent again: not before the given time, or never.
type again time.Duration

const (
	never again = -1
	soon  again = 0
)

// Bounds of the pauses between attempts. A server that asks for a longer one is not asked again.
const (
	firstPause  = 100 * time.Millisecond
	longestWait = 30 * time.Second
)

// in is the pause before the next attempt: what the server asked for, or twice as long each time, with a
// part left to chance, so that many clients do not come back at once.
func (a again) in(try int) (time.Duration, bool) {
	if a == never || time.Duration(a) > longestWait {
		return 0, false
	}
	pause := firstPause << min(try-1, 6)
	pause = pause/2 + rand.N(pause)
	return max(pause, time.Duration(a)), true
}

// afterStatus reads what a server that does not want to answer now asks for. It has done nothing.
func afterStatus(r *http.Response) again {
	if r.StatusCode != http.StatusServiceUnavailable && r.StatusCode != http.StatusTooManyRequests {
		return never
	}
	if seconds, err := strconv.ParseInt(r.Header.Get("Retry-After"), 10, 32); err == nil && seconds > 0 {
		return again(time.Duration(seconds) * time.Second)
	}
	if r.StatusCode == http.StatusTooManyRequests {
		return again(time.Second)
	}
	return soon
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
