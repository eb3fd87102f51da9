package overload

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// tally is what became of the requests of one spell.
type tally struct {
	begin, spell time.Duration

	mu      sync.Mutex
	offered int // by the schedule
	sent    int // found a caller; the others were kept away
	answers []done
	failed  map[string]int // what is neither an answer nor a refusal that says when to come back
}

// done is a request that was answered.
type done struct {
	due, sent, at time.Duration
	refused       bool
}

func newTally(begin, spell time.Duration) *tally {
	return &tally{begin: begin, spell: spell, failed: map[string]int{}}
}

func (t *tally) add(due, sent, now time.Duration, a answer, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err != nil:
		t.failed[err.Error()]++
	case a.status == 200, a.status == 503 && a.after > 0:
		t.answers = append(t.answers, done{due, sent, now, a.status == 503})
	default:
		t.failed[statusText(a)]++
	}
}

// among are the answers that a question is about.
func (t *tally) among(is func(done) bool) (all []done) {
	for _, d := range t.answers {
		if is(d) {
			all = append(all, d)
		}
	}
	return all
}

// skip forgets the beginning of a spell.
func (t *tally) skip(lead time.Duration) {
	t.answers = t.among(func(d done) bool { return d.due >= t.begin+lead })
}

func accepted(d done) bool { return !d.refused }
func refused(d done) bool  { return d.refused }

// perSecond is what was accepted and answered in a second, while the spell lasted.
func (t *tally) perSecond() float64 {
	n := len(t.among(func(d done) bool { return !d.refused && d.at <= t.begin+t.spell }))
	return float64(n) / t.spell.Seconds()
}

// The times of an answer: since the schedule had its request, and since it was sent.
func sinceDue(d done) time.Duration  { return d.at - d.due }
func sinceSent(d done) time.Duration { return d.at - d.sent }

// percentile of some answers' times, in hundredths: 99 is the 99th.
func percentile(all []done, of func(done) time.Duration, hundredths int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	times := make([]time.Duration, len(all))
	for i, d := range all {
		times[i] = of(d)
	}
	slices.Sort(times)
	return times[min(len(times)-1, len(times)*hundredths/100)]
}

// share is one number in another, 1 in none.
func share(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
