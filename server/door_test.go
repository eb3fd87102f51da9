package server

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
)

func TestLanesHaveTheirOwnRoom(t *testing.T) {
	d := newDoor(desk.Stopwatch(), 2)
	for in, room := range d.room {
		for i := range room {
			if !d.enter(lane(in), 1) {
				t.Fatalf("lane %d is full at %d of %d", in, i, room)
			}
		}
		if d.enter(lane(in), 1) {
			t.Errorf("lane %d takes more than its room", in)
		}
	}
	d.leave(keeps, 3)
	if d.enter(keeps, 4) || !d.enter(keeps, 3) || d.enter(begins, 1) {
		t.Error("room that was given back is there for its lane, and no more of it")
	}
}

// What a request counts as is known before its body is read.
func TestUnits(t *testing.T) {
	d := newDoor(desk.Stopwatch(), 2)
	for _, c := range []struct{ length, want int }{{0, 1}, {1023, 1}, {1024, 2}, {13_000, 13}, {-1, unitsUnknown}, {100_000, 32}, {1 << 40, 32}} {
		r := httptest.NewRequest("POST", "/", nil)
		r.ContentLength = int64(c.length)
		if got := d.units(r, begins); got != c.want {
			t.Errorf("%d bytes: got %d, want %d", c.length, got, c.want)
		}
	}
}

// crowd joins n requests of a team, all in an instant, and returns how many were let in within a second and how many were
// told that there are too many. They stay for as long as the context.
func crowd(ctx context.Context, t *testing.T, d *door, team string, n int) (in, no int) {
	t.Helper()
	var mu sync.Mutex
	began := time.Now()
	for range n {
		go func() {
			if !d.enter(begins, 1) {
				return
			}
			defer d.leave(begins, 1)
			g, err := d.join(ctx, team, begins, 1)
			mu.Lock()
			switch {
			case err == nil && time.Since(began) <= time.Second:
				in++
			case errors.Is(err, errBusy):
				no++
			}
			mu.Unlock()
			if err == nil {
				<-ctx.Done()
				d.part(g, begins, 1)
			}
		}()
		synctest.Wait() // one after the other
	}
	time.Sleep(time.Second)
	synctest.Wait()
	mu.Lock()
	defer mu.Unlock()
	return in, no
}

// The door's time is that of the bubble.
func atTheDoor(t *testing.T, f func(context.Context, *door)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		d := newDoor(desk.Stopwatch(), 2)
		f(ctx, d)
		cancel()
		synctest.Wait()
		for team, g := range d.teams {
			if g.here != [lanes]int{} || g.calls != [lanes]int{} {
				t.Errorf("%s has %v on its way still", team, g.here)
			}
		}
		if got := d.taken[begins].Load(); got != 0 {
			t.Errorf("%d units are taken still", got)
		}
	})
}

// A team alone has three quarters of the room at once: the rest is there when somebody comes.
func TestTeamAlone(t *testing.T) {
	atTheDoor(t, func(ctx context.Context, d *door) {
		d.room[begins] = 1000
		if in, no := crowd(ctx, t, d, "loud", 900); in != 750 || no != 150 {
			t.Errorf("got %d in and %d refused", in, no)
		}
		if in, _ := crowd(ctx, t, d, "calm", 10); in != 10 {
			t.Errorf("got %d of a calm team in", in)
		}
	})
}

// While others are about, a noisy team comes in at its rate, waits for a second of it, and is refused beyond; a calm
// one notices nothing.
func TestNoisyTeam(t *testing.T) {
	atTheDoor(t, func(ctx context.Context, d *door) {
		if in, _ := crowd(ctx, t, d, "calm", calmCalls); in != calmCalls {
			t.Errorf("got %d of the calm team in", in)
		}
		const most = timesOthers*calmCalls + 2*teamPerSecond
		if in, no := crowd(ctx, t, d, "loud", 500); in < most-2 || in > most+2 || no < 500-most-2 || no > 500-most+2 {
			t.Errorf("got %d of the noisy team in and %d refused, want %d and %d", in, no, most, 500-most)
		}
	})
}

// A storm of all teams alike is bounded by the room alone.
func TestStormOfAllTeams(t *testing.T) {
	atTheDoor(t, func(ctx context.Context, d *door) {
		teams := []string{"a", "b", "c", "d"}
		var all sync.WaitGroup
		var mu sync.Mutex
		in := 0
		for range 40 { // a second of it
			for _, team := range teams {
				for range 25 {
					all.Go(func() {
						g, err := d.join(ctx, team, begins, 1)
						if err == nil {
							time.Sleep(50 * time.Millisecond)
							d.part(g, begins, 1)
							mu.Lock()
							in++
							mu.Unlock()
						}
					})
				}
			}
			time.Sleep(25 * time.Millisecond)
		}
		all.Wait()
		if in != 4000 {
			t.Errorf("got %d of 4000 in", in)
		}
	})
}

