package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/mailbox"
)

// Answer is what a session's opening or renewal is answered with.
type Answer struct {
	license.Grant
	Team, User, Product, Version, Device string
	// Available is the team's balance now.
	Available license.Tokens
	Position  int64
}

// fill adds what a lease and an answer name beside the decision.
func (a *Answer) fill(t *turn, g license.Grant, user, product, version, device string) {
	*a = Answer{Grant: g, Team: t.book.name, User: user, Product: product, Version: version, Device: device,
		Available: t.team.Available(t.now)}
}

// Open asks for a product (R4, R5). User may be an id or a mail address.
func (d *Desk) Open(ctx context.Context, team string, c license.Open) (a Answer, err error) {
	if r, ok := d.pass(ctx, team, func() *Call { return &Call{Team: team, Open: new(c)} }); ok {
		a, err = r.Answer, r.err()
	} else {
		a, err = d.open(ctx, team, c)
	}
	d.opts.Metrics.answered(a.Code, err)
	return a, err
}

func (d *Desk) open(ctx context.Context, team string, c license.Open) (a Answer, err error) {
	// A live pass, a repeated session: nothing has to be recorded before the answer.
	pos, ok, err := d.glance(team, func(t *turn) (bool, error) {
		c := c
		c.User = t.book.user(c.User)
		if !t.team.Answers(t.now, c) {
			return false, nil
		}
		c.Glance = true
		return a.open(t, c)
	})
	if !ok {
		pos, err = d.do(ctx, team, func(t *turn) error {
			t.askedBy("")
			return a.openFor(t, c)
		})
	}
	a.Position = pos
	return a, err
}

// openFor opens for a user who may be named by a mail address.
func (a *Answer) openFor(t *turn, c license.Open) error {
	c.User = t.book.user(c.User)
	_, err := a.open(t, c)
	return err
}

// open is false when the decision would have to record something and may not.
func (a *Answer) open(t *turn, c license.Open) (bool, error) {
	*a = Answer{} // of a decision that was lost
	g, effect, err := t.team.Open(t.now, t.catalog, c)
	if errors.Is(err, license.ErrGlance) {
		return false, nil
	}
	if err := t.add(effect, err); err != nil {
		return true, err
	}
	a.fill(t, g, c.User, c.Product, c.Version, c.Device)
	return true, nil
}

// OpenAll decides several openings of one team, each for itself, in one turn. An opening that is wrong in
// itself has its error at its place.
func (d *Desk) OpenAll(ctx context.Context, team string, cs []license.Open) (answers []Answer, errs []error, err error) {
	errs = make([]error, len(cs))
	if r, ok := d.pass(ctx, team, func() *Call { return &Call{Team: team, OpenAll: cs} }); ok {
		answers, err = r.Answers, r.err()
		for i, e := range r.Errors {
			errs[i] = &e
		}
	} else {
		answers, err = d.openAll(ctx, team, cs, errs)
	}
	if err != nil {
		return answers, errs, err
	}
	for i := range answers {
		d.opts.Metrics.answered(answers[i].Code, errs[i])
		d.opts.Metrics.erred(errs[i])
	}
	return answers, errs, nil
}

func (d *Desk) openAll(ctx context.Context, team string, cs []license.Open, errs []error) ([]Answer, error) {
	answers := make([]Answer, len(cs))
	pos, err := d.queue(ctx, team, later, max(1, len(cs)), false, func(t *turn) error {
		t.askedBy("")
		clear(errs)
		return openAll(t, cs, answers, func(i int, err *license.Error) { errs[i] = err })
	})
	for i := range answers {
		answers[i].Position = pos
	}
	return answers, err
}

// openAll opens one after the other, and tells what is wrong with which.
func openAll(t *turn, cs []license.Open, answers []Answer, wrong func(int, *license.Error)) error {
	for i, c := range cs {
		err := answers[i].openFor(t, c)
		var answer *license.Error
		switch {
		case err == nil:
		case errors.As(err, &answer): // told beside the others, and with the balance like them
			wrong(i, answer)
			answers[i].Available = t.team.Available(t.now)
		default:
			return err
		}
	}
	return nil
}

// Renew keeps a session going (R5.3).
func (d *Desk) Renew(ctx context.Context, team string, c license.Renew) (a Answer, err error) {
	if r, ok := d.pass(ctx, team, func() *Call { return &Call{Team: team, Renew: new(c)} }); ok {
		a, err = r.Answer, r.err()
	} else {
		a, err = d.renew(ctx, team, c)
	}
	d.opts.Metrics.answered(a.Code, err)
	return a, err
}

