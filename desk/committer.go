package desk

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/daypass/daypass/journal"
)

// committer decides and commits for the teams that are hashed to it. Whatever has queued up while the last
// batch was being synced is the next batch: it is decided in memory, appended in one transaction, and then
// answered. Nothing waits for a timer.
type committer struct {
	desk  *Desk
	queue *queue

	// round is held for one batch. Who changes two teams at once holds it of both committers.
	round sync.Mutex

	mu       sync.RWMutex // guards books and dirty
	books    map[string]*book
	dirty    map[*book]struct{} // with joins to write
	residues map[string]residue // of books that were dropped
	watch    int                // for so many rounds it is looked first what other servers have written
	turns    rivalry
	wake     chan struct{}

	closing chan struct{}
	stopped chan struct{}
}

func newCommitter(d *Desk) *committer {
	return &committer{desk: d, queue: newQueue(d.opts.Queue, Stopwatch()), books: map[string]*book{},
		turns: rivalry{journal: d.journal, rivals: map[string]*rival{}}, dirty: map[*book]struct{}{},
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
	batch := make([]*command, 0, c.desk.opts.Batch)
	for {
		select {
		case <-c.queue.ready:
		case <-c.wake:
		case <-c.closing:
			if c.queue.len() == 0 {
				c.process(nil)
				return
			}
		}
		batch = c.queue.take(batch[:0], c.desk.opts.Batch)
		c.process(batch)
	}
}

// attempts bounds how often commands are decided again after a failed commit, lostRaces how often after one that
// another server's was before: somebody gets on then, and in turns.
const (
	attempts  = 4
	lostRaces = 64
)

// process decides a batch, commits it and answers it. When the commit fails, the journal tells what became of
// it: what is there after all is answered as it was decided; the states of the other teams are dropped, loaded again,
// and their commands are decided anew.
func (c *committer) process(batch []*command) {
	c.round.Lock()
	defer c.round.Unlock()
	defer c.turns.endDue()
	c.desk.opts.Metrics.taken(batch)
	for failed, lost := 0, 0; ; {
		c.follow(batch)
		r := c.decide(batch)
		if r.bad != nil {
			c.drop(r.books)
			batch = r.refuse(batch)
			continue
		}
		var called []string
		r.batch.Held, r.batch.Rivals = c.turns.held, &called
		gone, err := c.desk.commit(r)
		if len(called) > 0 {
			c.watch = watchFor
			c.turns.called(called)
		}
		if batch = c.answer(r, batch, gone, err); len(batch) == 0 && (err == nil || gone != nil) {
			return
		}
		if errors.Is(err, journal.ErrConflict) {
			c.lose(r, gone, lost)
			lost++
		} else {
			failed++
		}
		switch {
		case errors.Is(err, journal.ErrStorageFull):
			giveUp(batch, errFull)
			return
		case failed == attempts, lost == lostRaces:
			giveUp(batch, &Failure{err})
			return
		}
	}
}

// answer publishes what was kept of a round and answers its commands. The states of the lost teams are dropped; their
// commands are returned. An error without lost teams has lost all.
func (c *committer) answer(r *round, batch []*command, lost map[string]bool, err error) (again []*command) {
	if err == nil {
		c.publish(r.books...)
		c.turns.win(r.books)
		finish(batch)
		return nil
	}
	var kept, dropped []*book
	for _, b := range r.books {
		if lost == nil || lost[b.name] {
			dropped = append(dropped, b)
		} else {
			kept = append(kept, b)
		}
	}
	c.drop(dropped)
	c.publish(kept...)
	var answered []*command
	for _, cmd := range batch {
		if lost == nil || lost[cmd.team] {
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

func giveUp(batch []*command, err error) {
	for _, cmd := range batch {
		cmd.err = err
	}
	finish(batch)
}

func finish(batch []*command) {
	for _, cmd := range batch {
		cmd.done <- struct{}{}
	}
}

// decide runs the commands in their order on the states in memory, each seeing what those before it did. The
// clock is read once.
func (c *committer) decide(batch []*command) *round {
	r := c.desk.newRound(len(batch))
	defer r.release()
	clock, catalog := c.desk.now(), r.inForce.catalog
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
			return r
		}
	}
	c.writeJoins(r)
	r.check()
	return r
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

// publish makes the states of committed books the ones to answer from.
func (c *committer) publish(books ...*book) {
	now := time.Now()
	for _, b := range books {
		b.mu.Lock()
		b.fresh += b.chained - b.durable
		b.durable, b.pending = b.chained, false
		b.joins = slices.Delete(b.joins, 0, b.writing)
		b.writing = 0
		size := b.team.Size()
		c.desk.memory.Add(size - b.size)
		b.size = size
		b.used.Store(c.desk.use.Add(1))
		b.wrote = now
		if b.fresh >= c.desk.opts.SnapshotEvery+b.team.Weight() && c.desk.keeper.ask(b.name) {
			b.fresh = 0
		}
		b.mu.Unlock()
	}
}
