package server

import (
	"errors"

	"github.com/daypass/daypass/api"
)

var alive = []byte(`{"status":"ok"}`)

// health says that the process answers, and nothing more.
func (s *Server) health(c *call) error {
	write(c.w, c.status, jsonType, alive)
	return nil
}

// readiness says that the server can decide.
func (s *Server) readiness(c *call) (api.Health, error) {
	err := s.ready(c.r.Context())
	var known interface{ Reason() string }
	switch {
	case errors.As(err, &known):
		return api.Health{}, api.NewProblem(api.CodeUnavailable, known.Reason())
	case err != nil:
		return api.Health{}, &unavailable{err}
	}
	return api.Health{Status: "ready"}, nil
}
