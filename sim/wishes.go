package sim

import (
	"fmt"
	"slices"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

// zones are where simulated teams are. In some clocks are put forward or back over midnight.
var zones = []string{"", "", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Africa/Cairo", "America/Santiago"}

// zone draws the team's time zone.
func (w *World) zone() string {
	name := pick(w.rng, zones)
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(w.fail("no time zone %s: %v", name, err))
	}
	w.tell(func(m *model.World) { m.SetZone(zone) })
	return name
}

// request asks for access, often again or for what may be opened already (R8.6).
func (w *World) request() {
	now, id, user, product := w.now(), w.id("req"), w.user(), pick(w.rng, []string{"autocad", "revit", "render", "viewer", w.product()})
	if len(w.requests) > 0 && w.rng.IntN(4) == 0 {
		id = pick(w.rng, w.requests)
	}
	w.requests = append(w.requests, id)
	var got, want string
	w.both(fmt.Sprintf("%s requests %s as %s", user, product, id), func() error {
		_, err := w.desk.Ask(ctx, team, license.Ask{Request: id, User: user, Product: product})
		got = code(err)
		return err
	}, func(m *model.World) { want = m.Ask(now, id, user, product) }, func() bool { return got == want },
		func() string { return fmt.Sprintf("got %q, want %q", got, want) })
}

// decide approves or declines one of the latest requests.
func (w *World) decide() {
	if len(w.requests) == 0 {
		return
	}
	now, approve := w.now(), w.rng.IntN(4) > 0
	c := license.Decide{Request: w.requests[max(0, len(w.requests)-1-w.rng.IntN(6))], Reason: "no"}
	if approve {
		c.Terms = license.Terms{Days: pick(w.rng, []int{0, 0, 1, 7}), Passes: pick(w.rng, []int{0, 0, 1, 3})}
	}
	var got, want string
	w.both(fmt.Sprintf("decide %+v, approve %v", c, approve), func() error {
		verb := w.desk.Decline
		if approve {
			verb = w.desk.Approve
		}
		_, err := verb(ctx, team, c)
		got = code(err)
		return err
	}, func(m *model.World) { want = m.Decide(now, c.Request, approve, int64(c.Days), int64(c.Passes)) }, func() bool { return got == want },
		func() string { return fmt.Sprintf("got %q, want %q", got, want) })
	if c.Days > 0 {
		w.expect(license.Instant(now) + license.Instant(c.Days)*license.Day)
	}
}

// left compares what an answer says of limits with what the model has left under them now.
func (w *World) left(now int64, a desk.Answer, user, product string) {
	if a.Charge == nil {
		return
	}
	var got []int64
	for _, l := range a.Limits {
		got = append(got, int64(l.Left))
	}
	if want := w.model.Left(now, user, product); !slices.Equal(got, want) {
		panic(w.fail("%s: the limits have %v left, want %v", a.Session, got, want))
	}
}
