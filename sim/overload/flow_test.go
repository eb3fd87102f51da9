package overload

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// flow is one kind of callers with connections of their own.
type flow struct {
	t       *testing.T
	address string
	// write appends the n-th request.
	write func(b []byte, n int64) []byte
	// deaf callers do not stay away for as long as they are asked to; the others come back at least so late.
	deaf  bool
	begin time.Time
	n     atomic.Int64
	ended atomic.Bool

	mu      sync.Mutex
	tally   *tally
	idle    []*line // the one that waits longest first
	backlog []time.Duration
	busy    int
	closed  bool // each connection asks again at once
	lines   map[*line]bool
}

// patience is how long a request waits for a caller that is free. One that is neither sent nor waits any more was kept
// away: every caller was waiting for an answer, or staying away as asked.
const patience = time.Second

func newFlow(t *testing.T, address string, lines int, write func([]byte, int64) []byte) *flow {
	f := &flow{t: t, address: address, write: write, begin: time.Now(), tally: newTally(0, 0), lines: map[*line]bool{}}
	for range lines {
		f.connect()
	}
	t.Cleanup(f.hangUp)
	return f
}

func (f *flow) hangUp() {
	f.ended.Store(true)
	f.mu.Lock()
	defer f.mu.Unlock()
	for l := range f.lines {
		l.conn.Close()
	}
}

func (f *flow) now() time.Duration { return time.Since(f.begin) }

// connect adds a connection.
func (f *flow) connect() {
	for !f.ended.Load() {
		l, err := dial(f.address)
		if err == nil {
			f.mu.Lock()
			f.lines[l] = true
			f.mu.Unlock()
			go f.listen(l)
			f.next(l)
			return
		}
		f.mu.Lock()
		f.tally.failed[err.Error()]++
		f.mu.Unlock()
		time.Sleep(100 * time.Millisecond)
	}
}

// listen reads a connection's answers until it breaks, and makes another.
func (f *flow) listen(l *line) {
	for {
		a, err := l.read()
		now := f.now()
		f.mu.Lock()
		asked := l.busy
		l.busy, l.dead = false, err != nil
		if asked {
			f.busy--
			f.tally.add(time.Duration(l.due.Load()), time.Duration(l.sent.Load()), now, a, err)
		}
		if err != nil {
			delete(f.lines, l)
		}
		f.mu.Unlock()
		if err != nil {
			l.conn.Close()
			f.connect()
			return
		}
		if a.status == 503 && !f.deaf {
			stay := time.Duration(a.after)*time.Second + rand.N(time.Second)
			time.AfterFunc(stay, func() { f.next(l) })
			continue
		}
		f.next(l)
	}
}

// next has a free connection carry what waits, or wait itself.
func (f *flow) next(l *line) {
	f.mu.Lock()
	due, ok := time.Duration(0), false
	if !l.dead {
		if due, ok = f.waiting(); ok {
			f.take(l, due)
		} else {
			f.idle = append(f.idle, l)
		}
	}
	f.mu.Unlock()
	if ok {
		f.send(l)
	}
}

// waiting is the oldest that waits to be sent. The lock is held.
func (f *flow) waiting() (time.Duration, bool) {
	if f.closed {
		return f.now(), true
	}
	for len(f.backlog) > 0 {
		due := f.backlog[0]
		f.backlog = f.backlog[1:]
		if f.now()-due < patience {
			return due, true
		}
	}
	return 0, false
}

func (f *flow) take(l *line, due time.Duration) {
	l.busy = true
	l.due.Store(int64(due))
	f.busy++
	f.tally.sent++
}

func (f *flow) send(l *line) {
	l.send.Lock()
	defer l.send.Unlock()
	l.sent.Store(int64(f.now()))
	l.out = f.write(l.out[:0], f.n.Add(1)-1)
	if _, err := l.conn.Write(l.out); err != nil {
		l.conn.Close() // its reader tells
	}
}

// offer sends perSecond requests by the schedule for a time, and returns what became of them.
func (f *flow) offer(perSecond int, spell time.Duration) *tally {
	t := f.newSpell(spell)
	begin, launched := t.begin, 0
	for {
		elapsed := min(f.now()-begin, spell)
		due := int(int64(perSecond) * int64(elapsed) / int64(time.Second))
		f.mu.Lock()
		for ; launched < due; launched++ {
			f.backlog = append(f.backlog, begin+time.Duration(int64(launched+1)*int64(time.Second)/int64(perSecond)))
		}
		t.offered = launched
		f.mu.Unlock()
		f.dispatch()
		if elapsed == spell {
			break
		}
		time.Sleep(500 * time.Microsecond)
	}
	return f.endSpell(t)
}

// dispatch sends what waits on the connections that are free.
func (f *flow) dispatch() {
	for {
		f.mu.Lock()
		for len(f.idle) > 0 && f.idle[0].dead {
			f.idle = f.idle[1:]
		}
		if len(f.idle) == 0 {
			f.mu.Unlock()
			return
		}
		due, ok := f.waiting()
		if !ok {
			f.mu.Unlock()
			return
		}
		l := f.idle[0]
		f.idle = f.idle[1:]
		f.take(l, due)
		f.mu.Unlock()
		f.send(l)
	}
}

// press has every connection ask again as soon as it was answered.
func (f *flow) press(spell time.Duration) *tally {
	t := f.newSpell(spell)
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.dispatch()
	time.Sleep(spell)
	f.mu.Lock()
	f.closed = false
	f.mu.Unlock()
	f.endSpell(t)
	t.offered = t.sent
	return t
}

func (f *flow) newSpell(spell time.Duration) *tally {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tally = newTally(f.now(), spell)
	return f.tally
}

// endSpell waits for what is under way; what was not sent by now will not be.
func (f *flow) endSpell(t *tally) *tally {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.backlog = nil
	for late := f.now() + 20*time.Second; f.busy > 0 && f.now() < late; {
		f.mu.Unlock()
		time.Sleep(time.Millisecond)
		f.mu.Lock()
	}
	if f.busy > 0 {
		t.failed["no answer"] += f.busy
	}
	f.tally = newTally(f.now(), 0)
	return t
}

func statusText(a answer) string { return fmt.Sprintf("status %d, Retry-After %d", a.status, a.after) }
