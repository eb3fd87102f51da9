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
	"github.com/daypass/daypass/license"
)

// counter is the middle stage: the desk with its committers, on SQLite in a folder of its own. At the end
// everything is recomputed from the first entry (R14.1).
type counter struct {
	dir  string
	desk *desk.Desk
	kept *journal.Journal
	hand atomic.Int64 // the clock, in milliseconds; unlike the true one it can be turned back
	// restart starts the desk anew after each step; bulk opens through the bulk form.
	restart, bulk bool
	teams         []string
	seen          map[string]int64 // the last position of each team
}

var ctx = context.Background()

func newCounter(t *testing.T) *counter {
	c := &counter{dir: t.TempDir(), seen: map[string]int64{}}
	t.Cleanup(func() {
		if c.desk != nil {
			c.desk.Close()
		}
		if err := c.kept.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func (c *counter) clock() time.Time { return license.Instant(c.hand.Load()).Time() }

// Begin implements Stage.
func (c *counter) Begin(s *Story) (err error) {
	if c.kept, err = journal.Open(ctx, c.dir, journal.Options{}); err != nil {
		return err
	}
	c.hand.Store(int64(s.Begin))
	c.teams = s.Teams
	if err := c.start(); err != nil {
		return err
	}
	if err := c.desk.SetCatalog(ctx, "operator", s.Catalog); err != nil {
		return err
	}
	for _, id := range s.Teams {
		_, err := c.desk.CreateTeam(ctx, "operator", desk.NewTeam{ID: id, Name: id, Plan: license.Standard,
			Admin: journal.Person{ID: "ada", Name: "Ada", Email: "ada@" + id + ".example"}})
		if err != nil {
			return err
		}
	}
	return introduce(c, s)
}

func (c *counter) start() (err error) {
	c.desk, err = desk.New(ctx, c.kept, desk.Options{Clock: c.clock})
	return err
}

// Do implements Stage.
func (c *counter) Do(at license.Instant, team string, do any) (Outcome, error) {
	c.hand.Store(int64(at))
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
	c.desk.Close()
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
	case RemoveUser:
		pos, err = d.RemoveUser(ctx, team, admin, do.User)
	case Assign:
		pos, err = d.Assign(ctx, team, admin, do.User, do.What, do.Kind)
	case Unassign:
		pos, err = d.Unassign(ctx, team, admin, do.User, do.What)
	case license.Subscription:
		pos, err = d.AddSubscription(ctx, team, admin, do)
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
	c.desk.Close()
	c.desk = nil
	findings, checked, err := desk.Verify(ctx, c.kept, func(desk.Checked) {})
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
