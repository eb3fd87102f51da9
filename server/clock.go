package server

import (
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
)

func (s *Server) readClock(*call) (api.Clock, error) {
	return api.Clock{Now: api.Instant(s.desk.Now())}, nil
}

// lastClock bounds a virtual clock, so that what begins then still ends before the year 10000.
var lastClock = license.InstantOf(time.Date(9900, 1, 1, 0, 0, 0, 0, time.UTC))

// moveClock moves a virtual clock. Where it will stand is kept first: after a crash it must not stand before
// anything that was decided.
func (s *Server) moveClock(_ *call, in api.ClockRequest) (api.Clock, error) {
	if s.clock == nil {
		return api.Clock{}, api.NewProblem(api.CodeClockReal, "start the server with --clock virtual to move it")
	}
	s.moving.Lock()
	defer s.moving.Unlock()
	now := s.clock.Now()
	to, path := now, "/advance"
	if in.Now != nil {
		to, path = in.Now.Time(), "/now"
	} else {
		to = now.Add(time.Duration(*in.Advance))
	}
	if license.InstantOf(to) > lastClock {
		return api.Clock{}, invalid(path, "must not lead beyond the year 9900")
	}
	if to.Before(now) {
		return api.Clock{}, s.clock.Set(to) // says so
	}
	if err := s.save(to); err != nil {
		return api.Clock{}, &unavailable{err}
	}
	return api.Clock{Now: api.InstantOf(to)}, s.clock.Set(to)
}
