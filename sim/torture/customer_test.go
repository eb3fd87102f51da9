package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

// customer acts for a team's people, one operation after the other, on whichever server answers.
type customer struct {
	number int
	team   *team
	fleet  *fleet
	notes  *recorder
	rng    *rand.Rand

	at       int // the server that it asks
	made     int // ids
	sessions []ask
	jobs     []ask
	pending  []*op // without an answer, and asked again in the end
}

// patience is how long a customer waits for one answer.
const patience = 3 * time.Second

// work goes on until the context ends, or all is done.
func (c *customer) work(ctx context.Context) error {
	for done := 0; ctx.Err() == nil && done < c.team.most; done++ {
		if err := c.step(); err != nil {
			return fmt.Errorf("customer %d of %s: %w", c.number, c.team.id, err)
		}
		time.Sleep(time.Duration(c.rng.Int64N(int64(c.team.pace))))
	}
	return nil
}

// step does one thing, drawn by how often the team does it.
func (c *customer) step() error {
	total := 0
	for _, d := range c.team.does {
		total += d.weight
	}
	n := c.rng.IntN(total)
	for _, d := range c.team.does {
		if n -= d.weight; n < 0 {
			return d.do(c)
		}
	}
	return nil
}

// tries is how often a customer asks before it turns to something else: most outcomes become known soon, and some only
// in the end. In small teams few may be unknown at the same time, so that an order can be searched for.
func (t *team) tries() int {
	if t.simple {
		return 40
	}
	return 10
}

// carry asks until there is an answer, or often enough. What can be asked again without doing it twice is kept for the
// end.
func (c *customer) carry(a ask) (*op, error) {
	o := c.notes.begin(c.number, c.team.id, a)
	for try := range c.team.tries() {
		done, err := c.attempt(o)
		if done || err != nil || !a.repeatable() && o.Sent > 0 {
			return o, err
		}
		c.at = c.rng.IntN(len(c.fleet.servers))
		time.Sleep(time.Duration(c.rng.IntN(20<<min(try, 5))) * time.Millisecond)
	}
	if a.repeatable() && o.Sent > 0 {
		c.pending = append(c.pending, o)
	}
	return o, nil
}

// attempt asks once. It is not done while nobody knows the outcome.
func (c *customer) attempt(o *op) (done bool, err error) {
	server := c.fleet.servers[c.at].client(c.team.key(o.Ask.Verb))
	if server == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	answer, err := o.Ask.send(ctx, server, o.Team)
	returned := c.notes.now()
	if unsent(err) {
		return false, nil
	}
	o.Sent++
	var problem *api.Problem
	var lost *client.Unreachable
	switch {
	case errors.As(err, &problem) && problem.Status >= 500, errors.As(err, &lost), errors.Is(err, context.DeadlineExceeded):
		return false, nil
	case errors.As(err, &problem):
		answer.Problem = problem.Code
	case err != nil:
		return false, err
	}
	o.Answer, o.Known, o.Return = answer, true, returned
	return true, nil
}

// unsent says that a request did not even reach a server.
func unsent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// settle asks what is pending until it is known. No fault is left by then.
func (c *customer) settle(ctx context.Context) error {
	for _, o := range c.pending {
		for {
			done, err := c.attempt(o)
			if err != nil {
				return fmt.Errorf("customer %d of %s: %w", c.number, c.team.id, err)
			}
			if done {
				break
			}
			if ctx.Err() != nil {
				return fmt.Errorf("customer %d gets no answer although all servers run: %v", c.number, o)
			}
			c.at = c.rng.IntN(len(c.fleet.servers))
			time.Sleep(20 * time.Millisecond)
		}
	}
	return nil
}

// send asks a server.
func (a ask) send(ctx context.Context, c *client.Client, team string) (answer, error) {
	switch a.Verb {
	case opens:
		return session(c.Open(ctx, team, api.SessionRequest{ID: a.ID, User: a.User, Product: a.Product, Device: a.Device}))
	case renews:
		return session(c.Renew(ctx, team, a.ID, true))
	case closes:
		r, err := c.CloseSession(ctx, team, a.ID)
		return answer{Position: r.Position, Returned: r.Reversed}, err
	case starts:
		r, err := c.StartJob(ctx, team, api.JobRequest{ID: a.ID, User: a.User, Service: a.Product, Quantity: a.Quantity})
		return answer{Position: r.Position, Outcome: r.Outcome, Code: r.Code, Held: r.Held, Balance: &r.Balance.Available}, err
	case completes:
		r, err := c.CompleteJob(ctx, team, a.ID, a.Quantity)
		return answer{Position: r.Position, Charged: r.Charged, Returned: r.Returned}, err
	case cancels:
		r, err := c.CancelJob(ctx, team, a.ID, &a.Quantity)
		return answer{Position: r.Position, Charged: r.Charged, Returned: r.Returned}, err
	case buys:
		r, err := c.BuyPack(ctx, team, api.PackRequest{ID: a.ID, Size: a.Tokens})
		return answer{Position: r.Position}, err
	case moves:
		r, err := c.Move(ctx, team, api.MoveRequest{ID: a.ID, To: a.To, Tokens: a.Tokens, Reason: "torture"})
		return answer{Position: r.Position}, err
	case assigns:
		r, err := c.Assign(ctx, team, a.User, a.What, api.AssignmentRequest{})
		return answer{Position: r.Position}, err
	case unassigns:
		r, err := c.Unassign(ctx, team, a.User, a.What)
		return answer{Position: r.Position}, err
	}
	r, err := c.Balance(ctx, team)
	return answer{Position: r.Position, Account: &r}, err
}

