package desk

import (
	"runtime"
	"slices"

	"github.com/daypass/daypass/journal"
)

// flight is a round whose commit is under way.
type flight struct {
	round *round
	done  chan struct{}

	// These are known once it is done.
	lost   map[string]bool // the teams that were not kept; nil with an error: all
	err    error
	called []string // teams that other servers wait to have their turns at
}

// flight makes a sealed round ready to be committed.
func (c *committer) flight(r *round) *flight {
	f := &flight{round: r, done: make(chan struct{})}
	r.batch.Held, r.batch.Rivals, r.batch.Last = c.turns.held, &f.called, c.last
	return f
}

func (f *flight) commit(d *Desk) {
	f.lost, f.err = d.commit(f.round)
	close(f.done)
}

// loses reports whether what was decided on a team was not kept.
func (f *flight) loses(team string) bool { return f.err != nil && (f.lost == nil || f.lost[team]) }

// lastKept is the last entry of the round that was kept, or the one before.
func (f *flight) lastKept(before journal.Head) journal.Head {
	for _, e := range slices.Backward(f.round.batch.Entries) {
		if !f.loses(e.Team) {
			return journal.Head{Team: e.Team, Seq: e.Seq, Hash: e.Hash}
		}
	}
	return before
}

// stream decides a batch and commits it, and while that is on its way decides what comes meanwhile: the next round is
// there when the one before has landed. It goes on so for as long as something comes, and falls back to one
// after the other when anything fails.
func (c *committer) stream(batch []*command) {
	c.round.Lock()
	defer c.round.Unlock()
	defer c.endDue()
	c.desk.opts.Metrics.taken(batch)
	for r := c.begin(batch); r != nil; {
		c.desk.opts.Metrics.filled(len(r.commands))
		if r.bad != nil {
			c.drop(r.books)
			c.insist(r.refuse(), tries{})
			return
		}
		f := c.flight(r)
		go f.commit(c.desk)
		next := filling{most: c.desk.opts.Batch}
		r = c.ahead(f, &next)
		var t tries
		again, over := c.land(f, &t)
		if f.err == nil {
			if r != nil {
				c.gather(r, &next)
				c.seal(r)
			}
			continue
		}
		if r != nil { // it was decided on what was not kept, or might have been
			c.drop(r.books)
			again, over = append(again, r.commands...), false
		}
		if !over {
			c.insist(again, t)
		}
		return
	}
}

// some is how many commands are decided ahead at a time: those of a round that has landed do not wait for more.
const some = 64

// ahead decides what comes until a flight is done, as one round; nil is nothing. It stops at what it would have to ask
// the journal for.
func (c *committer) ahead(f *flight, next *filling) (r *round) {
	defer c.queue.callAgain()
	for next.weight < next.most && c.quiet() {
		select {
		case <-f.done:
			return r
		case <-c.queue.ready:
		}
		more := false
		if r, more = c.extend(r, next); !more {
			break
		}
	}
	<-f.done
	return r
}

// gather adds to a small round that could be committed what those ask who are about to: they run first. So callers that
// were answered together come together again, and a busy server commits less often. In a large one nobody waits for
// newcomers.
func (c *committer) gather(r *round, next *filling) {
	if r.bad != nil || next.weight >= some || !c.quiet() {
		return
	}
	runtime.Gosched()
	c.extend(r, next)
}

// extend decides what waits as part of a round, or as a new one; more says that it can go on so. The queue's call may be for
// what gather has taken already: then nothing waits.
func (c *committer) extend(r *round, next *filling) (_ *round, more bool) {
	n := len(next.commands)
	c.queue.take(next, some)
	batch := next.commands[n:]
	if len(batch) == 0 {
		return r, true
	}
	if !c.atHand(batch) {
		c.held = batch
		c.rouse()
		return r, false
	}
	if r == nil {
		r = c.desk.newRound(len(batch))
	}
	c.desk.opts.Metrics.taken(batch)
	c.decide(r, batch)
	return r, r.bad == nil
}

// quiet reports whether rounds can be decided ahead: nobody waits for the committer, nothing is held back for the next
// round, and no other server waits for its turn.
func (c *committer) quiet() bool {
	return c.guests.Load() == 0 && len(c.held) == 0 && !c.turns.due()
}

// alone reports whether no other server is about, whose entries would have to be read first.
func (c *committer) alone() bool { return c.watch == 0 && c.turns.fights == 0 }

// atHand reports whether all teams of a batch are in memory, and nobody else can have written to them or will.
func (c *committer) atHand(batch []*command) bool {
	alone := c.alone()
	for i, cmd := range batch {
		if i > 0 && batch[i-1].team == cmd.team && batch[i-1].reads == cmd.reads {
			continue
		}
		b := c.book(cmd.team)
		if b == nil || !alone && !c.turns.mine(cmd.team) || c.desk.journal.Shared() && !cmd.reads && b.dear() {
			return false
		}
	}
	return true
}
