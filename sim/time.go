package sim

import (
	"slices"

	"github.com/daypass/daypass/license"
)

// settle writes what waits, as a server does when it has nothing else to do.
func (w *World) settle() {
	w.now()
	if err := w.desk.Settle(ctx); err != nil {
		panic(w.fail("settle: %v", err))
	}
	w.compareFold()
}

// stepBack puts the clock back: a little, and the team's time stands still; too far, and nothing is decided.
// Several servers have one time only where something was written (R1.3), so theirs is left alone.
func (w *World) stepBack() {
	if w.disk.shared {
		return
	}
	now := w.now()
	if w.rng.IntN(2) == 0 {
		w.clock = license.Instant(now) - license.Instant(w.rng.IntN(int(5*license.Second)+1))
		w.note("the clock steps back to here")
		return
	}
	true_ := w.clock
	w.clock = license.Instant(now) - 5*license.Second - 1 - license.Instant(w.rng.IntN(1_000_000))
	_, err := w.desk.Open(ctx, team, license.Open{Session: w.id("early"), User: w.user(), Product: w.product()})
	if code(err) != "clock_behind" {
		panic(w.fail("a clock %d ms behind was answered with %v", license.Instant(now)-w.clock, err))
	}
	w.clock = true_
}

// advance moves the clock: mostly to just before, at or just after something that changes then. In a busy world all
// happens within minutes of each other, as long as a pass can be given back.
func (w *World) advance() {
	from := license.Instant(w.now())
	switch n := w.rng.IntN(20); {
	case w.busy && n < 17:
		w.clock = from + license.Instant(w.rng.IntN(int(30*license.Second)))
	case n < 11:
		w.edges = slices.DeleteFunc(w.edges, func(i license.Instant) bool { return i+1 < from })
		if len(w.edges) > 0 {
			w.clock = max(from, pick(w.rng, w.edges)+license.Instant(w.rng.IntN(3)-1))
			break
		}
		fallthrough
	case n < 16:
		w.clock = from + license.Instant(w.rng.IntN(int(6*license.Minute)))
	case n < 19:
		w.clock = from + license.Instant(w.rng.IntN(int(30*license.Hour)))
	default:
		w.clock = from + license.Instant(w.rng.IntN(int(40*license.Day)))
		if w.rng.IntN(6) == 0 {
			w.clock += 330 * license.Day
		}
	}
}

// expect notes instants that later steps are likely to meet.
func (w *World) expect(instants ...license.Instant) {
	for _, i := range instants {
		if i > license.Instant(w.now()) {
			w.edges = append(w.edges, i)
		}
	}
}