func session(r api.SessionAnswer, err error) (answer, error) {
	a := answer{Position: r.Position, Outcome: r.Outcome, Code: r.Code, Source: r.Source, Charge: r.Charge, Needed: r.Needed,
		Has: r.Available, Balance: &r.Balance.Available}
	if r.Pass != nil && r.Lease != nil && r.LeaseExpiresAt != nil {
		a.Pass, a.From, a.Until, a.Lease, a.Signed = r.Pass.ID, r.Pass.From, r.Pass.Until, *r.LeaseExpiresAt, *r.Lease
	}
	return a, err
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

func (c *customer) id(prefix string) string {
	c.made++
	return fmt.Sprintf("%s-%d-%d", prefix, c.number, c.made)
}

// open asks for a product under a new id.
func (c *customer) open() error {
	a := ask{Verb: opens, ID: c.id("ses"), User: pick(c.rng, c.team.users), Product: pick(c.rng, c.team.products)}
	if !c.team.simple {
		a.Device = pick(c.rng, []string{"", "d1", "d2", "d3", "d4"})
	}
	o, err := c.carry(a)
	if o.Known && o.Answer.Outcome == api.OutcomeGranted {
		c.sessions = append(c.sessions, a)
	}
	return err
}

// again repeats an opening that was granted: its first answer is given once more.
func (c *customer) again() error {
	if len(c.sessions) == 0 {
		return c.open()
	}
	a := pick(c.rng, c.sessions)
	a.Again = true
	_, err := c.carry(a)
	return err
}

func (c *customer) renew() error {
	if len(c.sessions) == 0 {
		return c.open()
	}
	_, err := c.carry(ask{Verb: renews, ID: pick(c.rng, c.sessions).ID})
	return err
}

// close ends a session, sometimes one that has just begun.
func (c *customer) close() error {
	if len(c.sessions) == 0 {
		return c.open()
	}
	i := c.rng.IntN(len(c.sessions))
	a := c.sessions[i]
	c.sessions = slices.Delete(c.sessions, i, i+1)
	_, err := c.carry(ask{Verb: closes, ID: a.ID, User: a.User, Product: a.Product})
	return err
}

func (c *customer) start() error {
	a := ask{Verb: starts, ID: c.id("job"), User: pick(c.rng, c.team.users), Product: rendering,
		Quantity: api.Quantity(1+c.rng.IntN(8)) * api.Whole / 2}
	o, err := c.carry(a)
	if o.Known && o.Answer.Outcome == api.OutcomeGranted {
		c.jobs = append(c.jobs, a)
	}
	return err
}

// end completes or cancels a job that was started, having made some of it.
func (c *customer) end() error {
	if len(c.jobs) == 0 {
		return c.start()
	}
	i := c.rng.IntN(len(c.jobs))
	a := c.jobs[i]
	c.jobs = slices.Delete(c.jobs, i, i+1)
	a.Verb, a.Quantity = pick(c.rng, []verb{completes, cancels}), api.Quantity(c.rng.Int64N(int64(a.Quantity)+1))
	_, err := c.carry(a)
	return err
}

func (c *customer) buy() error {
	_, err := c.carry(ask{Verb: buys, ID: c.id("pack"), Tokens: api.Tokens(20+c.rng.IntN(100)) * api.Whole})
	return err
}

func (c *customer) move() error {
	_, err := c.carry(ask{Verb: moves, ID: c.id("move"), To: c.team.partner, Tokens: api.Tokens(1 + c.rng.IntN(20_000))})
	return err
}

// assign gives or takes seats and Flex of people whom this customer alone looks after.
func (c *customer) assign() error {
	user := c.team.users[(c.number+c.rng.IntN(2)*c.team.customers)%len(c.team.users)]
	a := ask{Verb: pick(c.rng, []verb{assigns, assigns, unassigns}), User: user, What: pick(c.rng, []string{seated, suite, api.WhatFlex})}
	_, err := c.carry(a)
	return err
}

func (c *customer) read() error {
	_, err := c.carry(ask{Verb: balances})
	return err
}
