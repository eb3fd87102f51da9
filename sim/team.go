package sim

import (
	"fmt"
	"slices"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

// seatKinds fixes which kind of seats each product or collection is sold in.
var seatKinds = map[string]license.SeatKind{"autocad": license.SingleUser, "suite": license.SingleUser, "revit": license.MultiUser, "flow": license.MultiUser, "simulate": license.SingleUser}

func (w *World) what() string {
	return pick(w.rng, []string{"autocad", "suite", "revit", "flow", "simulate"})
}

func (w *World) subscribe() {
	now, s := w.now(), license.Subscription{ID: w.id("sub"), What: w.what(), Seats: 1 + w.rng.IntN(2)}
	s.Kind = seatKinds[s.What]
	s.From = license.Instant(now) + license.Instant(w.rng.IntN(3)-1)*license.Day
	s.Until = s.From + license.Instant(1+w.rng.IntN(60))*license.Day
	s.OverAssign = w.rng.IntN(2) == 0
	w.sell(s)
}

func (w *World) sell(s license.Subscription) {
	now := w.now()
	var got, want bool
	w.both(fmt.Sprintf("subscription %+v", s), func() error {
		_, err := w.desk.AddSubscription(ctx, team, license.Caller{}, s)
		got = err == nil
		return err
	}, func(m *model.World) {
		want = s.OverAssign || !m.Short(now, s.What, string(s.Kind), s.Seats, int64(s.From), int64(s.Until))
		if want {
			m.Subscribe(s.ID, s.What, string(s.Kind), s.Seats, int64(s.From), int64(s.Until))
		}
	}, func() bool { return got == want }, func() string { return fmt.Sprintf("got %v, want %v", got, want) })
	w.expect(s.From, s.Until)
}

func (w *World) assign() {
	if w.rng.IntN(3) == 0 {
		w.assignFlex(w.user(), true)
		return
	}
	w.assignSeat(w.user(), w.what())
}

func (w *World) assignSeat(user, what string) {
	now := w.now()
	var got, want bool
	w.both(fmt.Sprintf("assign %s to %s", what, user), func() error {
		_, err := w.desk.Assign(ctx, team, license.Caller{}, user, what, seatKinds[what])
		got = err == nil
		return err
	}, func(m *model.World) { want = m.Assign(now, user, what, string(seatKinds[what])) }, func() bool { return got == want },
		func() string { return fmt.Sprintf("got %v, want %v", got, want) })
}

func (w *World) assignFlex(user string, flex bool) {
	if !slices.Contains(w.users, user) {
		return
	}
	w.both(fmt.Sprintf("flex of %s: %v", user, flex), func() (err error) {
		if flex {
			_, err = w.desk.Assign(ctx, team, license.Caller{}, user, license.FlexCode, "")
		} else {
			_, err = w.desk.Unassign(ctx, team, license.Caller{}, user, license.FlexCode)
		}
		return err
	}, func(m *model.World) { m.SetFlexUser(user, flex) }, yes, no)
}

func (w *World) unassign() {
	user, what := w.member(), w.what()
	if w.rng.IntN(4) == 0 {
		w.assignFlex(user, false)
		return
	}
	w.both(fmt.Sprintf("unassign %s from %s", what, user), func() error {
		_, err := w.desk.Unassign(ctx, team, license.Caller{}, user, what)
		return err
	}, func(m *model.World) { m.Unassign(user, what) }, yes, no)
}

func (w *World) list() (license.FlexMode, []string) {
	if w.rng.IntN(2) == 0 {
		return license.FlexAll, nil
	}
	return license.FlexListed, []string{pick(w.rng, []string{"autocad", "revit", "render"}), "sketch"}
}

func (w *World) setFlex() {
	mode, products := w.list()
	w.both(fmt.Sprint("flex defaults ", mode, products), func() error {
		_, err := w.desk.SetFlexDefaults(ctx, team, license.Caller{}, license.FlexList{Mode: mode, Products: products})
		return err
	}, func(m *model.World) { m.SetFlex(string(mode), products) }, yes, no)
}

func (w *World) setUserFlex() {
	mode, products := w.list()
	user, list, word := w.member(), &license.FlexList{Mode: mode, Products: products}, string(mode)
	if w.rng.IntN(3) == 0 {
		list, word = nil, "default"
	}
	w.both(fmt.Sprint("flex list of ", user, word, products), func() error {
		_, err := w.desk.SetUserFlex(ctx, team, license.Caller{}, user, list)
		return err
	}, func(m *model.World) { m.SetUserFlex(user, word, products) }, yes, no)
}

func (w *World) trial() {
	user, product := w.member(), pick(w.rng, []string{"autocad", "revit", "sketch"})
	until := license.Instant(w.now()) + license.Instant(w.rng.IntN(4*86_400_000)) - license.Hour
	w.both(fmt.Sprint("trial of ", product, " for ", user, " until ", until), func() error {
		_, err := w.desk.GrantTrial(ctx, team, license.Caller{}, license.TrialGranted{User: user, Product: product, Until: until})
		return err
	}, func(m *model.World) { m.SetTrial(user, product, int64(until)) }, yes, no)
	w.expect(until)
}

func (w *World) setLimits() {
	var items []license.Limit
	var said []model.Limit
	for range w.rng.IntN(3) {
		l := license.Limit{Scope: pick(w.rng, []license.Scope{license.ScopeTeam, license.ScopeGroup, license.ScopeUser, license.ScopeProduct, license.ScopeUserProduct}),
			Period: pick(w.rng, []license.Period{license.PerDay, license.PerWeek, license.PerMonth}),
			Tokens: w.limit(), Action: pick(w.rng, []license.Action{license.ActionRefuse, license.ActionRefuse, license.ActionWarn})}
		if l.Scope == license.ScopeUser || l.Scope == license.ScopeUserProduct {
			l.User = w.member()
		}
		if l.Scope == license.ScopeProduct || l.Scope == license.ScopeUserProduct {
			l.Product = pick(w.rng, []string{"autocad", "revit"})
		}
		of := ""
		if l.Scope == license.ScopeGroup {
			l.Group = pick(w.rng, groups)
			of = inGroup(l.Group)
		}
		items = append(items, l)
		said = append(said, model.Limit{Scope: string(l.Scope), Group: of, User: l.User, Product: l.Product, Period: string(l.Period), Tokens: int64(l.Tokens), Refuse: l.Action == license.ActionRefuse})
	}
	w.both(fmt.Sprintf("limits %+v", items), func() error {
		_, err := w.desk.SetLimits(ctx, team, license.Caller{}, items)
		return err
	}, func(m *model.World) { m.SetLimits(said) }, yes, no)
}

// limit is often what some charges come to, a thousandth more or less.
func (w *World) limit() license.Tokens {
	if w.rng.IntN(3) == 0 {
		return license.Tokens(w.rng.IntN(60_000))
	}
	return license.Tokens(pick(w.rng, []int{7_000, 10_000, 14_000, 17_000, 24_000}) + w.rng.IntN(3) - 1)
}

func (w *World) short() license.Instant { return 5 * license.Minute }

func (w *World) setSettings() {
	s := license.Settings{ShortLaunch: pick(w.rng, []license.Instant{0, 5 * license.Minute, 5 * license.Minute}), ShortLaunches: pick(w.rng, []int{0, 1, 3, 3}), Devices: pick(w.rng, []int{0, 1, 3, 3})}
	w.both(fmt.Sprintf("settings %+v", s), func() error {
		_, err := w.desk.SetSettings(ctx, team, license.Caller{}, s)
		return err
	}, func(m *model.World) { m.SetSettings(int64(s.ShortLaunch), s.ShortLaunches, s.Devices) }, yes, no)
}

func (w *World) suspend() {
	suspended := w.rng.IntN(2) == 0
	w.both(fmt.Sprint("suspended ", suspended), func() error {
		_, err := w.desk.Suspend(ctx, team, license.Caller{}, license.TeamSuspended{Suspended: suspended})
		return err
	}, func(m *model.World) { m.Suspend(suspended) }, yes, no)
}

// people adds somebody new, or takes somebody out.
func (w *World) people() {
	if w.rng.IntN(2) == 0 || len(w.users) < 3 {
		w.addUser(w.id("user"))
		return
	}
	now, user := w.now(), pick(w.rng, w.users) // never the primary admin (R8.1)
	w.both("remove "+user, func() error {
		_, err := w.desk.RemoveUser(ctx, team, license.Caller{}, user)
		return err
	}, func(m *model.World) { m.RemoveUser(now, user) }, yes, no)
	if !w.has(user) {
		w.users = slices.DeleteFunc(w.users, func(u string) bool { return u == user })
	}
}

// has reports whether somebody is in the team.
func (w *World) has(user string) (active bool) {
	w.look(func(v desk.View) {
		u := v.Team.Users[user]
		active = u != nil && u.Active
	})
	return active
}

func (w *World) addUser(id string) {
	u := desk.AddUser{ID: id, Name: id, Email: id + "@acme.example", Role: license.RoleUser}
	w.both("add "+id, func() error {
		_, _, err := w.desk.AddUsers(ctx, team, license.Caller{}, []desk.AddUser{u})
		return err
	}, func(m *model.World) { m.AddUser(id) }, yes, no)
	if w.has(id) {
		w.users = append(w.users, id)
	}
}
