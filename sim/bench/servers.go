package bench

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// crew is servers on one database, each a process of its own, which share the callers.
type crew struct {
	ground  ground
	workers []*worker
	callers int
}

// hireCrew founds a world and starts servers on it.
func (r *run) hireCrew(ctx context.Context, g *schema, s Shape, servers, callers int, byTeam bool) (*crew, error) {
	c, w := &crew{ground: g, callers: callers}, newWorld(s, r.lasting())
	o, err := settled(ctx, g, w, callers)
	if err == nil {
		err = o.close()
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	var secret [sha256.Size]byte
	_, _ = rand.Read(secret[:]) // never fails
	for i := range servers {
		h := hiring{g.address, w.part(i, servers, byTeam), secret}
		worker, err := hire(ctx, r.Program, h)
		if err != nil {
			return nil, errors.Join(err, c.close())
		}
		c.workers = append(c.workers, worker)
	}
	return c, nil
}

func (c *crew) turn(_ context.Context, spell time.Duration) (p pace, err error) {
	var all sync.WaitGroup
	errs := make([]error, len(c.workers))
	for i, w := range c.workers {
		all.Go(func() { errs[i] = w.do(order{c.callers / len(c.workers), spell}) })
	}
	all.Wait()
	for _, w := range c.workers {
		p.done += w.last.Done
		p.took = max(p.took, w.last.Took)
	}
	return p, errors.Join(errs...)
}

// check compares what the callers of all servers were told with the one journal.
func (c *crew) check(ctx context.Context) error {
	j, err := c.ground.journal(ctx)
	if err != nil {
		return err
	}
	var charges, tokens int64
	for _, w := range c.workers {
		charges += w.last.Charges
		tokens += w.last.Tokens
	}
	return errors.Join(audit(ctx, j, charges, tokens), j.Close())
}

func (c *crew) close() error {
	var errs []error
	for _, w := range c.workers {
		errs = append(errs, w.dismiss())
	}
	return errors.Join(append(errs, c.ground.drop(context.Background()))...)
}

// manyCallers is from how many callers in all two servers are measured: half as many do not keep one busy.
const manyCallers = 256

// pairCallers are how many callers the servers have in all: of what was asked for as many as keep two busy, or else the
// most.
func (r *run) pairCallers() (callers []int) {
	for _, n := range r.Callers {
		if n >= manyCallers {
			callers = append(callers, n)
		}
	}
	if callers == nil {
		callers = []int{max(2, slices.Max(r.Callers))}
	}
	return callers
}

// servers measures two servers together against one alone: the same callers in all, the same minute, a schema for
// each, so that neither reads what the other has written.
func (r *run) servers(ctx context.Context, s Shape, callers int) (p Pair, err error) {
	what := fmt.Sprintf("two servers, %s", label(s, callers))
	r.at("%s: founding", what)
	var sides []player
	defer func() { err = errors.Join(err, closeAll(sides)) }()
	for _, crew := range []struct {
		name    string
		servers int
		byTeam  bool
	}{{"one server alone", 1, false}, {"two servers, any for any team", 2, false}, {"two servers, each for its teams", 2, true}} {
		if crew.byTeam && s.Teams < crew.servers {
			continue
		}
		g, err := r.engine.(*postgres).schema(ctx)
		if err != nil {
			return p, err
		}
		c, err := r.hireCrew(ctx, g, s, crew.servers, callers, crew.byTeam)
		if err != nil {
			return p, err
		}
		sides = append(sides, player{crew.name, c})
	}
	paces, err := r.interleave(ctx, what, sides)
	if err != nil {
		return p, err
	}
	p = Pair{Shape: s.Name, Teams: s.Teams, Callers: callers, Alone: middle(paces[0], pace.perSecond), Together: middle(paces[1], pace.perSecond),
		Ratio: ratio(paces[1], paces[0], pace.perSecond, pace.perSecond)}
	if len(paces) > 2 {
		p.ByTeam, p.ByTeamRatio = middle(paces[2], pace.perSecond), ratio(paces[2], paces[0], pace.perSecond, pace.perSecond)
	}
	return p, nil
}