// A storm of all teams that a stalled server has let pile up does not bind them to the rate of a noisy one: they are
// alike.
func TestStormAfterAStall(t *testing.T) {
	atTheDoor(t, func(ctx context.Context, d *door) {
		var all sync.WaitGroup
		var mu sync.Mutex
		in, began := 0, time.Now()
		for range 200 {
			for _, team := range []string{"a", "b", "c"} {
				all.Go(func() {
					g, err := d.join(ctx, team, begins, 1)
					if err != nil {
						return
					}
					mu.Lock()
					in++
					mu.Unlock()
					time.Sleep(3*time.Second - time.Since(began)) // stalled
					d.part(g, begins, 1)
				})
			}
			synctest.Wait()
		}
		if in != 600 || time.Since(began) > 0 {
			t.Errorf("got %d of 600 in after %v", in, time.Since(began))
		}
		all.Wait()
	})
}

// Who gives up while waiting leaves nothing behind.
func TestGivingUp(t *testing.T) {
	atTheDoor(t, func(ctx context.Context, d *door) {
		crowd(ctx, t, d, "calm", 1)
		patience, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		crowd(patience, t, d, "loud", 200)
		if g := d.teams["loud"]; g.here[begins] != 0 || g.calls[begins] != 0 {
			t.Errorf("%+v", g)
		}
	})
}

// A team that has gone is not company for long.
func TestTeamsGo(t *testing.T) {
	atTheDoor(t, func(ctx context.Context, d *door) {
		brief, cancel := context.WithCancel(ctx)
		crowd(brief, t, d, "calm", 1)
		cancel()
		time.Sleep(2 * about)
		if in, _ := crowd(ctx, t, d, "loud", 300); in != 300 || len(d.teams) != 1 {
			t.Errorf("got %d in, with %d teams about", in, len(d.teams))
		}
	})
}

// Refusals are answered at once; the connections behind them take turns at the rate, and none waits for longer than
// it was asked to stay away.
func TestRefusalsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(desk.Stopwatch(), 2)
		for i := range 3000 {
			want := time.Duration(i+1) * time.Second / (2 * refusalsPerSecond)
			if got := d.refuse(errBusy); got != want {
				t.Fatalf("refusal %d: got %v, want %v", i, got, want)
			}
		}
		time.Sleep(time.Second)
		if got := d.refuse(errBusy); got > 600*time.Millisecond {
			t.Errorf("after a second: got %v", got)
		}
		time.Sleep(time.Second)
		if got := d.refuse(errBusy); got >= shortestHold {
			t.Errorf("after all that: got %v", got)
		}
		noisy := &crowded{&guest{}}
		d.refuse(noisy)
		if got, want := d.refuse(noisy), 2*time.Second/(2*refusalsPerSecondTeam); got != want {
			t.Errorf("the second of a noisy team: got %v, want %v", got, want)
		}
		for range 100_000 {
			if got := d.refuse(errBusy); got > longestHold {
				t.Fatal(got)
			}
		}
	})
}

// A refusal is a whole problem, and says to wait for no less than its connection is held.
func TestRefusal(t *testing.T) {
	w := newWorld(t)
	w.door.room[begins] = 0
	for range 500 {
		a := w.as("acme/product", "POST", "/v1/teams/acme/sessions", `{"id":"s","user":"ben","product":"revit"}`)
		p := w.wantProblem(a, api.CodeBusy, "without room")
		if p.RetryAfter < 1 || p.RetryAfter > spread || a.header.Get("Retry-After") == "" || a.header.Get("X-Request-Id") == "" {
			t.Fatalf("%+v %v", p, a.header)
		}
	}
	for after, r := range refusalAfter[1:] {
		if r.after[0] == "" || !strings.Contains(string(r.body), `"retry_after":`+r.after[0]) {
			t.Errorf("%d: %s", after, r.body)
		}
	}
	if n := strings.Count(w.log.String(), "requests are refused"); n != 1 {
		t.Errorf("the log tells it %d times", n)
	}
	if got := w.Load(); got.Refused != 500 || got.Begins != 0 || got.Held != 0 {
		t.Errorf("%+v", got)
	}
}
