package desk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/license"
)

// Others are the other servers on a shared journal. What is asked again and again of a team that several servers are
// asked for is passed on to one of them, so that none has to read what another writes. Nothing hangs on who that is:
// whoever decides finds out in the journal whether it knows all, and writes in its turn if others write too.
type Others interface {
	// Pass has another server carry out a call. False says that none has, and none will any more: this one is to do it.
	Pass(*Call) (Reply, bool)
	// Reached reports whether there is another that calls can be passed on to.
	Reached() bool
}

// Call is what can be passed on: one of these, for a team. Each can be carried out twice, since a session is known by
// its id: the second time finds what the first one did.
type Call struct {
	Team    string
	Open    *license.Open
	OpenAll []license.Open
	Renew   *license.Renew
	Close   *license.Close
}

// Reply is what a call came to.
type Reply struct {
	Answer  Answer                // of an opening or a renewal
	Answers []Answer              // of several openings
	Errors  map[int]license.Error // of those among them that were wrong in themselves, by their places
	Closed  Closed
	Error   *license.Error
	// Failed is the cause for which the server could not keep what was decided; empty: it could.
	Failed string
	// Undone says that nothing was decided and nothing will be.
	Undone bool
}

func (r *Reply) err() error {
	switch {
	case r.Failed != "":
		return &Failure{errors.New(r.Failed)}
	case r.Error != nil:
		return r.Error
	}
	return nil
}

// Answer carries out a call that another server has passed on, here, and then calls what it is given, which must not
// wait. Once the context has ended nothing is decided any more.
func (d *Desk) Answer(ctx context.Context, c Call, then func(*Reply)) {
	r := new(Reply)
	cmd := &command{ctx: ctx, team: c.Team, lane: c.lane(), weight: max(1, len(c.OpenAll)),
		decide: func(t *turn) error { return c.decide(t, r) }, queued: d.opts.Metrics.queued()}
	cmd.then = func() {
		r.end(ctx, cmd.pos, cmd.err)
		if !r.Undone {
			d.opts.Metrics.erred(cmd.err)
		}
		then(r)
	}
	if err := d.committer(c.Team).queue.put(cmd); err != nil {
		cmd.err = err
		cmd.end()
	}
}

func (c *Call) lane() lane {
	if c.Renew != nil || c.Close != nil {
		return sooner
	}
	return later
}

func (c *Call) decide(t *turn, r *Reply) error {
	switch {
	case c.Open != nil:
		return r.Answer.openFor(t, *c.Open)
	case c.Renew != nil:
		_, err := r.Answer.renew(t, *c.Renew)
		return err
	case c.Close != nil:
		return r.Closed.close(t, *c.Close)
	}
	r.Answers, r.Errors = make([]Answer, len(c.OpenAll)), nil
	return openAll(t, c.OpenAll, r.Answers, func(i int, err *license.Error) {
		if r.Errors == nil {
			r.Errors = map[int]license.Error{}
		}
		r.Errors[i] = *err
	})
}

// end completes a reply when the call has been decided, or will not be.
func (r *Reply) end(ctx context.Context, pos int64, err error) {
	r.Answer.Position, r.Closed.Position = pos, pos
	for i := range r.Answers {
		r.Answers[i].Position = pos
	}
	var answer *license.Error
	var failure *Failure
	switch {
	case err == nil:
	case errors.Is(err, ErrClosed), ctx.Err() != nil && errors.Is(err, ctx.Err()):
		r.Undone = true
	case errors.As(err, &answer):
		r.Error = answer
	case errors.As(err, &failure):
		r.Failed = failure.Cause.Error()
	default:
		r.Failed = err.Error()
	}
}

// crossed are the teams that other servers have written to while this one did. What is asked of these is passed on.
// Others may be asked of one server only, as behind a proxy that sends each team to the same, and stay where they are.
type crossed struct {
	running func() time.Duration
	teams   sync.Map     // of *atomic.Int64: until when, as running counts
	all     atomic.Int64 // until then all are
	times   atomic.Int64 // that all began to be

	mu    sync.Mutex
	since time.Duration // teams are counted that were crossed anew
	fresh int
}

const (
	// crossingLasts is how long a team stays crossed. Then a race or two tell whether it still is.
	crossingLasts = 10 * time.Minute
	// manyCrossed teams in a second show that any server is asked for any team.
	manyCrossed = 32
)

// note remembers that another server has written to a team, so long after this one wrote to it last. While the team was
// crossed that may have been what was passed on, and proves nothing.
func (c *crossed) note(team string, after time.Duration) {
	v, _ := c.teams.LoadOrStore(team, new(atomic.Int64))
	until := v.(*atomic.Int64)
	now, last := c.running(), time.Duration(max(until.Load(), c.all.Load()))
	if last > 0 && now >= last && now-after < last {
		c.teams.Delete(team)
		return
	}
	until.Store(int64(now + crossingLasts))
	if now >= last && c.many(now) {
		c.all.Store(int64(now + crossingLasts))
		c.times.Add(1)
	}
}

// many counts a team that is crossed anew.
func (c *crossed) many(now time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now-c.since > time.Second {
		c.since, c.fresh = now, 0
	}
	c.fresh++
	return c.fresh >= manyCrossed
}

// is reports whether a team is crossed.
func (c *crossed) is(team string) bool {
	now := int64(c.running())
	if now < c.all.Load() {
		return true
	}
	until, was := c.teams.Load(team)
	return was && now < until.(*atomic.Int64).Load()
}

// crosses reports whether something that is asked of a team is to be passed on, if another server has the team. It is asked
// first, so that what stays here is not moved to the heap.
func (d *Desk) crosses(team string) bool { return d.opts.Others != nil && d.crossed.is(team) }

func (d *Desk) pass(c *Call) (Reply, bool) {
	r, ok := d.opts.Others.Pass(c)
	if ok {
		d.opts.Metrics.passedOn()
	}
	return r, ok
}

func (d *Desk) passOpen(team string, c license.Open) (r Reply, ok bool) {
	if d.crosses(team) {
		call := c
		r, ok = d.pass(&Call{Team: team, Open: &call})
	}
	return r, ok
}

func (d *Desk) passOpenAll(team string, cs []license.Open) (r Reply, ok bool) {
	if d.crosses(team) {
		r, ok = d.pass(&Call{Team: team, OpenAll: cs})
	}
	return r, ok
}

func (d *Desk) passRenew(team string, c license.Renew) (r Reply, ok bool) {
	if d.crosses(team) {
		call := c
		r, ok = d.pass(&Call{Team: team, Renew: &call})
	}
	return r, ok
}

func (d *Desk) passClose(team string, c license.Close) (r Reply, ok bool) {
	if d.crosses(team) {
		call := c
		r, ok = d.pass(&Call{Team: team, Close: &call})
	}
	return r, ok
}
