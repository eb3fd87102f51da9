package desk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// waitingRoom is a queue whose clock stands, and the commands that went in.
type waitingRoom struct {
	*queue
	t   *testing.T
	now time.Duration
}

func newWaitingRoom(t *testing.T, bound int) *waitingRoom {
	w := &waitingRoom{t: t}
	w.queue = newQueue(bound, func() time.Duration { return w.now })
	return w
}

func waiter(team string, in lane) *command {
	return &command{team: team, lane: in, weight: 1, ctx: context.Background(), done: make(chan struct{}, 1)}
}

// add puts commands, written as team or team! for the sooner lane, and returns how many found room.
func (w *waitingRoom) add(n int, name string) int {
	w.t.Helper()
	team, urgent := strings.CutSuffix(name, "!")
	for i := range n {
		c := waiter(team, later)
		if urgent {
			c.lane = sooner
		}
		if err := w.put(c); err != nil {
			if !errors.Is(err, errBusy) {
				w.t.Fatal(err)
			}
			return i
		}
	}
	return n
}

// whole takes a batch at once.
func whole(q *queue, most int) []*command {
	f := filling{most: most}
	q.take(&f, most)
	return f.commands
}

// batch takes one and writes it as add does.
func (w *waitingRoom) batch(most int) string {
	var names []string
	for _, c := range whole(w.queue, most) {
		name := c.team
		if c.lane == sooner {
			name += "!"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func (w *waitingRoom) want(got, want string) {
	w.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Error(diff)
	}
}

func TestQueueTakesTurns(t *testing.T) {
	w := newWaitingRoom(t, 1000)
	w.add(3, "a")
	w.add(1, "b")
	w.add(2, "c")
	w.want(w.batch(64), "a b c a c a")
	w.want(w.batch(64), "")
	// Who did not come to their turn comes first in the next batch.
	w.add(2, "a")
	w.add(2, "b")
	w.add(2, "c")
	w.want(w.batch(2), "a b")
	w.want(w.batch(64), "c a b c")
}

func TestQueueRenewalsGoFirst(t *testing.T) {
	w := newWaitingRoom(t, 1000)
	w.add(6, "a")
	w.add(3, "a!")
	w.want(w.batch(8), "a! a! a! a a a a a")
	w.add(20, "a!")
	w.add(20, "a")
	// Openings have a part of every batch all the same.
	for range 2 {
		if got := w.batch(8); strings.Count(got, "a!") != 6 || strings.Count(got, " ") != 7 {
			t.Error(got)
		}
	}
}

// A team with company has a share of a batch, and the whole of it when it is alone again.
func TestQueueShares(t *testing.T) {
	w := newWaitingRoom(t, 4096)
	w.add(1000, "loud")
	w.want(w.batch(64), strings.TrimSpace(strings.Repeat("loud ", 64)))
	w.add(1, "calm")
	w.want(w.batch(64), "loud calm loud loud loud")
	w.want(w.batch(64), "loud loud loud loud") // who comes meanwhile finds a short batch
	w.now += companyLasts
	w.want(w.batch(64), strings.TrimSpace(strings.Repeat("loud ", 64)))
	// The company of one that comes between two batches counts too.
	w.add(1000, "loud")
	for w.len() > 0 {
		w.batch(1024)
	}
	w.add(1, "calm")
	w.batch(64)
	w.add(1000, "loud")
	w.want(w.batch(64), "loud loud loud loud")
}

// A batch is bounded by what its commands weigh, and one that is heavier than the batch is taken alone.
// A batch that is filled little by little gives a team no more than its share, as long as it has something waiting,
// and says no more that something waits when all who wait have had theirs.
func TestQueueFillsOn(t *testing.T) {
	w := newWaitingRoom(t, 1000)
	w.add(100, "a")
	w.add(1, "b")
	f := filling{most: 16 * 4}
	w.take(&f, 3)
	w.add(100, "c")
	for range 5 {
		w.take(&f, 5)
	}
	had := map[string]int{}
	for _, c := range f.commands {
		had[c.team]++
	}
	if diff := cmp.Diff(map[string]int{"a": 4, "b": 1, "c": 4}, had); diff != "" {
		t.Error(diff)
	}
	<-w.ready // of what was put
	w.take(&f, 5)
	select {
	case <-w.ready:
		t.Error("it says that something waits for this batch")
	default:
	}
	if got := len(whole(w.queue, 16*4)); got != 8 {
		t.Errorf("got %d commands in the next batch, want 4 of each team", got)
	}
}

func TestQueueWeighs(t *testing.T) {
	w := newWaitingRoom(t, 100)
	for _, weight := range []int{3, 3, 3, 50, 1} {
		c := waiter("a", later)
		c.weight = weight
		if err := w.put(c); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{2, 2, 1} {
		if got := len(whole(w.queue, 8)); got != want {
			t.Errorf("got %d commands, want %d", got, want)
		}
	}
}

// TestQueueWeighsLanes: what is too heavy for any batch is taken, however much is always before it.
func TestQueueWeighsLanes(t *testing.T) {
	w := newWaitingRoom(t, 100)
	heavy := waiter("a", later)
	heavy.weight = 50
	for _, c := range []*command{waiter("b", later), heavy} {
		if err := w.put(c); err != nil {
			t.Fatal(err)
		}
	}
	w.add(1, "c")
	for _, want := range []string{"r! b", "r! a", "r! c"} {
		w.add(1, "r!")
		w.want(w.batch(4), want)
	}
}

// TestHeldWeighs: what was held back is part of the next batch, with its weight.
func TestHeldWeighs(t *testing.T) {
	c := newCommitter(opened(t, newMemory(), NewVirtualClock(start), Options{Batch: 8}))
	heavy := waiter("a", later)
	heavy.weight = 6
	c.held = []*command{heavy}
	for range 5 {
		if err := c.queue.put(waiter("a", later)); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{3, 3, 0} {
		if got := len(c.next()); got != want {
			t.Errorf("got %d commands, want %d", got, want)
		}
	}
}

func TestQueueBounds(t *testing.T) {
	w := newWaitingRoom(t, 80)
	// Without its part for renewals there is room for 60: each team may have as much as is left.
	for _, c := range []struct {
		name string
		took int
	}{{"a", 30}, {"b", 15}, {"c", 8}, {"d", 4}, {"e", 2}, {"f", 1}, {"g", 0}, {"g!", 10}, {"h!", 5}} {
		if got := w.add(100, c.name); got != c.took {
			t.Errorf("%s: got %d in, want %d", c.name, got, c.took)
		}
	}
	if got := w.len(); got != 75 {
		t.Errorf("%d wait", got)
	}
	w.batch(640)
	if w.add(1, "g") != 1 {
		t.Error("there is room again, and it was not given")
	}
}

// What nobody waits for any more is not decided.
func TestQueueForgetsWhoGaveUp(t *testing.T) {
	w := newWaitingRoom(t, 100)
	ctx, cancel := context.WithCancel(t.Context())
	gone := waiter("a", later)
	gone.ctx = ctx
	w.add(1, "a")
	if err := w.put(gone); err != nil {
		t.Fatal(err)
	}
	w.add(1, "a")
	cancel()
	w.want(w.batch(10), "a a")
	<-gone.done
	if !errors.Is(gone.err, context.Canceled) || w.len() != 0 {
		t.Error(gone.err, w.len())
	}
}

func TestQueueAge(t *testing.T) {
	w := newWaitingRoom(t, 100)
	age := func() Waiting {
		var a Waiting
		w.queue.add(&a)
		return a
	}
	w.add(2, "a")
	w.now += time.Second
	w.add(1, "b!")
	if got, want := age(), (Waiting{Sooner: 1, Later: 2, Oldest: time.Second}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	w.batch(2)
	w.add(1, "c")
	w.now += time.Second
	w.batch(1)
	if got, want := age(), (Waiting{Later: 1, Oldest: time.Second}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	w.batch(1)
	if got := age(); got != (Waiting{}) {
		t.Errorf("got %+v of an empty queue", got)
	}
}

func TestQueueCloses(t *testing.T) {
	w := newWaitingRoom(t, 100)
	w.add(1, "a")
	if !w.close() || w.close() {
		t.Error("it is closed once")
	}
	if err := w.put(waiter("a", sooner)); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	w.want(w.batch(10), "a")
}

// TestQueueLosesNothing: many callers and teams, at random: each command is answered once, those of one caller in
// its order, and nothing is left.
func TestQueueLosesNothing(t *testing.T) {
	q := newQueue(64, Stopwatch())
	stop := make(chan struct{})
	var taker sync.WaitGroup
	taker.Go(func() {
		rng := rand.New(rand.NewPCG(1, 2))
		for {
			select {
			case <-q.ready:
			case <-stop:
				return
			}
			finish(whole(q, 1+rng.IntN(40)))
		}
	})
	var callers sync.WaitGroup
	for i := range 32 {
		callers.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(i), 3))
			for range 2000 {
				c := waiter(fmt.Sprint("team-", rng.IntN(10)), lane(rng.IntN(lanes)))
				ctx, cancel := context.WithCancel(t.Context())
				if c.ctx = ctx; rng.IntN(10) == 0 {
					cancel()
				}
				for errors.Is(q.put(c), errBusy) {
					time.Sleep(time.Microsecond)
				}
				<-c.done
				cancel()
			}
		})
	}
	callers.Wait()
	close(stop)
	taker.Wait()
	if q.len() != 0 || len(q.lanes[0].lines)+len(q.lanes[1].lines) != 0 {
		t.Errorf("%d commands and %d lines are left", q.len(), len(q.lanes[0].lines)+len(q.lanes[1].lines))
	}
}

// BenchmarkQueue asks in turns for a channel and the queue: 256 callers, each waiting for its answer, and a taker that
// answers a batch after the time of a quick disk. x_channel is the processor time of a command through the queue,
// in that through a channel; both wake a caller.
func BenchmarkQueue(b *testing.B) {
	for _, teams := range []int{1, 10000} {
		b.Run(fmt.Sprintf("teams=%d", teams), func(b *testing.B) {
			var channel, queue time.Duration
			for b.Loop() {
				channel += timeCalls(b, teams, newChannel())
				queue += timeCalls(b, teams, newTaken())
			}
			b.ReportMetric(0, "ns/op")
			calls := float64(b.N * 256 * callsEach)
			b.ReportMetric(float64(channel.Nanoseconds())/calls, "channel_ns")
			b.ReportMetric(float64(queue.Nanoseconds())/calls, "queue_ns")
			b.ReportMetric(float64(queue)/float64(channel), "x_channel")
		})
	}
}

const callsEach = 100

// way is a way of handing commands over: put, and take a batch; take returns nothing at the end.
type way struct {
	put  func(*command)
	take func([]*command) []*command
	stop func()
}

func newChannel() way {
	c := make(chan *command, 8192)
	take := func(batch []*command) []*command {
		cmd, ok := <-c
		if !ok {
			return nil
		}
		batch = append(batch, cmd)
		for len(batch) < 1024 {
			select {
			case cmd := <-c:
				batch = append(batch, cmd)
			default:
				return batch
			}
		}
		return batch
	}
	return way{func(cmd *command) { c <- cmd }, take, func() { close(c) }}
}

func newTaken() way {
	q := newQueue(8192, Stopwatch())
	take := func(batch []*command) []*command {
		for range q.ready {
			f := filling{commands: batch, most: 1024}
			if q.take(&f, f.most); len(f.commands) > 0 {
				return f.commands
			}
		}
		return nil
	}
	put := func(cmd *command) {
		if err := q.put(cmd); err != nil {
			panic(err)
		}
	}
	return way{put, take, func() { close(q.ready) }}
}

func timeCalls(b *testing.B, teams int, w way) time.Duration {
	names := make([]string, teams)
	for i := range names {
		names[i] = fmt.Sprint("team-", i)
	}
	var taker, callers sync.WaitGroup
	taker.Go(func() {
		batch := make([]*command, 0, 1024)
		for {
			if batch = w.take(batch[:0]); batch == nil {
				return
			}
			time.Sleep(200 * time.Microsecond)
			finish(batch)
		}
	})
	before := used(b)
	for i := range 256 {
		callers.Go(func() {
			c := waiter("", later)
			for k := range callsEach {
				c.team = names[(i*callsEach+k)%teams]
				w.put(c)
				<-c.done
			}
		})
	}
	callers.Wait()
	w.stop()
	taker.Wait()
	return used(b) - before
}

// used is the processor time that the process has taken.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
