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
	queue chan *command

	// round is held for one batch. Who changes two teams at once holds it of both committers.
	round sync.Mutex

	mu       sync.RWMutex // guards books and dirty
	books    map[string]*book
	dirty    map[*book]struct{} // with joins to write
	residues map[string]residue // of books that were dropped
	watch    int                // for so many rounds it is looked first what other servers have written
	wake     chan struct{}
	closed   bool

	closing chan struct{}
	stopped chan struct{}
}

func newCommitter(d *Desk) *committer {
	return &committer{desk: d, queue: make(chan *command, d.opts.Queue), books: map[string]*book{},
		dirty: map[*book]struct{}{}, residues: map[string]residue{}, wake: make(chan struct{}, 1),
		closing: make(chan struct{}), stopped: make(chan struct{})}
}

// submit queues a command, or says that the queue is full.
func (c *committer) submit(cmd *command) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return ErrClosed
	}
	select {
	case c.queue <- cmd:
		return nil
	default:
		return errBusy
	}
}

func (c *committer) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
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
		batch = batch[:0]
		select {
		case cmd := <-c.queue:
			batch = append(batch, cmd)
		case <-c.wake:
		case <-c.closing:
			if len(c.queue) == 0 {
				c.process(nil)
				return
			}
		}
		c.process(c.fill(batch))
	}
}

// fill takes what waits, up to the batch's bound.
func (c *committer) fill(batch []*command) []*command {
	for len(batch) < c.desk.opts.Batch {
		select {
		case cmd := <-c.queue:
			batch = append(batch, cmd)
		default:
			return batch
		}
	}
	return batch
}

// attempts bounds how often one batch is decided again after a failed commit, lostRaces how often after one that
// another server's was before: somebody gets on then, and in turns.
const (
	attempts  = 4
	lostRaces = 64
)

// process decides a batch, commits it and answers it. When the commit fails, the journal tells what became of
// it: a batch that is there after all is answered as it was decided; else the states that hang on it are
// dropped, loaded again, and the batch is decided anew.
func (c *committer) process(batch []*command) {
	c.round.Lock()
	defer c.round.Unlock()
	for failed, lost := 0, 0; ; {
		c.follow(batch)
		r := c.decide(batch)
		if r.bad != nil {
			c.drop(r.books)
			batch = r.refuse(batch)
			continue
		}
		err := r.commit(c.desk.journal)
		switch {
		case err == nil:
			c.publish(r.books...)
			finish(batch)
			return
		case errors.Is(err, journal.ErrConflict):
			c.lose(r, lost)
			lost++
		default:
			c.drop(r.books)
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
		if b.fresh >= c.desk.opts.SnapshotEvery+b.team.Weight() && c.desk.keeper.ask(b.name) {
			b.fresh = 0
		}
		b.mu.Unlock()
	}
}
