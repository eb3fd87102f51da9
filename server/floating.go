package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// listFloating lists who has which floating seat in use.
func (s *Server) listFloating(c *call) (out api.List[api.FloatingSeat], err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) (err error) {
		key := func(h license.Holding) string { return h.What + "\n" + h.User }
		out, err = page(c, v.Team.Holdings(v.Now), key, floatingSeat, 0)
		return err
	})
	out.Position = pos
	return out, err
}

func floatingSeat(h license.Holding) api.FloatingSeat {
	out := api.FloatingSeat{What: h.What, User: h.User, Sessions: make([]api.FloatingSession, len(h.Sessions))}
	if len(h.Sessions) > 0 {
		since, until := api.Instant(h.Since), api.Instant(h.Until)
		out.Since, out.Until = &since, &until
	}
	for i, x := range h.Sessions {
		out.Sessions[i] = api.FloatingSession{Session: x.Session, Product: x.Product, Device: x.Device,
			Since: api.Instant(x.Since), Until: api.Instant(x.Until)}
	}
	return out
}

// takeFloating frees a floating seat that a user has in use.
func (s *Server) takeFloating(c *call) (api.FloatingSeat, error) {
	b := license.FloatingTaken{What: c.r.PathValue("what"), User: c.r.PathValue("user")}
	taken, replayed, pos, err := s.desk.TakeFloating(c.r.Context(), c.team, c.keyed(nil), b)
	if err != nil {
		return api.FloatingSeat{}, err
	}
	c.replayed = replayed
	out := floatingSeat(taken)
	out.Position = pos
	return out, nil
}
