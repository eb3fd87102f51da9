package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
)

func (s *Server) assign(c *call, in api.AssignmentRequest) (api.AssignmentAnswer, error) {
	user, what := c.r.PathValue("user"), c.r.PathValue("what")
	if what == api.WhatFlex && in.Kind != "" {
		return api.AssignmentAnswer{}, invalid("/kind", "belongs to seats only")
	}
	_, err := s.desk.Assign(c.r.Context(), c.team, c.caller(), user, what, license.SeatKind(in.Kind))
	if err != nil {
		return api.AssignmentAnswer{}, err
	}
	return s.assignment(c, what)
}

func (s *Server) unassign(c *call) (api.AssignmentAnswer, error) {
	user, what := c.r.PathValue("user"), c.r.PathValue("what")
	if _, err := s.desk.Unassign(c.r.Context(), c.team, c.caller(), user, what); err != nil {
		return api.AssignmentAnswer{}, err
	}
	return s.assignment(c, what)
}

// assignment says whether the user has it now: what a group gives stays when it is taken away directly.
func (s *Server) assignment(c *call, what string) (api.AssignmentAnswer, error) {
	u, err := s.readUser(c)
	out := api.AssignmentAnswer{User: u.ID, What: what, Assigned: what == api.WhatFlex && u.Flex, Position: u.Position}
	for _, a := range u.Assignments {
		out.Assigned = out.Assigned || a.What == what
	}
	return out, err
}
