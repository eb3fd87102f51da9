package server

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/api"
)

// lane is a kind of work with room of its own, so that none can take another's.
type lane uint8

const (
	begins lane = iota // openings and all other changes
	keeps              // renewals, and what gives back: closings and the ends of jobs
	looks              // reads
	lanes  = 3
)

// rooms are how many requests of each lane may be on their way at once, for each processor. More would wait longer and
// be done no sooner: these already keep the desk's batches full and the processors busy.
var rooms = [lanes]int{begins: 512, keeps: 256, looks: 128}

// leastProcessors have room also where there are fewer: one processor with half the room gets less done.
const leastProcessors = 2

const (
	// unit is how much of a body, in bytes, counts as one request; no body counts for more than largest of the room
	// does, 1 of so many.
	unit    = 1 << 10
	largest = 32
	// unitsUnknown is for a body that does not say how long it is.
	unitsUnknown = 8

	// timesLeft is how many times the room that is left a team may have on its way: alone three quarters of all.
	timesLeft = 3

	// A team is noisy while it has more than so many requests on their way, and more than timesOthers as many as the
	// others that are about have on average. Then it has so many a second for each processor, or half as many again as
	// the others ask for on average when that is more: a noisy team takes little of the time of calm ones, and a storm
	// of all teams has no bound but the room. What comes faster waits for its turn, unless that is further off than
	// longestWait.
	calmCalls     = 16
	timesOthers   = 4
	teamPerSecond = 100
	longestWait   = time.Second
	// window is what teams are compared by.
	window = 100 * time.Millisecond
	// about is how long after its last request a team is there still.
	about = time.Second
)

// errBusy answers what finds no room.
var errBusy = api.NewProblem(api.CodeBusy, "")

// crowded answers a request of a team that asks for too much while others are about.
type crowded struct{ *guest }

func (c *crowded) Error() string { return errBusy.Error() }

// Unwrap is the problem.
func (c *crowded) Unwrap() error { return errBusy }

// door lets requests in while there is room. It is passed twice. Before anything of a request is looked at but
// its route and its length, enter takes room in its lane. Once it is known who is calling, join counts it as its
// team's: only then, so that nobody uses up what a team has who is not of it.
type door struct {
	now        func() time.Duration
	processors int
	room       [lanes]int          // units that may be on their way
	taken      [lanes]atomic.Int64 // and are
	refusals   refusals

	mu    sync.Mutex
	teams map[string]*guest
	asked counts     // of all teams
	calls [lanes]int // of all teams
	swept time.Duration
}

// guest is a team that is about.
type guest struct {
	seen  time.Duration // its last request
	asked counts
	here  [lanes]int           // units on their way
	calls [lanes]int           // requests on their way
	turn  [lanes]time.Duration // of the request after the last
	no    turns                // of its refusals
}

// counts are the units that were asked for in a window and in the one before.
type counts struct {
	window    time.Duration // its number
	now, then [lanes]int
}

// add counts n units.
func (c *counts) add(at time.Duration, in lane, n int) {
	if number := at / window; number != c.window {
		if c.then = c.now; number != c.window+1 {
			c.then = [lanes]int{}
		}
		c.window, c.now = number, [lanes]int{}
	}
	c.now[in] += n
}

func newDoor(now func() time.Duration, processors int) *door {
	d := &door{now: now, processors: processors, teams: map[string]*guest{}}
	for in := range d.room {
		d.room[in] = rooms[in] * processors
	}
	return d
}

// units is what a request counts as.
func (d *door) units(r *http.Request, in lane) int {
	n := unitsUnknown
	if r.ContentLength >= 0 {
		n = 1 + int(min(r.ContentLength, api.MaxBody))/unit
	}
	return max(1, min(n, d.room[in]/largest))
}

// enter takes room in a lane, if there is any.
func (d *door) enter(in lane, n int) bool {
	if d.taken[in].Add(int64(n)) <= int64(d.room[in]) {
		return true
	}
	d.leave(in, n)
	return false
}

func (d *door) leave(in lane, n int) { d.taken[in].Add(-int64(n)) }

// join waits for the turn of a team's request that has entered. It says no when that is far off, or when the team
// has as much on its way as there is room left.
func (d *door) join(ctx context.Context, team string, in lane, n int) (*guest, error) {
	g, wait, err := d.turn(team, in, n)
	if err != nil || wait <= 0 {
		return g, err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return g, nil
	case <-ctx.Done():
		d.part(g, in, n)
		return nil, ctx.Err()
	}
}

// part ends what join began.
func (d *door) part(g *guest, in lane, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g.here[in] -= n
	g.calls[in]--
	d.calls[in]--
}

// turn is how long it is until the turn of a team's request.
func (d *door) turn(team string, in lane, n int) (g *guest, wait time.Duration, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	g = d.guest(team, now)
	d.asked.add(now, in, n)
	g.asked.add(now, in, n)
	alone := len(d.teams) == 1
	if all := g.here[in] + n; all > n && all > timesLeft*(d.room[in]-int(d.taken[in].Load())) {
		return nil, 0, d.no(g, alone)
	}
	if !alone && d.noisy(g, in) {
		turn := max(g.turn[in], now)
		if wait = turn - now; wait > longestWait {
			return nil, 0, d.no(g, alone)
		}
		g.turn[in] = turn + time.Duration(n)*time.Second/time.Duration(d.rate(g, in))
	}
	g.here[in] += n
	g.calls[in]++
	d.calls[in]++
	return g, wait, nil
}

func (d *door) no(g *guest, alone bool) error {
	if alone {
		return errBusy
	}
	return &crowded{g}
}

// noisy reports whether a team has so much more on its way than the others that it is held to its rate.
func (d *door) noisy(g *guest, in lane) bool {
	others := (d.calls[in] - g.calls[in]) / (len(d.teams) - 1)
	return g.calls[in] >= max(calmCalls, timesOthers*others)
}

// rate is how many units a second a team has in a lane while others are about.
func (d *door) rate(g *guest, in lane) int {
	others := max(d.asked.now[in]-g.asked.now[in], d.asked.then[in]-g.asked.then[in]) / (len(d.teams) - 1)
	return max(teamPerSecond*d.processors, others*int(time.Second/window)*3/2)
}

// guest notes that a team is about, and forgets those that are gone.
func (d *door) guest(team string, now time.Duration) *guest {
	if now-d.swept > about/2 {
		d.swept = now
		for team, g := range d.teams {
			if now-g.seen > about && g.here == [lanes]int{} {
				delete(d.teams, team)
			}
		}
	}
	g := d.teams[team]
	if g == nil {
		g = &guest{}
		d.teams[team] = g
	}
	g.seen = now
	return g
}
