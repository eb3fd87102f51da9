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
	// Has reports whether another server has a team.
	Has(team string) bool
	// Reached reports whether there is another at all.
	Reached() bool
}

// Call is what can be passed on: one of these, for a team. Each can be carried out twice, since a session is known by
// its id: the second time finds what the first one did.
type Call struct {
	From    string // the server that passes it on; empty: it was asked of this one
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
	// Undone says that the call was given up: who has passed it on is to do it.
	Undone bool
	// Alone says that nobody else has asked for the team for long: who has passed it on may as well have it.
	Alone bool
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

// CarryOut decides a call that another server has passed on, and then calls what it is given, which must not wait. Once
// the context has ended nothing is decided any more.
func (d *Desk) CarryOut(ctx context.Context, c Call, then func(*Reply)) {
	r := new(Reply)
	cmd := &command{ctx: ctx, team: c.Team, lane: c.lane(), weight: max(1, len(c.OpenAll)),
		decide: func(t *turn) error {
			if !d.crossed.is(c.Team) {
				d.cross(c.Team, 0) // who passes it on has found this server's writes, and this one may yet have to
			}
			return c.decide(t, r)
		}, queued: d.opts.Metrics.queued()}
	cmd.then = func() {
		r.end(cmd)
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
	r.Alone = t.askedBy(c.From)
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

// end completes a reply when its command is over.
func (r *Reply) end(cmd *command) {
	r.Answer.Position, r.Closed.Position = cmd.pos, cmd.pos
	for i := range r.Answers {
		r.Answers[i].Position = cmd.pos
	}
	var answer *license.Error
	var failure *Failure
	switch {
	case cmd.err == nil:
	case cmd.gone, errors.Is(cmd.err, ErrClosed):
		r.Undone = true
	case errors.As(cmd.err, &answer):
		r.Error = answer
	case errors.As(cmd.err, &failure):
		r.Failed = failure.Cause.Error()
	default:
		r.Failed = cmd.err.Error()
	}
}

// pass has another server carry out a call, if the team is crossed and that server's. The call is made only then, so that
// nothing is moved to the heap for what stays here.
func (d *Desk) pass(ctx context.Context, team string, call func() *Call) (Reply, bool) {
	if !d.passes(team) || ctx.Err() != nil {
		return Reply{}, false
	}
	if d.opts.Span != nil {
		defer d.opts.Span(ctx)()
	}
	r, ok := d.opts.Others.Pass(call())
	if ok {
		d.opts.Metrics.passedOn()
	}
	if r.Alone {
		d.crossed.keep(team)
	}
	return r, ok
}

// passing reports whether there is another server that calls can be passed on to.
func (d *Desk) passing() bool { return d.opts.Others != nil && d.opts.Others.Reached() }

// passes reports whether what is asked of a team is passed on: this server hardly writes to it then.
func (d *Desk) passes(team string) bool {
	return d.opts.Others != nil && d.crossed.is(team) && d.opts.Others.Has(team)
}

// aloneFor is how long nobody else asks for a team until who passes it on may have it.
const aloneFor = 10 * license.Minute

// asker is by which server a team is asked for, of what can be passed on. The zero value: by this one.
type asker struct {
	from  string // as of Call
	since license.Instant
}

// askedBy notes who asks, and reports whether another server has been the only one for long.
func (t *turn) askedBy(from string) (alone bool) {
	a := &t.book.asker
	if a.from != from {
		*a = asker{from, t.now}
	}
	return from != "" && t.now >= a.since+aloneFor
}

// crossed are the teams that other servers have written to while this one did. What is asked of these is passed on.
// Others may be asked of one server only, as behind a proxy that sends each team to the same, and stay where they are.
type crossed struct {
	running func() time.Duration
	teams   sync.Map
	all     atomic.Bool // all are, but those that are its own
	own     sync.Map    // teams that this server alone is asked for, and since when it decides them itself

	mu    sync.Mutex
	since time.Duration // teams are counted that were crossed
	fresh int
}

// manyCrossed teams in a second show that any server is asked for any team.
const manyCrossed = 32

// cross notes that another server has written to a team, or would have: see crossed.note.
func (d *Desk) cross(team string, after time.Duration) {
	if d.opts.Others != nil {
		d.crossed.note(team, after)
	}
}

// note remembers that another server has written to a team, so long after this one wrote to it last. To one that it has
// passed on until lately that was what it passed on, and proves nothing.
func (c *crossed) note(team string, after time.Duration) {
	now := c.running()
	if since, own := c.own.Load(team); own && now-after < since.(time.Duration) {
		return
	}
	c.own.Delete(team)
	if _, was := c.teams.Swap(team, true); !was && c.many(now) {
		c.all.Store(true)
	}
}

// keep remembers that this server alone is asked for a team.
func (c *crossed) keep(team string) {
	c.own.Store(team, c.running())
	c.teams.Delete(team)
}

// many counts a team that was crossed.
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
	if c.all.Load() {
		_, own := c.own.Load(team)
		return !own
	}
	_, is := c.teams.Load(team)
	return is
}
