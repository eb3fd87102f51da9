package stories

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/daypass/daypass/license"
)

// rules is the innermost stage: the rules themselves. What they record is stored, read back and folded
// into a second team, which must be the same at the end (R14.0).
type rules struct {
	teams map[string]*rulesTeam
	order []string
	cat   *license.Catalog
	plans license.Unlocks
	// restart loads every team from its snapshot after each step; glance asks first whether an answer needs
	// no record, and writes joins as late as may be.
	restart, glance bool
}

// rulesTeam is a team, its fold, and the joins that the journal does not have yet.
type rulesTeam struct {
	live, fold *license.Team
	joins      []license.Join
}

// Begin implements Stage.
func (r *rules) Begin(s *Story) (err error) {
	r.teams, r.order = map[string]*rulesTeam{}, s.Teams
	r.plans = license.DefaultUnlocks()
	if r.cat, err = license.NewCatalog(s.Catalog); err != nil {
		return err
	}
	for _, id := range s.Teams {
		live, effect, err := license.CreateTeam(s.Begin, "operator", license.TeamCreated{Team: id, Plan: license.Standard, TimeZone: s.TimeZone,
			Settings: license.DefaultSettings, PrimaryAdmin: "ada"})
		if err != nil {
			return err
		}
		r.teams[id] = &rulesTeam{live: live, fold: license.NewTeam()}
		if err := r.teams[id].keep(effect); err != nil {
			return err
		}
	}
	return introduce(r, s)
}

// keep stores entries and folds them.
func (t *rulesTeam) keep(e license.Effect) error {
	if e.Join != nil {
		t.joins = append(t.joins, *e.Join)
	}
	for _, entry := range e.Entries {
		b, err := entry.Encode()
		if err != nil {
			return err
		}
		d, err := license.DecodeEntry(b)
		if err != nil {
			return err
		}
		if again, err := d.Encode(); err != nil || !bytes.Equal(b, again) {
			return fmt.Errorf("an entry changes when it is read and written: %s, then %s (%v)", b, again, err)
		}
		if err := t.fold.Apply(d); err != nil {
			return err
		}
	}
	return nil
}

// write records the joins that were answered, as late as it may be: with the next command.
func (t *rulesTeam) write(now license.Instant) error {
	if len(t.joins) == 0 {
		return nil
	}
	effect, err := t.live.WriteJoins(t.joins)
	t.joins = nil
	if err != nil {
		return err
	}
	return t.keep(effect)
}

// Do implements Stage.
func (r *rules) Do(clock license.Instant, team string, do any) (Outcome, error) {
	if c, ok := do.(SetCatalog); ok {
		cat, err := license.NewCatalog(c.Catalog)
		r.cat = cat
		return Outcome{}, err
	}
	if p, ok := do.(SetPlans); ok {
		r.plans = license.DefaultUnlocks()
		maps.Copy(r.plans, p.Unlocks)
		return Outcome{}, r.plans.Check()
	}
	t := r.teams[team]
	if o, ok := planOf(t.live, t.live.Now(clock), r.plans, do); ok {
		return o, nil
	}
	if o, ok := t.show(clock, do); ok {
		return o, nil
	}
	if m, ok := do.(Move); ok {
		return r.move(clock, t, m)
	}
	now := t.live.Now(clock)
	if err := t.write(now); err != nil {
		return Outcome{}, err
	}
	if err := r.rehearse(t, now, do); err != nil {
		return Outcome{}, err
	}
	before := t.live.Position
	o, effect, err := r.command(t.live, now, do)
	if n := int64(len(effect.Entries)); t.live.Position != before+n {
		return o, fmt.Errorf("%d entries take the position from %d to %d (R14.5)", n, before, t.live.Position)
	}
	return r.settle(t, o, effect, err)
}

// settle keeps what a command did and checks the team.
func (r *rules) settle(t *rulesTeam, o Outcome, e license.Effect, err error) (Outcome, error) {
	if refused := (*license.Error)(nil); errors.As(err, &refused) {
		return Outcome{Error: refused.Code}, nil
	} else if err != nil {
		return o, err
	}
	if err := t.keep(e); err != nil {
		return o, err
	}
	if err := t.live.Check(); err != nil {
		return o, err
	}
	if r.restart {
		return o, t.reload()
	}
	return o, nil
}