func (d *Desk) renew(ctx context.Context, team string, c license.Renew) (a Answer, err error) {
	pos, ok, err := d.glance(team, func(t *turn) (bool, error) {
		c := c
		c.Glance = true
		return a.renew(t, c)
	})
	if !ok {
		pos, err = d.doSooner(ctx, team, func(t *turn) error {
			t.askedBy("")
			_, err := a.renew(t, c)
			return err
		})
	}
	a.Position = pos
	return a, err
}

func (a *Answer) renew(t *turn, c license.Renew) (bool, error) {
	*a = Answer{} // of a decision that was lost
	g, effect, err := t.team.Renew(t.now, t.catalog, c)
	if errors.Is(err, license.ErrGlance) {
		return false, nil
	}
	if err := t.add(effect, err); err != nil {
		return true, err
	}
	s := t.team.Session(c.Session)
	if s == nil { // a repetition that outlived its session
		s = &license.Session{}
	}
	a.fill(t, g, s.User, s.Product, s.Version, s.Device)
	return true, nil
}

// Closed is what closing a session came to.
type Closed struct {
	Reversed license.Tokens // given back (R5.6)
	Replayed bool           // it was closed before
	Position int64
}

// CloseSession ends a session.
func (d *Desk) CloseSession(ctx context.Context, team string, c license.Close) (done Closed, err error) {
	if r, ok := d.pass(ctx, team, func() *Call { return &Call{Team: team, Close: new(c)} }); ok {
		return r.Closed, r.err()
	}
	return d.closeSession(ctx, team, c)
}

func (d *Desk) closeSession(ctx context.Context, team string, c license.Close) (done Closed, err error) {
	done.Position, err = d.doSooner(ctx, team, func(t *turn) error {
		t.askedBy("")
		return done.close(t, c)
	})
	return done, err
}

func (done *Closed) close(t *turn, c license.Close) error {
	reversed, e, err := t.team.Close(t.now, c)
	done.Reversed, done.Replayed = reversed, err == nil && len(e.Entries) == 0
	return t.add(e, err)
}

// StartJob holds the tokens of a job, or quotes it (R7).
func (d *Desk) StartJob(ctx context.Context, team string, c license.StartJob) (g license.JobGrant, pos int64, err error) {
	pos, err = d.do(ctx, team, func(t *turn) error {
		c := c
		c.User = t.book.user(c.User)
		var e license.Effect
		var err error
		g, e, err = t.team.StartJob(t.now, t.catalog, c)
		return t.add(e, err)
	})
	d.opts.Metrics.answered(g.Code, err)
	return g, pos, err
}

// Ended is what the end of a job came to.
type Ended struct {
	Charged, Returned license.Tokens
	Replayed          bool // it had ended before
	Position          int64
}

// EndJob completes or cancels a job (R7.3).
func (d *Desk) EndJob(ctx context.Context, team string, c license.EndJob) (done Ended, err error) {
	done.Position, err = d.doSooner(ctx, team, func(t *turn) error {
		var e license.Effect
		var err error
		done.Charged, done.Returned, e, err = t.team.EndJob(t.now, c)
		done.Replayed = err == nil && len(e.Entries) == 0
		return t.add(e, err)
	})
	return done, err
}

// BuyPack adds a pack (R3.1, R3.8).
func (d *Desk) BuyPack(ctx context.Context, team string, c license.BuyPack) (p license.Pack, pos int64, err error) {
	pos, err = d.do(ctx, team, func(t *turn) error {
		var e license.Effect
		var err error
		p, e, err = t.team.BuyPack(t.now, t.catalog, c)
		return t.add(e, err)
	})
	return p, pos, err
}

// Withdraw takes tokens back (R3.8).
func (d *Desk) Withdraw(ctx context.Context, team string, c license.Withdraw) (draws []license.Draw, pos int64, err error) {
	pos, err = d.do(ctx, team, func(t *turn) error {
		var e license.Effect
		var err error
		draws, e, err = t.team.Withdraw(t.now, c)
		return t.add(e, err)
	})
	return draws, pos, err
}

// AddSubscription adds seats for a term.
func (d *Desk) AddSubscription(ctx context.Context, team string, c license.Caller, s license.Subscription) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.AddSubscription(t.now, t.catalog, c, s)
	})
}

