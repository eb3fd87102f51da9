package overload

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"
)

var (
	spell  = flag.Duration("overload.spell", 400*time.Millisecond, "how long each load is offered")
	rounds = flag.Int("overload.rounds", 1, "how often each load is offered, in turns")
	report = flag.String("overload.report", "", "write the figures into this page, between the markers of each test")
)

const (
	callers = 4096 // of the storm, each with a connection of its own
	keepers = 1024 // who renew
)

// whole says that the figures are wanted, and not only that the tests pass.
func whole() bool { return *report != "" || *rounds > 1 }

// TestStorm offers more and more, up to ten times what the server can do. Between any two loads, what it can do is
// measured anew, with callers that ask again as soon as they are answered.
func TestStorm(t *testing.T) {
	teams, loads := 8, []int{2, 10}
	if whole() {
		teams, loads = 100, []int{1, 2, 5, 10}
	}
	h := newHouse(t, teams)
	peak := h.best()
	storm := newFlow(t, h.address, callers, opens(h.teams))
	storm.n.Store(1 << 40) // sessions of their own
	renew := newFlow(t, h.address, keepers, renewals(h.teams))
	stop := h.watch()
	p := &storms{}
	for range *rounds {
		for _, times := range loads {
			p.add(h.storm(peak, storm, renew, times))
		}
		storm.deaf = true
		p.add(h.storm(peak, storm, renew, 10))
		storm.deaf = false
		p.normal = append(p.normal, h.recovery(peak, storm))
	}
	stop()
	p.write(t, *report)
}

// best are as many callers as get most done.
func (h *house) best() *flow {
	var best *flow
	most := 0.0
	for i, lines := range []int{128, 256, 512, 1024} {
		f := newFlow(h.t, h.address, lines, opens(h.teams))
		f.n.Store(int64(i) << 36)
		f.press(*spell) // warms up
		h.nextDay()
		got := f.press(*spell)
		h.must("at the peak", got)
		if got.perSecond() > most {
			best, most = f, got.perSecond()
		}
	}
	return best
}

// level is what one load came to.
type level struct {
	times       int
	deaf        bool
	peak        float64
	opens, kept *tally
}

// storm measures the peak, and then offers so many times as much, with a tenth of the peak in renewals.
func (h *house) storm(peak, storm, renew *flow, times int) level {
	h.nextDay()
	top := peak.press(*spell)
	h.must("at the peak", top)
	h.nextDay()
	rate := int(top.perSecond())
	var both sync.WaitGroup
	l := level{times: times, deaf: storm.deaf, peak: top.perSecond()}
	both.Go(func() { l.kept = renew.offer(max(1, rate/10), *spell) })
	l.opens = storm.offer(times*rate, *spell)
	both.Wait()
	h.must("in the storm", l.opens)
	h.must("of the renewals", l.kept)
	return l
}

// must holds that everything that was sent was answered as it should be.
func (h *house) must(when string, t *tally) {
	h.t.Helper()
	if len(t.failed) > 0 {
		h.t.Errorf("%s: %v", when, t.failed)
	}
	if len(t.answers) != t.sent {
		h.t.Errorf("%s: %d answers to %d requests", when, len(t.answers), t.sent)
	}
}

// recovery is how long after a storm it takes until the server is as before: half of what it can do is offered, and
// for half a second nothing is refused, nobody kept away, and the 99th percentile no more than twice what it was.
func (h *house) recovery(peak, storm *flow) time.Duration {
	const slice = 500 * time.Millisecond
	h.nextDay()
	time.Sleep(3 * time.Second) // until those who were asked to stay away are back
	rate := max(1, int(peak.press(*spell).perSecond())/2)
	before := percentile(storm.offer(rate, max(slice, *spell)).among(accepted), sinceDue, 99)
	h.nextDay()
	storm.deaf = true
	storm.offer(20*rate, *spell)
	storm.deaf = false
	begin := time.Now()
	for time.Since(begin) < time.Minute {
		at := time.Since(begin)
		t := storm.offer(rate, slice)
		if len(t.among(accepted)) == t.offered && percentile(t.among(accepted), sinceDue, 99) <= 2*before {
			return at
		}
	}
	h.t.Error("a minute after the storm it is not as before")
	return time.Minute
}

// watch asks, while it goes on, for what must always be answered, and sees that it is.
func (h *house) watch() (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			if err := h.look(ctx); err != nil && ctx.Err() == nil {
				ended <- err
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		ended <- nil
	}()
	return func() {
		cancel()
		h.check(<-ended)
	}
}

// look asks once.
func (h *house) look(ctx context.Context) error {
	health, err := dial(h.address)
	if err != nil {
		return fmt.Errorf("/healthz: %w", err)
	}
	defer health.conn.Close()
	for _, path := range []string{"/healthz", "/readyz"} {
		if err := health.conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			return err
		}
		fmt.Fprintf(health.conn, "GET %s HTTP/1.1\r\nHost: daypass\r\n\r\n", path)
		if a, err := health.read(); err != nil || a.status != 200 {
			return fmt.Errorf("%s: %d, %w", path, a.status, err)
		}
	}
	if _, err := h.operator.Balance(ctx, h.teams[0].id); err != nil {
		return fmt.Errorf("the operator's look at a balance: %w", err)
	}
	if _, err := h.operator.Catalog(ctx); err != nil {
		return fmt.Errorf("the operator's look at the catalogue: %w", err)
	}
	return nil
}
