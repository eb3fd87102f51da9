package desk

import (
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/journal"
)

// committer decides and commits for the teams that are hashed to it. Whatever comes while the last batch is being
// synced is the next batch: it is decided in memory meanwhile, appended in one transaction, and then answered.
// Nothing waits for a timer.
type committer struct {
	desk  *Desk
	queue *queue

	// round is held while batches follow on each other. Who changes two teams at once holds it of both committers.
	round sync.Mutex

	mu       sync.RWMutex // guards books and dirty
	books    map[string]*book
	dirty    map[*book]struct{} // with joins to write
	residues map[string]residue // of books that were dropped
	watch    int                // for so many rounds it is looked first what other servers have written
	swept    bool               // teams were listed to be swept
	sweeping []string           // of these it is still to be looked what others have written
	turns    rivalry
	wake     chan struct{}
	last     journal.Head // the latest entry that was kept of its rounds
	held     []*command   // were taken and could not be decided ahead: the next round's
	guests   atomic.Int32 // who wait for the round

	closing chan struct{}
	stopped chan struct{}
}

func newCommitter(d *Desk) *committer {
	return &committer{desk: d, queue: newQueue(d.opts.Queue, Stopwatch()), books: map[string]*book{},
		turns: rivalry{journal: d.journal, passing: d.passing, rivals: map[string]*rival{}}, dirty: map[*book]struct{}{},
		residues: map[string]residue{}, wake: make(chan struct{}, 1),
		closing: make(chan struct{}), stopped: make(chan struct{})}
}

func (c *committer) stop() {
	if c.queue.close() {
		close(c.closing)
	}
}

// Joins are written with the team's next command; without one, when this many wait, or so long after the
// first. Nobody waits for them: a round of its own for each would cost more than all else about it.
const (
	manyJoins = 512
	joinsWait = 50 * time.Millisecond
)

// flush asks for a book's joins to be written; waiting says how many there are.
func (c *committer) flush(b *book, waiting int) {
	c.mu.Lock()
	_, asked := c.dirty[b]
	first := len(c.dirty) == 0
	c.dirty[b] = struct{}{}
	c.mu.Unlock()
	switch {
	case c.desk.opts.Inline:
	case waiting >= manyJoins && asked:
		c.rouse()
	case first:
		time.AfterFunc(joinsWait, c.rouse)
	}
}

// rouse has the committer do a round although nothing is queued.
func (c *committer) rouse() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *committer) run() {
	defer close(c.stopped)
	for {
		select {
		case <-c.queue.ready:
		case <-c.wake:
		case <-c.closing:
			if c.queue.len() == 0 && len(c.held) == 0 {
				c.process(nil)
				return
			}
		}
		runtime.Gosched() // see gather
		c.stream(c.next())
	}
}

// next is what was held back, and what waits.
func (c *committer) next() []*command {
	f := filling{commands: c.held, most: c.desk.opts.Batch}
	for _, cmd := range c.held {
		f.weight += cmd.weight
	}
	c.held = nil
	c.queue.take(&f, f.most)
	return f.commands
}

// process decides a batch, commits it and answers it, one after the other.
func (c *committer) process(batch []*command) {
	c.round.Lock()
	defer c.round.Unlock()
	defer c.endDue()
	c.desk.opts.Metrics.taken(batch)
	c.desk.opts.Metrics.filled(len(batch))
	c.insist(batch, tries{})
}

// attempts bounds how often commands are decided again after a failed commit, lostRaces how often after one that
// another server's was before: somebody gets on then, and in turns.
const (
	attempts  = 4
	lostRaces = 64
)

// tries counts how often a batch was not kept.
type tries struct{ failed, lost int }

// insist decides a batch, commits it and answers it, again and again until all is answered. When the commit fails, the
// journal tells what became of it: what is there after all is answered as it was decided; the states of the other
// teams are dropped, loaded again, and their commands are decided anew.
func (c *committer) insist(batch []*command, t tries) {
	for over := false; !over; {
		batch = wanted(batch)
		r := c.begin(batch)
		if r.bad != nil {
			c.drop(r.books)
			batch = r.refuse()
			continue
		}
		f := c.flight(r)
		f.commit(c.desk)
		batch, over = c.land(f, &t)
	}
}

// begin decides a batch as a new round, and seals it.
func (c *committer) begin(batch []*command) *round {
	c.follow(batch)
	r := c.desk.newRound(len(batch))
	c.decide(r, batch)
	c.seal(r)
	return r
}

// seal ends a round's decisions.
func (c *committer) seal(r *round) {
	if r.bad == nil {
		c.writeJoins(r)
	}
	if r.bad == nil {
		r.check()
	}
	r.seal()
}

