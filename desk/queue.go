package desk

import (
	"sync"
	"time"
)

// lane says who goes first when not everyone can.
type lane uint8

const (
	// later is for openings and all else that begins something.
	later lane = iota
	// sooner is for what keeps somebody at work or gives something back: renewals, closings, the ends of jobs.
	// Looking is there too, since it is over at once.
	sooner

	lanes = 2
)

const (
	// laterPart of a batch is the later lane's, however much waits in the other: 1 of so many commands.
	laterPart = 4
	// soonerPart of the queue is the sooner lane's, however much is begun.
	soonerPart = 4
	// sharePart of a batch is the most that one team has of it while it has company. So batches stay short for
	// the others.
	sharePart = 16
	// companyLasts is how long after another team's command a team still has company.
	companyLasts = time.Second
)

// queue is where commands wait for their committer. It is bounded; nobody waits to get in. Within a lane the
// teams that wait take turns, so that one with thousands of commands cannot push another's out of the next
// batch; and a team may have as much waiting as there is room left, so that it cannot fill the queue alone.
type queue struct {
	bound int
	// now only goes forward, and says how long something took.
	now func() time.Duration
	// ready has something in it when something waits.
	ready chan struct{}

	mu      sync.Mutex
	closed  bool
	waiting int
	lanes   [lanes]turns
	// taken is when the last batch was, or the first command after it came: what came since is no older.
	taken time.Duration
	// alone is the team that alone had commands in the last batch; empty when there were more.
	alone string
	// company is when commands of more than one team were seen.
	company time.Duration
}

func newQueue(bound int, now func() time.Duration) *queue {
	q := &queue{bound: bound, now: now, company: -companyLasts, ready: make(chan struct{}, 1)}
	for i := range q.lanes {
		q.lanes[i].lines = map[string]*line{}
	}
	return q
}

// put queues a command, or says at once that there is no room for it.
func (q *queue) put(c *command) error {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return ErrClosed
	}
	room := q.bound - q.waiting
	if c.lane == later {
		room -= q.bound / soonerPart
	}
	if !q.lanes[c.lane].add(c, room) {
		q.mu.Unlock()
		return errBusy
	}
	if q.waiting == 0 {
		q.taken = q.now()
	}
	c.since = q.taken
	q.waiting++
	first := q.waiting == 1
	q.mu.Unlock()
	if first {
		q.call()
	}
	return nil
}

// call wakes the committer.
func (q *queue) call() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// callAgain wakes the committer if something waits.
func (q *queue) callAgain() {
	if q.len() > 0 {
		q.call()
	}
}

// take adds to a batch until it weighs most, and no more than so much at a time: of that the last command may be heavier
// than what is left.
func (q *queue) take(f *filling, some int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.taken = q.now()
	f.share = f.most
	if q.hasCompany() {
		f.share = max(1, f.most/sharePart)
	}
	before, until := q.waiting, min(f.most, f.weight+some)
	q.lanes[sooner].fill(f, until-min(q.lanes[later].waiting, some/laterPart))
	q.lanes[later].fill(f, until)
	f.begun = true
	q.waiting = q.lanes[sooner].waiting + q.lanes[later].waiting
	if q.waiting > 0 && q.waiting < before { // else all who wait have had their share of this batch
		q.call()
	}
}

// hasCompany reports whether more than one team has had commands lately.
func (q *queue) hasCompany() bool {
	team, alone := q.only()
	if !alone || q.alone != "" && team != q.alone {
		q.company = q.taken
	}
	q.alone = team
	return q.taken-q.company < companyLasts
}

// only is the one team that waits. Without any it is the last one still.
func (q *queue) only() (team string, alone bool) {
	team, alone = q.alone, true
	for i := range q.lanes {
		l := &q.lanes[i]
		switch {
		case l.first == nil:
		case len(l.lines) > 1, i > 0 && q.lanes[0].first != nil && q.lanes[0].first.team != l.first.team:
			return "", false
		default:
			team = l.first.team
		}
	}
	return team, alone
}

// close lets nothing in any more; what waits is still taken. False: it was closed before.
func (q *queue) close() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	open := !q.closed
	q.closed = true
	return open
}

