package sim

import (
	"fmt"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

// groups are those of every world, from its beginning on.
var groups = []string{"cad", "all"}

// inGroup is how the model names a group.
func inGroup(group string) string { return "group " + group }

func (w *World) makeGroups() {
	for _, g := range groups {
		if _, err := w.desk.MakeGroup(ctx, team, license.Caller{}, license.GroupMade{Group: g, Name: g}); err != nil {
			panic(w.fail("no group: %v", err))
		}
	}
}

// share sells floating seats for long to many worlds, and lets some users have them, so that seats are scarce.
func (w *World) share() {
	for _, what := range []string{"revit", "flow"} {
		if w.rng.IntN(3) == 0 {
			continue
		}
		now := license.Instant(w.now())
		w.sell(license.Subscription{ID: w.id("sub"), What: what, Kind: license.MultiUser, Seats: 1 + w.rng.IntN(2), From: now, Until: now + 400*license.Day})
		for _, user := range w.users {
			if w.rng.IntN(3) > 0 {
				w.assignSeat(user, what)
			}
		}
	}
}

// group changes who is in a group or what it gives (R8.8).
func (w *World) group() {
	now, group, user, what := w.now(), pick(w.rng, groups), w.member(), w.what()
	if w.rng.IntN(3) == 0 {
		what = license.FlexCode
	}
	var got, want bool
	command := func(what string, do func() error, tell func(m *model.World)) {
		w.both(what, func() error {
			err := do()
			got = err == nil
			return err
		}, tell, func() bool { return got == want }, func() string { return fmt.Sprintf("got %v, want %v", got, want) })
	}
	switch w.rng.IntN(4) {
	case 0:
		command(fmt.Sprintf("%s joins the group %s", user, group), func() error {
			_, _, _, err := w.desk.AddMembers(ctx, team, license.Caller{}, group, []string{user})
			return err
		}, func(m *model.World) { want = m.Join(now, user, inGroup(group)) })
	case 1:
		command(fmt.Sprintf("%s leaves the group %s", user, group), func() error {
			_, err := w.desk.RemoveMembers(ctx, team, license.Caller{}, group, []string{user})
			return err
		}, func(m *model.World) { m.Leave(user, inGroup(group)); want = true })
	case 2:
		command(fmt.Sprintf("the group %s gives %s", group, what), func() error {
			_, err := w.desk.Give(ctx, team, license.Caller{}, group, license.Gift{What: what})
			return err
		}, func(m *model.World) { want = m.Assign(now, inGroup(group), what, string(seatKinds[what])) })
	default:
		command(fmt.Sprintf("the group %s gives %s no more", group, what), func() error {
			_, err := w.desk.TakeFrom(ctx, team, license.Caller{}, group, what)
			return err
		}, func(m *model.World) { m.Unassign(inGroup(group), what); want = true })
	}
}

// takeOver has somebody open what floating seats cover, takes a seat over, and looks what becomes of the sessions.
func (w *World) takeOver() {
	for range 1 + w.rng.IntN(2) {
		o := license.Open{Session: w.id("ses"), User: w.member(), Product: pick(w.rng, []string{"revit", "sketch"}), Device: "d1"}
		w.sessions = append(w.sessions, session{o, license.Instant(w.now())})
		w.open(o)
	}
	w.takeFloating()
	w.renew()
	w.openLike()
}

// takeFloating takes a floating seat over, mostly one that somebody has in use.
func (w *World) takeFloating() {
	now, b := w.now(), license.FloatingTaken{What: pick(w.rng, []string{"revit", "flow"}), User: w.member()}
	var all []license.Holding
	w.look(func(v desk.View) { all = v.Team.Holdings(license.Instant(now)) })
	if len(all) > 0 && w.rng.IntN(4) > 0 {
		h := pick(w.rng, all)
		b.What, b.User = h.What, h.User
	}
	var got, want int
	w.both(fmt.Sprintf("the floating seat of %s is taken from %s", b.What, b.User), func() error {
		taken, _, _, err := w.desk.TakeFloating(ctx, team, license.Caller{}, b)
		got = len(taken.Sessions)
		return err
	}, func(m *model.World) { want = m.TakeFloating(now, b.User, b.What) }, func() bool { return got == want },
		func() string { return fmt.Sprintf("got %d sessions, want %d", got, want) })
}
