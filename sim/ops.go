package sim

import (
	"fmt"
	"slices"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

// step does one thing, drawn by how often it happens in the world.
func (w *World) step() {
	ops := []struct {
		weight int
		do     func()
	}{
		{30, w.openNew}, {12, w.openLike}, {8, w.openAgain}, {6, w.openDry}, {14, w.renew}, {14, w.close},
		{6, w.startJob}, {6, w.endJob}, {5, w.buy}, {3, w.withdraw},
		{4, w.assign}, {3, w.unassign}, {2, w.setFlex}, {2, w.setUserFlex}, {2, w.trial}, {2, w.setLimits}, {4, w.request}, {4, w.decide},
		{1, w.setSettings}, {1, w.suspend}, {1, w.people}, {2, w.subscribe}, {5, w.group}, {3, w.takeOver}, {2, w.askAccess}, {2, w.changeCatalog},
		{40, w.advance}, {4, w.stepBack}, {3, w.settle}, {3, func() { w.Crashes++; w.restart("killed") }},
	}
	total := 0
	for _, op := range ops {
		total += op.weight
	}
	n := w.rng.IntN(total)
	for _, op := range ops {
		if n -= op.weight; n < 0 {
			op.do()
			return
		}
	}
}

// open asks the desk and the model the same question, with a fault on the way.
func (w *World) open(o license.Open) {
	now, f := w.now(), w.fault()
	tell := func(m *model.World) model.Answer {
		return m.Open(now, o.Session, o.User, o.Product, o.Version, o.Device, o.DryRun)
	}
	var a desk.Answer
	alive, kept, err := w.attempt(f, func() (err error) {
		a, err = w.desk.Open(ctx, team, o)
		return err
	})
	if !alive {
		w.note("open %s %s %s: the server died (kept: %v)", o.Session, o.User, o.Product, kept)
		if kept {
			w.tell(func(m *model.World) { tell(m) })
		}
		return
	}
	if w.excused(f, err) {
		return
	}
	want := tell(w.model)
	w.compare(fmt.Sprintf("open %s by %s: %s %s on %s, dry run %v", o.Session, o.User, o.Product, o.Version, o.Device, o.DryRun), answerOf(a, err), want)
	if a.Outcome == license.Granted && !o.DryRun {
		w.left(now, a, o.User, o.Product)
		w.done = append(w.done, step{func(m *model.World) { tell(m) }, joinKey(a)})
		w.audit.acknowledge(w, o.Session, a)
	}
	w.expect(a.Pass.Until, a.LeaseUntil, a.Pass.From+w.short())
}

// joinKey names the session and pass that an answer stands on; the audit knows when the journal has them.
func joinKey(a desk.Answer) string {
	return a.Session + "@" + a.Pass.ID
}

// excused reports whether a fault explains the error, so that nothing has happened.
func (w *World) excused(f fault, err error) bool {
	if f == faultFull && code(err) == "storage_full" {
		w.note("the disk was full")
		return true
	}
	return false
}

func (w *World) openNew() {
	o := license.Open{Session: w.id("ses"), User: w.user(), Product: w.product(), Device: pick(w.rng, []string{"", "d1", "d2", "d3", "d4", "d5"})}
	if p := w.find(o.Product); p != nil && len(p.Versions) > 0 {
		o.Version = pick(w.rng, p.Versions[:min(len(p.Versions), 7)])
	}
	w.sessions = append(w.sessions, session{o, license.Instant(w.now())})
	w.open(o)
}

// openLike opens what a recent session has open, once more on the same device: mostly inside its pass.
func (w *World) openLike() {
	if len(w.sessions) == 0 {
		return
	}
	o := w.sessions[max(0, len(w.sessions)-1-w.rng.IntN(6))].Open
	o.Session = w.id("ses")
	w.sessions = append(w.sessions, session{o, license.Instant(w.now())})
	w.open(o)
}

// openAgain repeats an opening that was answered, refused or lost, soon or weeks later.
func (w *World) openAgain() {
	w.sessions = slices.DeleteFunc(w.sessions, func(s session) bool { return s.at+44*license.Day < license.Instant(w.now()) })
	if len(w.sessions) == 0 {
		return
	}
	w.open(pick(w.rng, w.sessions).Open)
}

func (w *World) openDry() {
	w.open(license.Open{Session: w.id("dry"), User: w.user(), Product: w.product(), Version: "2026", DryRun: true, Device: "d9"})
}

func (w *World) recent() string {
	if len(w.sessions) == 0 {
		return "ses-none"
	}
	return w.sessions[max(0, len(w.sessions)-1-w.rng.IntN(8))].Session
}

// renewal is one that was answered. Two servers that decide the same one at the same millisecond make the same entry. When the
// line of one is cut it finds the entry that it would have written, which the other has: both answer with the one charge.
type renewal struct {
	id      string
	at      int64
	pass    string
	charged bool
}

func (w *World) renew() {
	now, f, id, inUse := w.now(), w.fault(), w.recent(), w.rng.IntN(5) > 0
	tell := func(m *model.World) (model.Answer, string) { return m.Renew(now, id, inUse) }
	var a desk.Answer
	w.renewed = renewal{}
	alive, kept, err := w.attempt(f, func() (err error) {
		a, err = w.desk.Renew(ctx, team, license.Renew{Session: id, InUse: inUse})
		return err
	})
	if !alive {
		w.note("renew %s: the server died (kept: %v)", id, kept)
		if kept {
			w.tell(func(m *model.World) { tell(m) })
		}
		return
	}
	if w.excused(f, err) {
		return
	}
	this := renewal{id, now, a.Pass.ID, a.Charge != nil}
	if f == faultBefore && this.charged && w.renewed == this {
		w.note("renew %s in use %v: as the other server has, with the same entry, and the line was cut", id, inUse)
		return
	}
	w.renewed = this
	want, wantCode := tell(w.model)
	if wantCode != "" {
		want = model.Answer{Outcome: "error", Code: wantCode}
	}
	w.compare(fmt.Sprintf("renew %s in use %v", id, inUse), answerOf(a, err), want)
	if a.Outcome == license.Granted {
		w.done = append(w.done, step{func(m *model.World) { tell(m) }, joinKey(a)})
		w.audit.acknowledge(w, id, a)
	}
	w.expect(a.Pass.Until, a.LeaseUntil, a.Pass.From+w.short())
}

func (w *World) close() {
	now, id := w.now(), w.recent()
	type result struct {
		Reversed int64
		Code     string
	}
	var got, want result
	w.both(fmt.Sprint("close ", id), func() error {
		r, err := w.desk.CloseSession(ctx, team, license.Close{Session: id})
		got = result{int64(r.Reversed), code(err)}
		return err
	}, func(m *model.World) { want.Reversed, want.Code = m.Close(now, id) }, func() bool { return got == want },
		func() string { return fmt.Sprintf("got %+v, want %+v", got, want) })
	w.expect(license.Instant(now) + license.Day)
}

// both does a command on the desk and on the model, with a fault on the way, and compares what came of it. A
// command whose commit was lost has not happened; one whose server died after the commit has.
func (w *World) both(what string, command func() error, tell func(*model.World), same func() bool, differ func() string) {
	f := w.fault()
	alive, kept, err := w.attempt(f, command)
	if !alive {
		w.note("%s: the server died (kept: %v)", what, kept)
		if kept {
			w.tell(tell)
		}
		return
	}
	if w.excused(f, err) {
		return
	}
	w.note("%s: %s", what, code(err))
	w.tell(tell)
	if !same() {
		panic(w.fail("%s: %s", what, differ()))
	}
}