// change runs a verb that answers with nothing but its success.
func (d *Desk) change(ctx context.Context, team string, verb func(*turn) (license.Effect, error)) (int64, error) {
	return d.do(ctx, team, func(t *turn) error { return t.add(verb(t)) })
}

// AddUser is a person to add.
type AddUser struct {
	ID    string
	Name  string
	Email string
	Role  license.Role
}

// AddUsers adds people, all or none (R8.2). With a request key, a repetition gives the first answer.
func (d *Desk) AddUsers(ctx context.Context, team string, c license.Caller, users []AddUser) (added []license.UserAdded, pos int64, err error) {
	pos, err = d.do(ctx, team, func(t *turn) error {
		var e license.Effect
		var err error
		if !t.team.Repeats(t.now, c) {
			if err := t.freeMails(users); err != nil {
				return err
			}
		}
		bodies := make([]license.UserAdded, len(users))
		for i, u := range users {
			bodies[i] = license.UserAdded{User: u.ID, Role: u.Role}
		}
		if added, e, err = t.team.AddUsers(t.now, c, bodies); err == nil && len(e.Entries) > 0 {
			for _, u := range users {
				t.people = append(t.people, journal.Person{Team: team, ID: u.ID, Name: u.Name, Email: u.Email})
				t.invite(u.ID)
			}
		}
		return t.add(e, err)
	})
	return added, pos, err
}

// freeMails refuses a mail address that somebody in the team has.
func (t *turn) freeMails(users []AddUser) error {
	seen := map[string]bool{}
	for _, u := range users {
		mail := mailbox.Key(u.Email)
		id, taken := t.book.byMail[mail]
		taken = taken && id != u.ID && t.team.Users[id] != nil
		if seen[mail] || taken {
			return &license.Error{Code: license.ErrUserExists, Message: fmt.Sprintf("%s is in the team already", u.Email)}
		}
		seen[mail] = true
	}
	return nil
}

// RemoveUser takes a person out of the team (R8.9).
func (d *Desk) RemoveUser(ctx context.Context, team string, c license.Caller, user string) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.RemoveUser(t.now, c, t.book.user(user))
	})
}

// ChangeRole changes what a person is in the team (R8.1).
func (d *Desk) ChangeRole(ctx context.Context, team string, c license.Caller, user string, role license.Role) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.ChangeRole(t.now, c, t.book.user(user), role)
	})
}

// HandOver makes a secondary admin the primary one (R8.1).
func (d *Desk) HandOver(ctx context.Context, team string, c license.Caller, to string) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.HandOver(t.now, c, t.book.user(to))
	})
}

// Assign gives a user a product, a collection or Flex (R8.5).
func (d *Desk) Assign(ctx context.Context, team string, c license.Caller, user, what string, kind license.SeatKind) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.Assign(t.now, t.catalog, c, t.book.user(user), what, kind)
	})
}

// Unassign takes it away.
func (d *Desk) Unassign(ctx context.Context, team string, c license.Caller, user, what string) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.Unassign(t.now, c, t.book.user(user), what)
	})
}

// SetFlexDefaults decides which products tokens may open (R8.5).
func (d *Desk) SetFlexDefaults(ctx context.Context, team string, c license.Caller, l license.FlexList) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.SetFlexDefaults(t.now, t.catalog, c, l)
	})
}

// SetUserFlex gives a user a list of their own; nil takes it away.
func (d *Desk) SetUserFlex(ctx context.Context, team string, c license.Caller, user string, l *license.FlexList) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.SetUserFlex(t.now, t.catalog, c, t.book.user(user), l)
	})
}

// GrantTrial grants or ends a trial (R4.5).
func (d *Desk) GrantTrial(ctx context.Context, team string, c license.Caller, b license.TrialGranted) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		b := b
		b.User = t.book.user(b.User)
		return t.team.GrantTrial(t.now, t.catalog, c, b)
	})
}

// SetLimits replaces the team's limits (R8.7).
func (d *Desk) SetLimits(ctx context.Context, team string, c license.Caller, items []license.Limit) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) { return t.team.SetLimits(t.now, c, items) })
}

// SetSettings replaces the team's settings.
func (d *Desk) SetSettings(ctx context.Context, team string, c license.Caller, s license.Settings) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) { return t.team.SetSettings(t.now, c, s) })
}

// Suspend stops a team's openings or lets them go on (R4.2).
func (d *Desk) Suspend(ctx context.Context, team string, c license.Caller, b license.TeamSuspended) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) { return t.team.Suspend(t.now, c, b) })
}
