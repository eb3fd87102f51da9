package bench

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// pace is how one side did in one turn.
type pace struct {
	done  int           // charges, rows, transactions or answers
	took  time.Duration // until the last of them
	times []time.Duration
}

// perSecond is how many were done a second.
func (p pace) perSecond() float64 {
	if p.took <= 0 {
		return 0
	}
	return float64(p.done) / p.took.Seconds()
}

// quantile is how long an answer took, in microseconds; 0 where nobody waited for single ones.
func (p pace) quantile(q float64) float64 {
	if len(p.times) == 0 {
		return 0
	}
	return float64(p.times[int(float64(len(p.times)-1)*q)].Nanoseconds()) / 1000
}

// load asks from a number of callers at once for a spell, each again when it has its answer, and returns when all
// have their last. ask returns how much was done; its first error ends the load.
func load(ctx context.Context, callers int, spell time.Duration, ask func(ctx context.Context, caller int) (int, error)) (pace, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	var done atomic.Int64
	times := make([][]time.Duration, callers)
	begin := time.Now()
	for c := range callers {
		wg.Go(func() {
			for start := time.Now(); start.Sub(begin) < spell && ctx.Err() == nil; {
				n, err := ask(ctx, c)
				if err != nil {
					cancel(err)
					return
				}
				end := time.Now()
				done.Add(int64(n))
				times[c] = append(times[c], end.Sub(start))
				start = end
			}
		})
	}
	wg.Wait()
	p := pace{done: int(done.Load()), took: time.Since(begin), times: slices.Concat(times...)}
	slices.Sort(p.times)
	return p, context.Cause(ctx)
}

// times runs a number of calls from a number of callers at once; the first error ends it.
func times(ctx context.Context, callers, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	var next atomic.Int64
	for range callers {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// median is the middle of some figures, 0 of none.
func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
