package stories

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/license"
)

// counter is the middle stage: desks with their committers, one on SQLite or several on PostgreSQL, which act in
// turn. At the end everything is recomputed from the first entry (R14.1).
type counter struct {
	kept  []*journal.Journal // each desk's
	desks []*desk.Desk
	desk  *desk.Desk // whose turn it is
	steps int
	hand  atomic.Int64 // the clock, in milliseconds; unlike the true one it can be turned back
	// restart starts the desk anew after each step; bulk opens through the bulk form.
	restart, bulk bool
	teams         []string
	seen          map[string]int64 // the last position of each team
}

var ctx = context.Background()

// newCounter is one desk on SQLite in a folder of its own.
func newCounter(t *testing.T) *counter {
	j, err := journal.Open(ctx, t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return counterOn(t, j)
}

// counterOn has a desk on each of some journals, which stay open.
func counterOn(t *testing.T, kept ...*journal.Journal) *counter {
	c := &counter{kept: kept, seen: map[string]int64{}}
	t.Cleanup(c.stop)
	return c
}

func (c *counter) stop() {
	for _, d := range c.desks {
		d.Close()
	}
	c.desks = nil
}

func (c *counter) clock() time.Time { return license.Instant(c.hand.Load()).Time() }

// Begin implements Stage.
func (c *counter) Begin(s *Story) error {
	c.hand.Store(int64(s.Begin))
	c.teams = s.Teams
	if err := c.start(); err != nil {
		return err
	}
	if err := c.desk.SetCatalog(ctx, "operator", s.Catalog); err != nil {
		return err
	}
	for _, id := range s.Teams {
		_, err := c.desk.CreateTeam(ctx, "operator", desk.NewTeam{ID: id, Name: id, Plan: license.Standard, TimeZone: s.TimeZone,
			Admin: journal.Person{ID: "ada", Name: "Ada", Email: "ada@" + id + ".example"}})
		if err != nil {
			return err
		}
	}
	return introduce(c, s)
}

func (c *counter) start() error {
	c.stop()
	for _, j := range c.kept {
		d, err := desk.New(ctx, j, desk.Options{Clock: c.clock})
		if err != nil {
			return err
		}
		c.desks = append(c.desks, d)
	}
	c.desk = c.desks[0]
	return nil
}

// Do implements Stage.
func (c *counter) Do(at license.Instant, team string, do any) (Outcome, error) {
	c.hand.Store(int64(at))
	c.steps++
	c.desk = c.desks[c.steps%len(c.desks)]
	o, pos, err := c.command(team, do)
	var answer *license.Error
	switch {
	case errors.As(err, &answer):
		return Outcome{Error: answer.Code}, nil
	case err != nil:
		return o, fmt.Errorf("%w: %w", err, errors.Unwrap(err))
	case pos < c.seen[team]:
		return o, fmt.Errorf("the position falls from %d to %d (R14.5)", c.seen[team], pos)
	}
	c.seen[team] = pos
	if !c.restart {
		return o, nil
	}
	return o, c.start()
}

// command takes a command to the desk and puts the answer into a story's words.
func (c *counter) command(team string, do any) (o Outcome, pos int64, err error) {
	var a desk.Answer
	var j license.JobGrant
	var p license.Pack
	d, admin := c.desk, license.Caller{By: "user:ada"}
	switch do := do.(type) {
	case SetCatalog:
		return o, c.seen[team], d.SetCatalog(ctx, "operator", do.Catalog)
	case license.Open:
		a, err = c.open(team, do)
		o, pos = granted(a.Grant), a.Position
	case license.Renew:
		a, err = d.Renew(ctx, team, do)
		o, pos = granted(a.Grant), a.Position
	case license.Close:
		var done desk.Closed
		done, err = d.CloseSession(ctx, team, do)
		o.Reversed, pos = done.Reversed, done.Position
	case license.StartJob:
		j, pos, err = d.StartJob(ctx, team, do)
		o = held(j)
	case license.EndJob:
		var done desk.Ended
		done, err = d.EndJob(ctx, team, do)
		o.Charged, o.Returned, pos = done.Charged, done.Returned, done.Position
	case license.BuyPack:
		p, pos, err = d.BuyPack(ctx, team, do)
		o.Expires = p.ExpiresAt
	case license.Withdraw:
		o.Covered = "tokens"
		o.Draws, pos, err = d.Withdraw(ctx, team, do)
		o.Tokens = total(o.Draws)
	case Move:
		if _, err = d.Move(ctx, team, do.To, do.Withdraw); err == nil {
			return c.command(team, do.Withdraw) // the same again says what was moved, and moves nothing
		}
	case AddUser:
		_, pos, err = d.AddUsers(ctx, team, admin, []desk.AddUser{{ID: do.User, Name: do.User, Email: do.User + "@acme.example", Role: license.RoleUser}})
	case Import:
		people := make([]journal.Person, len(do.Users))
		for i, u := range do.Users {
			people[i] = journal.Person{ID: u, Name: u, Email: u + "@acme.example"}
		}
		var done license.Imported
		done, _, pos, err = d.Import(ctx, team, desk.Import{Caller: admin, People: people, What: do.What})
		o.Import = importOf(done, err)
	case Invite:
		_, pos, err = d.Invite(ctx, team, admin, do.User)
	case RemoveUser:
		pos, err = d.RemoveUser(ctx, team, by(do.By), do.User)
	case ChangeRole:
		pos, err = d.ChangeRole(ctx, team, by(do.By), do.User, do.Role)
	case HandOver:
		pos, err = d.HandOver(ctx, team, by(do.By), do.To)
	case Assign:
		pos, err = d.Assign(ctx, team, admin, do.User, do.What, do.Kind)
	case Unassign:
		pos, err = d.Unassign(ctx, team, admin, do.User, do.What)
	case license.GroupMade:
		pos, err = d.MakeGroup(ctx, team, admin, do)
	case license.GroupRemoved:
		pos, err = d.RemoveGroup(ctx, team, admin, do.Group)
	case license.MembersAdded:
		_, _, pos, err = d.AddMembers(ctx, team, admin, do.Group, do.Users)
	case license.MembersLeft:
		pos, err = d.RemoveMembers(ctx, team, admin, do.Group, do.Users)
	case license.GroupGiven:
		pos, err = d.Give(ctx, team, admin, do.Group, do.Gift)
	case license.GroupTaken:
		pos, err = d.TakeFrom(ctx, team, admin, do.Group, do.What)
	case license.Reassigned:
		_, pos, err = d.Reassign(ctx, team, admin, do)
	case license.FloatingTaken:
		_, _, pos, err = d.TakeFloating(ctx, team, admin, do)
	case license.Subscription:
		pos, err = d.AddSubscription(ctx, team, admin, do)
	case license.Ask:
		var asking desk.Asked
		asking, err = d.Ask(ctx, team, do)
		o, pos = asked(asking.Wish, asking.Rate), asking.Position
	case Approve:
		var asking desk.Asked
		do.Caller = admin
		asking, err = d.Approve(ctx, team, do.Decide)
		o, pos = asked(asking.Wish, 0), asking.Position
	case Decline:
		var asking desk.Asked
		do.Caller = admin
		asking, err = d.Decline(ctx, team, do.Decide)
		o, pos = asked(asking.Wish, 0), asking.Position
	case license.TrialGranted:
		pos, err = d.GrantTrial(ctx, team, admin, do)
	case license.FlexDefaultsSet:
		pos, err = d.SetFlexDefaults(ctx, team, admin, do.List)
	case license.UserFlexSet:
		pos, err = d.SetUserFlex(ctx, team, admin, do.User, do.List)
	case license.LimitsSet:
		pos, err = d.SetLimits(ctx, team, admin, do.Items)
	case license.SettingsChanged:
		pos, err = d.SetSettings(ctx, team, admin, do.Settings)
	case license.TeamSuspended:
		pos, err = d.Suspend(ctx, team, admin, do)
	case ShowBalance, ShowPack:
		var b license.Balance
		b, pos, err = d.Balance(ctx, team)
		o = figuresOf(b, do)
	default:
		err = fmt.Errorf("the desk knows no %T", do)
	}
	return o, pos, err
}

// open opens one by one or in bulk. A user can be named by the mail address too.
func (c *counter) open(team string, do license.Open) (desk.Answer, error) {
	if !c.bulk {
		return c.desk.Open(ctx, team, do)
	}
	do.User += "@ACME.example"
	answers, errs, err := c.desk.OpenAll(ctx, team, []license.Open{do})
	if err != nil {
		return desk.Answer{}, err
	}
	return answers[0], errs[0]
}

// End implements Stage.
func (c *counter) End() error {
	c.stop()
	findings, checked, err := desk.Verify(ctx, c.kept[0], func(desk.Checked) {})
	if err != nil || len(findings) > 0 || checked.Teams != len(c.teams)+1 {
		return fmt.Errorf("the journal does not stand up to a recomputation: %v %+v %v", findings, checked, err)
	}
	return nil
}

func TestDesk(t *testing.T) {
	play(t, "desk", func(t *testing.T, _ *Story) Stage { return newCounter(t) })
}

// TestDeskRestarted starts the desk anew after every step.
func TestDeskRestarted(t *testing.T) {
	play(t, "desk", func(t *testing.T, _ *Story) Stage {
		c := newCounter(t)
		c.restart = true
		return c
	})
}

// TestDeskInBulk opens through the bulk form, and names users by their mail address.
func TestDeskInBulk(t *testing.T) {
	play(t, "desk", func(t *testing.T, _ *Story) Stage {
		c := newCounter(t)
		c.bulk = true
		return c
	})
}

// TestTwoDesksOnPostgres lets two servers on one database take the steps in turn.
func TestTwoDesksOnPostgres(t *testing.T) {
	const sideBySide = 2 // stories; each needs a database of its own meanwhile
	free := make(chan []*journal.Journal, sideBySide)
	for range sideBySide {
		address := pgtest.URL(t)
		var kept []*journal.Journal
		for range 2 {
			j, err := journal.OpenPostgres(ctx, address, journal.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := j.Close(); err != nil {
					t.Error(err)
				}
			})
			kept = append(kept, j)
		}
		free <- kept
	}
	play(t, "desk", func(t *testing.T, _ *Story) Stage {
		kept := <-free
		t.Cleanup(func() { free <- kept })
		if _, err := kept[0].Writer().ExecContext(ctx, `TRUNCATE entry, snapshot, person, outbox, invitation, meta, api_key`); err != nil {
			t.Fatal(err)
		}
		return counterOn(t, kept...)
	})
}