// len is how many commands wait.
func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}

// filling is a batch on its way.
type filling struct {
	commands []*command
	most     int  // that it may weigh
	weight   int  // of all that was taken
	share    int  // of one team in one lane, by weight
	begun    bool // something was taken before: what teams have had of it counts
}

// turns are the teams that wait in one lane, in the order of their turns.
type turns struct {
	lines       map[string]*line
	first, last *line
	waiting     int  // commands
	batches     int  // filled so far
	took        bool // from this lane into the last: the first is taken in any case, or might never be
	free        *line
}

// line is what waits of one team in one lane, oldest first.
type line struct {
	team        string
	first, last *command
	waiting     int
	batch       int // the last that took from it
	taken       int // into that batch, by weight
	next        *line
}

// add puts a command behind the others of its team, when that has not as much waiting as there is room.
func (t *turns) add(c *command, room int) bool {
	l := t.lines[c.team]
	if room <= 0 || l != nil && l.waiting >= room {
		return false
	}
	if l == nil {
		l = t.line(c.team)
		t.lines[c.team] = l
		t.queue(l)
	}
	c.next = nil
	if l.first == nil {
		l.first = c
	} else {
		l.last.next = c
	}
	l.last = c
	l.waiting++
	t.waiting++
	return true
}

// line is an empty one.
func (t *turns) line(team string) *line {
	l := t.free
	if l == nil {
		return &line{team: team}
	}
	t.free = l.next
	*l = line{team: team}
	return l
}

// queue puts a team behind the others.
func (t *turns) queue(l *line) {
	l.next = nil
	if t.first == nil {
		t.first = l
	} else {
		t.last.next = l
	}
	t.last = l
}

// fill takes one command of each team in turn until the batch weighs most, nothing is left, or everyone has had
// their share. A command that would make a batch that is half full weigh more than it may is the next batch's first.
func (t *turns) fill(b *filling, most int) {
	if !b.begun {
		t.batches++
		t.took = false
	}
	var spent, end *line
	for b.weight < most && t.first != nil {
		l := t.first
		turn := l.batch != t.batches || l.taken < b.share
		if turn && t.took && b.weight >= b.most/2 && b.weight+l.first.weight > b.most {
			break
		}
		t.first = l.next
		if turn {
			t.takeOne(l, b)
			t.took = true
		}
		switch {
		case l.first == nil:
			delete(t.lines, l.team)
			l.team, l.next, t.free = "", t.free, l
		case l.taken < b.share:
			t.queue(l)
		case spent == nil:
			spent, end = l, l
		default:
			end.next, end = l, l
		}
	}
	if spent == nil {
		return
	}
	end.next = nil
	if t.first == nil {
		t.first = spent
	} else {
		t.last.next = spent
	}
	t.last = end
}

// takeOne moves a line's oldest command into the batch. Those whose callers have given up are not decided.
func (t *turns) takeOne(l *line, b *filling) {
	if l.batch != t.batches {
		l.batch, l.taken = t.batches, 0
	}
	for l.first != nil {
		c := l.first
		l.first, c.next = c.next, nil
		l.waiting--
		t.waiting--
		if c.givenUp() {
			continue
		}
		b.commands = append(b.commands, c)
		b.weight += c.weight
		l.taken += c.weight
		return
	}
}

// Waiting is what waits for its turn on all committers.
type Waiting struct {
	Sooner int // renewals, closings, the ends of jobs, reads
	Later  int // openings and all else
	// Oldest is how long the oldest of them has waited, to about a batch.
	Oldest time.Duration
}

// Waiting looks at the queues.
func (d *Desk) Waiting() Waiting {
	var w Waiting
	for _, c := range d.committers {
		c.queue.add(&w)
	}
	return w
}

func (q *queue) add(w *Waiting) {
	q.mu.Lock()
	defer q.mu.Unlock()
	w.Sooner += q.lanes[sooner].waiting
	w.Later += q.lanes[later].waiting
	if q.waiting == 0 {
		return
	}
	now := q.now()
	for i := range q.lanes {
		for l := q.lanes[i].first; l != nil; l = l.next {
			w.Oldest = max(w.Oldest, now-l.first.since)
		}
	}
}
