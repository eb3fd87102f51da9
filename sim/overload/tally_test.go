package overload

import (
	"slices"
	"sync"
	"time"
)

// tally is what became of the requests of one spell.
type tally struct {
	mu      sync.Mutex
	offered int // by the schedule
	// sent found a connection before the caller's patience ended; the others were never sent.
	sent    int
	refused int // 503 with Retry-After
	failed  map[string]int
	done    spans // of what was done, from the instant of the schedule
	told    spans // of what was refused, from its sending: how long a caller waits for the no
	after   int   // seconds of all Retry-After together
	took    time.Duration
}

// spans are durations to take percentiles of.
type spans []time.Duration

// at is the percentile, in hundredths of a hundredth: 9900 is the 99th.
func (s spans) at(percentile int) time.Duration {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Clone(s)
	slices.Sort(sorted)
	return sorted[min(len(sorted)-1, len(sorted)*percentile/10000)]
}

func newTally() *tally { return &tally{failed: map[string]int{}} }

func (t *tally) add(due, sent, now time.Duration, a answer, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err != nil:
		t.failed[err.Error()]++
	case a.status == 200:
		t.done = append(t.done, now-due)
	case a.status == 503 && a.after > 0:
		t.refused++
		t.after += a.after
		t.told = append(t.told, now-sent)
	default:
		t.failed[statusText(a)]++
	}
}

// perSecond is what was done in a second.
func (t *tally) perSecond() float64 { return float64(len(t.done)) / t.took.Seconds() }

// share is n of what was offered.
func (t *tally) share(n int) float64 { return float64(n) / float64(max(1, t.offered)) }
