package sim

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

const team = "acme"

// World is one simulated team with its servers, their disk and their clock.
type World struct {
	Seed  uint64
	Trace []string // what happened, for whoever has to understand a failure

	rng   *rand.Rand
	disk  *disk
	desks []*desk.Desk    // the servers: one, or several that share the disk
	desk  *desk.Desk      // the one that is asked now
	clock license.Instant // what the servers' clock shows
	seen  license.Instant // the latest instant that the team's time must not go behind
	model *model.World
	done  []step // all steps that had an effect, to tell the model again after a crash
	audit audit

	catalog  license.Catalog
	users    []string
	sessions []session
	jobs     []license.StartJob
	packs    []string
	requests []string // ids, of access
	edges    []license.Instant
	count    int
	Crashes  int
	Faults   int
	Races    int
	renewed  renewal
	busy     bool // see advance
	racing   bool // another server is acting between a decision and its commit
}

type session struct {
	license.Open
	at license.Instant // when it was asked for first
}

// step is something that the model was told. A join is not durable before the team's next entry.
type step struct {
	tell func(*model.World)
	join string // session@pass, when nothing but a join stands behind it
}

var ctx = context.Background()

// New draws a world.
func New(seed uint64) *World {
	w := &World{Seed: seed, rng: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), disk: newDisk()}
	w.clock = license.InstantOf(time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)) + license.Instant(w.rng.IntN(86_400_000))
	w.seen, w.busy = w.clock, w.rng.IntN(3) == 0
	w.model = model.New()
	w.desks = make([]*desk.Desk, max(1, w.rng.IntN(5)-1))
	w.disk.shared = len(w.desks) > 1
	for i := range w.desks {
		w.start(i)
	}
	w.turn()
	w.found()
	return w
}

// start begins a server on the disk.
func (w *World) start(i int) {
	d, err := desk.New(ctx, w.disk, desk.Options{Inline: true, Clock: func() time.Time { return w.clock.Time() },
		SnapshotEvery: 20, Memory: 1 << 30})
	if err != nil {
		panic(w.fail("the server does not start: %v", err))
	}
	w.desks[i] = d
}

// turn has any of the servers asked next.
func (w *World) turn() { w.desk = pick(w.rng, w.desks) }

// found makes the catalogue, the team and its first packs.
func (w *World) found() {
	w.catalog = drawCatalog(w.rng)
	w.setCatalog(w.catalog)
	if _, err := w.desk.CreateTeam(ctx, "operator", desk.NewTeam{ID: team, Name: "Acme", Plan: license.Standard, TimeZone: w.zone(),
		Admin: journal.Person{ID: "ada", Name: "Ada", Email: "ada@acme.example"}}); err != nil {
		panic(w.fail("no team: %v", err))
	}
	w.tell(func(m *model.World) { m.AddUser("ada") })
	for _, id := range []string{"ben", "cleo", "dan"} {
		w.addUser(id)
		if w.rng.IntN(4) > 0 {
			w.assignFlex(id, true)
		}
	}
	w.makeGroups()
	w.share()
	for range 1 + w.rng.IntN(3) {
		w.buy()
	}
}

// tell has the model do what the desk has done.
func (w *World) tell(f func(*model.World)) {
	f(w.model)
	w.done = append(w.done, step{tell: f})
}

// Failure is a world that went wrong, with what repeats it.
type Failure struct {
	Seed  uint64
	What  string
	Trace []string
}

func (f *Failure) Error() string {
	return fmt.Sprintf("%s\n\nrepeat it with: go test ./sim -run TestWorlds -seeds 1 -seed %d", f.What, f.Seed)
}

func (w *World) fail(format string, args ...any) *Failure {
	return &Failure{w.Seed, fmt.Sprintf(format, args...), w.Trace}
}

func (w *World) note(format string, args ...any) {
	w.Trace = append(w.Trace, w.clock.Time().Format("2006-01-02 15:04:05.000")+"  "+fmt.Sprintf(format, args...))
}