// reload goes on with what a snapshot says.
func (t *rulesTeam) reload() error {
	b, err := t.live.Save()
	if err != nil {
		return err
	}
	t.live, err = license.LoadTeam(b)
	return err
}

// rehearse asks without effect first: the answer must be the same, and nothing may change (R4, R7.1).
func (r *rules) rehearse(t *rulesTeam, now license.Instant, do any) error {
	var dry any
	switch do := do.(type) {
	case license.Open:
		if t.live.Session(do.Session) != nil {
			return nil
		}
		do.DryRun = true
		dry = do
	case license.StartJob:
		if t.live.Job(do.Job) != nil {
			return nil
		}
		do.DryRun = true
		dry = do
	default:
		return nil
	}
	before, err := t.live.Save()
	if err != nil {
		return err
	}
	asked, effect, askedErr := r.command(t.live, now, dry)
	after, err := t.live.Save()
	if err != nil || !bytes.Equal(before, after) || effect.Join != nil || effect.Entries != nil {
		return fmt.Errorf("a dry run changes something (R4): %v", err)
	}
	copied, err := license.LoadTeam(before)
	if err != nil {
		return err
	}
	done, _, doneErr := r.command(copied, now, do)
	if fmt.Sprint(asked, askedErr) != fmt.Sprint(done, doneErr) {
		return fmt.Errorf("a dry run answers %v %v, and the same question then %v %v (R4)", asked, askedErr, done, doneErr)
	}
	return nil
}

// command gives the rules a command and puts the answer into a story's words.
func (r *rules) command(t *license.Team, now license.Instant, do any) (o Outcome, e license.Effect, err error) {
	var g license.Grant
	var j license.JobGrant
	var p license.Pack
	var w license.Wish
	admin := license.Caller{By: "user:ada"}
	switch c := do.(type) {
	case license.Open:
		c.Glance = r.glance
		if g, e, err = t.Open(now, r.cat, c); err == license.ErrGlance {
			c.Glance = false
			g, e, err = t.Open(now, r.cat, c)
		}
		o = granted(g)
	case license.Renew:
		c.Glance = r.glance
		if g, e, err = t.Renew(now, r.cat, c); err == license.ErrGlance {
			c.Glance = false
			g, e, err = t.Renew(now, r.cat, c)
		}
		o = granted(g)
	case license.Close:
		o.Reversed, e, err = t.Close(now, c)
	case license.StartJob:
		j, e, err = t.StartJob(now, r.cat, c)
		o = held(j)
	case license.EndJob:
		o.Charged, o.Returned, e, err = t.EndJob(now, c)
	case license.BuyPack:
		p, e, err = t.BuyPack(now, r.cat, c)
		o.Expires = p.ExpiresAt
	case license.Withdraw:
		o.Covered = "tokens"
		o.Draws, e, err = t.Withdraw(now, c)
		o.Tokens = total(o.Draws)
	case AddUser:
		_, e, err = t.AddUsers(now, admin, []license.UserAdded{{User: c.User, Role: license.RoleUser}})
	case Import:
		var done license.Imported
		done, e, err = t.Import(now, r.cat, license.Import{Caller: admin, Users: c.Users, What: c.What})
		o.Import = importOf(done, err)
	case Invite:
		e, err = t.Invite(now, admin, c.User)
	case RemoveUser:
		e, err = t.RemoveUser(now, by(c.By), c.User)
	case ChangeRole:
		e, err = t.ChangeRole(now, by(c.By), c.User, c.Role)
	case HandOver:
		e, err = t.HandOver(now, by(c.By), c.To)
	case Assign:
		e, err = t.Assign(now, r.cat, admin, c.User, c.What, c.Kind)
	case Unassign:
		e, err = t.Unassign(now, admin, c.User, c.What)
	case license.GroupMade:
		e, err = t.MakeGroup(now, admin, c)
	case license.GroupRemoved:
		e, err = t.RemoveGroup(now, admin, c.Group)
	case license.MembersAdded:
		_, e, err = t.AddMembers(now, admin, c.Group, c.Users)
	case license.MembersLeft:
		e, err = t.RemoveMembers(now, admin, c.Group, c.Users)
	case license.GroupGiven:
		e, err = t.Give(now, r.cat, admin, c.Group, c.Gift)
	case license.GroupTaken:
		e, err = t.TakeFrom(now, admin, c.Group, c.What)
	case license.Reassigned:
		e, err = t.Reassign(now, admin, c)
	case license.FloatingTaken:
		_, e, err = t.TakeFloating(now, r.cat, admin, c)
	case license.Subscription:
		e, err = t.AddSubscription(now, r.cat, admin, c)
	case license.TradeIn:
		var s license.Subscription
		s, e, err = t.TradeIn(now, r.cat, c)
		o.Gained = s.Seats
	case license.PlanChanged:
		e, err = t.ChangePlan(now, admin, c)
	case EndTrial:
		e, err = t.EndTrial(now, admin, c.User, c.Product)
	case license.Ask:
		w, e, err = t.Ask(now, r.cat, c)
		o = asked(w, rateOf(r.cat, c.Product, now))
	case Approve:
		c.Caller = admin
		w, e, err = t.Approve(now, r.cat, c.Decide)
		o = asked(w, 0)
	case Decline:
		c.Caller = admin
		w, e, err = t.Decline(now, c.Decide)
		o = asked(w, 0)
	case license.TrialGranted:
		e, err = t.GrantTrial(now, r.cat, admin, c)
	case license.FlexDefaultsSet:
		e, err = t.SetFlexDefaults(now, r.cat, admin, c.List)
	case license.UserFlexSet:
		e, err = t.SetUserFlex(now, r.cat, admin, c.User, c.List)
	case license.LimitsSet:
		e, err = t.SetLimits(now, admin, c.Items)
	case license.SettingsChanged:
		e, err = t.SetSettings(now, admin, c.Settings)
	case license.TeamSuspended:
		e, err = t.Suspend(now, admin, c)
	default:
		err = fmt.Errorf("the rules know no %T", do)
	}
	return o, e, err
}

