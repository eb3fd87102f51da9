package server

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/api"
)

// Saying no costs a quarter of what an opening does: it has to be read and answered like any other request. A storm
// that is refused at once again and again would leave no time for anything else. So there are only so many refusals
// a second for each processor, which takes some fortieth of its time; and fewer for one team that asks for too much
// while others are about. Who comes beyond that is answered at once too, and then not listened to until its turn.
const (
	refusalsPerSecond     = 1000
	refusalsPerSecondTeam = 100

	// longestHold bounds how long a connection is not listened to. It is less than a stopping server waits.
	longestHold = 5 * time.Second
	// shortestHold is not worth a timer.
	shortestHold = 5 * time.Millisecond
	// spread is how many seconds further apart those come back who are sent away together.
	spread = 3
	// tellEvery is how often the log says that requests are refused.
	tellEvery = 10 * time.Second
)

// refusals counts them.
type refusals struct {
	turns turns
	count atomic.Int64 // since the start
	held  atomic.Int64 // connections that are not listened to now
	told  atomic.Int64 // how many the log was told of
	next  atomic.Int64 // when it is told again
}

// turns has those who come take turns at a rate.
type turns struct{ last atomic.Int64 }

// wait is how long it is until the turn of who comes now: no time while they come more slowly than one in every.
func (p *turns) wait(now, every, longest time.Duration) time.Duration {
	for {
		last := p.last.Load()
		turn := min(max(last, int64(now))+int64(every), int64(now+longest))
		if p.last.CompareAndSwap(last, turn) {
			return time.Duration(turn) - now
		}
	}
}

// refusal is a whole answer that says no.
type refusal struct {
	after, length []string
	body          []byte
}

// refusalAfter are those of every number of seconds to wait, made once.
var refusalAfter = func() (all [spread + int(longestHold/time.Second) + 1]refusal) {
	for s := range all {
		p := api.NewProblem(api.CodeBusy, "")
		p.RetryAfter = s
		body, _ := appendJSON(nil, p) // a problem has nothing that cannot be written
		all[s] = refusal{[]string{strconv.Itoa(s)}, []string{strconv.Itoa(len(body))}, body}
	}
	return all
}()

// busy answers at once that there is no room. When much is refused, the connection is then not listened to for a
// while, and never for longer than its caller was asked to stay away: who comes back as told does not notice.
func (s *Server) busy(w http.ResponseWriter, r *http.Request, err error) {
	hold := s.door.refuse(err)
	no := &refusalAfter[1+rand.IntN(spread)+int(hold/time.Second)]
	h := w.Header()
	h["Content-Type"], h["Content-Length"], h["Retry-After"] = problemType, no.length, no.after
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(no.body) // a line that is cut then is nobody's fault here
	s.tellRefusals()
	if hold < shortestHold || http.NewResponseController(w).Flush() != nil {
		return
	}
	s.door.refusals.held.Add(1)
	defer s.door.refusals.held.Add(-1)
	timer := time.NewTimer(hold)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// refuse counts a refusal and returns how long its connection is not to be listened to.
func (d *door) refuse(err error) time.Duration {
	d.refusals.count.Add(1)
	now, processors := d.now(), time.Duration(d.processors)
	hold := d.refusals.turns.wait(now, time.Second/refusalsPerSecond/processors, longestHold)
	if team := new(crowded); errors.As(err, &team) {
		hold = max(hold, team.no.wait(now, time.Second/refusalsPerSecondTeam/processors, longestHold))
	}
	return hold
}

// tellRefusals logs how many were refused: seldom, since a line for each would be work of its own.
func (s *Server) tellRefusals() {
	d := &s.door.refusals
	last, now := d.next.Load(), int64(s.door.now())
	if now < last || !d.next.CompareAndSwap(last, now+int64(tellEvery)) {
		return
	}
	n := d.count.Load()
	s.log.Warn("more is asked than can be done: requests are refused", "refused", n-d.told.Swap(n), "held", d.held.Load())
}

// Load is what is on its way, for whoever watches the server.
type Load struct {
	Begins, Keeps, Looks int64 // units in each lane
	Held                 int64 // connections that were refused and are not listened to yet
	Refused              int64 // requests, since the start
}

// Load reads the counters.
func (s *Server) Load() Load {
	d := s.door
	return Load{d.taken[begins].Load(), d.taken[keeps].Load(), d.taken[looks].Load(), d.refusals.held.Load(), d.refusals.count.Load()}
}

// NoRoom is a whole answer for a connection of which nothing is read.
func NoRoom() []byte {
	no := &refusalAfter[1+rand.IntN(spread)]
	return fmt.Appendf(nil, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Type: %s\r\nContent-Length: %s\r\nRetry-After: %s\r\n\r\n%s",
		api.ProblemType, no.length[0], no.after[0], no.body)
}