// Run does a number of steps and returns the first thing that went wrong.
func (w *World) Run(steps int) (failure *Failure) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Failure:
			failure = r
		default:
			failure = w.fail("panic: %v", r)
			panic(r)
		}
	}()
	for range steps {
		w.turn()
		w.step()
		w.turn()
		w.check()
	}
	for _, w.desk = range w.desks {
		w.restart("at the end")
		w.check()
	}
	findings, _, err := desk.Verify(ctx, w.disk, func(desk.Checked) {})
	if err != nil || len(findings) > 0 {
		return w.fail("verify: %v %v", findings, err)
	}
	return nil
}

// now is the team's time (R1.3).
func (w *World) now() int64 {
	w.seen = max(w.seen, w.clock)
	return int64(w.seen)
}

// attempt runs a command on the server with a fault that may meet its commit. False says that the server
// died; kept says whether the commit was kept then.
func (w *World) attempt(f fault, command func() error) (alive, kept bool, err error) {
	if f == crashBefore || f == crashAfter {
		defer func() {
			if r := recover(); r != nil {
				c, ok := r.(crash)
				if !ok {
					panic(r)
				}
				alive, kept = false, c.kept
				w.Crashes++
				w.restart(fmt.Sprintf("kept: %v", c.kept))
			}
		}()
	}
	if f != faultNone {
		w.Faults++
	}
	w.disk.next, w.disk.meanwhile = f, w.race()
	err = command()
	w.disk.next, w.disk.meanwhile = faultNone, nil
	return true, true, err
}

// race is what another server does just before the next commit of the one that is asked, so that the two have decided
// on the same state and only one can be kept: nothing, mostly.
func (w *World) race() func() {
	if !w.disk.shared || w.racing || len(w.packs) == 0 || w.rng.IntN(3) > 0 {
		return nil
	}
	asked := w.desk
	return func() {
		w.racing = true
		for w.desk == asked {
			w.turn()
		}
		w.note("meanwhile, on another server:")
		pick(w.rng, []func(){w.openNew, w.openLike, w.openAgain, w.renew, w.close, w.buy, w.withdraw})()
		w.desk, w.racing = asked, false
		w.Races++
	}
}

// look looks at the team. What is seen first can be older than what another server has written: then see is called again.
func (w *World) look(see func(desk.View)) {
	_, err := w.desk.View(ctx, team, func(v desk.View) error {
		see(v)
		return nil
	})
	if err != nil {
		panic(w.fail("a look at the team: %v", err))
	}
}

// restart begins a new server, as after a crash: what was not durable is gone, and the model is told again
// what was.
func (w *World) restart(why string) {
	w.note("the server starts again (%s)", why)
	if err := w.audit.follow(w.disk.entries[team]); err != nil {
		panic(w.fail("the journal: %v", err))
	}
	kept := slices.DeleteFunc(slices.Clone(w.done), func(s step) bool { return s.join != "" && !w.audit.joined[s.join] })
	if lost := len(w.done) - len(kept); lost > 0 {
		w.note("%d sessions that joined live passes are forgotten", lost)
		w.done, w.model = kept, model.New()
		for _, s := range w.done {
			s.tell(w.model)
		}
	}
	i := slices.Index(w.desks, w.desk)
	w.start(i)
	w.desk = w.desks[i]
	w.seen = w.audit.last
}

// fault draws one.
func (w *World) fault() fault {
	if w.rng.IntN(6) > 0 {
		return faultNone
	}
	return fault(w.rng.IntN(int(crashAfter) + 1))
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// code returns the code of an answered error, "" for none.
func code(err error) string {
	var e *license.Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return "failure: " + err.Error()
	}
	return ""
}

func (w *World) id(prefix string) string {
	w.count++
	return fmt.Sprintf("%s-%d", prefix, w.count)
}