// land answers what was kept of a round, and returns the commands that have to be decided again; over says that there
// is nothing more to do.
func (c *committer) land(f *flight, t *tries) (again []*command, over bool) {
	if len(f.called) > 0 {
		c.beware()
		c.turns.called(f.called)
	}
	again = c.answer(f)
	if part := new(journal.Conflict); errors.As(f.err, &part) && part.Forgotten {
		slog.Error("the database has lost entries that it had kept, as one does that fails over to a replica that was behind: all teams are loaded anew")
		c.dropAll()
	}
	if len(again) == 0 && (f.err == nil || f.lost != nil) {
		return nil, true
	}
	if errors.Is(f.err, journal.ErrConflict) {
		c.lose(f.round, f.lost, t.lost)
		t.lost++
	} else {
		t.failed++
	}
	switch {
	case errors.Is(f.err, journal.ErrStorageFull):
		giveUp(again, errFull)
		return nil, true
	case t.failed == attempts, t.lost == lostRaces:
		giveUp(again, &Failure{f.err})
		return nil, true
	}
	return again, false
}

// answer publishes what was kept of a round and answers its commands. The states of the lost teams are dropped; their
// commands are returned. An error without lost teams has lost all.
func (c *committer) answer(f *flight) (again []*command) {
	var dropped []*book
	c.last = f.lastKept(c.last)
	for i, b := range f.round.books {
		if f.loses(b.name) {
			dropped = append(dropped, b)
			continue
		}
		c.desk.publish(b, f.round, f.round.ends[i])
		c.turns.win(b.name)
	}
	c.drop(dropped)
	defer f.round.forget()
	if f.err == nil {
		finish(f.round.commands)
		return nil
	}
	var answered []*command
	for _, cmd := range f.round.commands {
		if f.loses(cmd.team) {
			again = append(again, cmd)
		} else {
			answered = append(answered, cmd)
		}
	}
	finish(answered)
	return again
}

// Failure is an error inside the server: nothing that was answered is lost, and the request can be sent
// again. Its cause is for the log.
type Failure struct{ Cause error }

func (f *Failure) Error() string { return "the server could not keep what was decided: try again" }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// wanted answers the commands whose callers have given up, and returns the others.
func wanted(batch []*command) []*command {
	return slices.DeleteFunc(batch, (*command).givenUp)
}

func giveUp(batch []*command, err error) {
	for _, cmd := range batch {
		cmd.err = err
	}
	finish(batch)
}

func finish(batch []*command) {
	for _, cmd := range batch {
		cmd.end()
	}
}

// decide runs the commands in their order on the states in memory, each seeing what those before it did. The
// clock is read once.
func (c *committer) decide(r *round, batch []*command) {
	defer r.release()
	r.commands = append(r.commands, batch...)
	// The catalogue as it is now: a round that is decided ahead can be older. Where others write, one that hangs on an
	// older catalogue than is in force is refused as a whole.
	clock, catalog := c.desk.now(), c.desk.inForce.Load().catalog
	for _, cmd := range batch {
		b, err := c.open(cmd.team)
		if err != nil {
			cmd.err = err
			continue
		}
		r.claim(b)
		b.mu.Lock()
		cmd.err = r.turn(b, cmd, clock, catalog)
		cmd.pos = b.team.Position
		b.mu.Unlock()
		if internal(cmd.err) {
			r.fail(b, cmd.err)
			return
		}
	}
}

// writeJoins adds the joins of teams that have no command in this round.
func (c *committer) writeJoins(r *round) {
	c.adopt()
	c.mu.Lock()
	dirty := c.dirty
	if len(dirty) == 0 {
		c.mu.Unlock()
		return
	}
	c.dirty = map[*book]struct{}{}
	c.mu.Unlock()
	for b := range dirty {
		b.mu.Lock()
		if !b.gone && b.broken == nil {
			if err := r.joins(b); err != nil {
				r.fail(b, err)
			}
		}
		b.mu.Unlock()
	}
}

// publish makes the state of a book as it was at the end of a round that is kept the one to answer from, unless the
// next round has gone on from it already.
func (d *Desk) publish(b *book, r *round, end end) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mine = b.mine || end.chained > b.durable
	b.fresh += end.chained - b.durable
	b.durable, b.pending = end.chained, b.round != r
	b.joins = slices.Delete(b.joins, 0, end.writing)
	b.writing, b.before = b.writing-end.writing, b.before-end.writing
	size := b.team.Size()
	d.memory.Add(size - b.size)
	b.size = size
	b.used.Store(d.use.Add(1))
	b.wrote = time.Now()
	if b.fresh >= d.opts.SnapshotEvery+b.team.Weight() && d.keeper.ask(b.name) {
		b.fresh = 0
	}
}