func rateOf(cat *license.Catalog, product string, now license.Instant) (rate license.Tokens) {
	if p := cat.Product(product); p != nil {
		rate, _ = p.RateAt(now)
	}
	return rate
}

// move takes both teams through a move.
func (r *rules) move(clock license.Instant, from *rulesTeam, m Move) (Outcome, error) {
	to := r.teams[m.To]
	now := max(from.live.Now(clock), to.live.Now(clock))
	if err := errors.Join(from.write(now), to.write(now)); err != nil {
		return Outcome{}, err
	}
	out, in, err := license.Move(now, from.live, to.live, m.Withdraw)
	o, err := r.settle(from, Outcome{}, out, err)
	if err != nil || o.Error != "" {
		return o, err
	}
	// The same move again says what was moved, and moves nothing.
	draws, again, err := from.live.Withdraw(now, m.Withdraw)
	if err != nil || again.Entries != nil {
		return o, fmt.Errorf("a repeated move moves again: %v", err)
	}
	return r.settle(to, Outcome{Covered: "tokens", Tokens: total(draws), Draws: draws}, in, nil)
}

// show answers what is asked about the outcome.
func (t *rulesTeam) show(now license.Instant, do any) (Outcome, bool) {
	switch do.(type) {
	case ShowBalance, ShowPack:
		return figuresOf(t.live.BalanceAt(now), do), true
	}
	return Outcome{}, false
}

// inWords writes a state for people.
func inWords(t *license.Team) []byte {
	b, err := json.Marshal(t)
	if err != nil {
		return []byte(err.Error())
	}
	return b
}

// End implements Stage: the journal alone gives the same state, and so does the snapshot.
func (r *rules) End() error {
	for _, id := range r.order {
		t := r.teams[id]
		if err := t.write(t.live.Last); err != nil {
			return err
		}
		live, err := t.live.Save()
		if err != nil {
			return err
		}
		fold, err := t.fold.Save()
		if err != nil {
			return err
		}
		if !bytes.Equal(live, fold) {
			return fmt.Errorf("the journal gives another state (R14.0):\n%s\n%s", inWords(t.live), inWords(t.fold))
		}
		if err := t.reload(); err != nil {
			return err
		}
		if back, err := t.live.Save(); err != nil || !bytes.Equal(live, back) {
			return fmt.Errorf("a snapshot changes the state: %v\n%s", err, inWords(t.live))
		}
	}
	return nil
}
