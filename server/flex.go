package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

func (s *Server) readFlex(c *call) (out api.Flex, err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		out = flexOf(v.Team.Flex)
		return nil
	})
	out.Position = pos
	return out, err
}

func flexOf(l license.FlexList) api.Flex {
	return api.Flex{Mode: api.FlexMode(l.Mode), Products: append([]string{}, l.Products...)}
}

func (s *Server) setFlex(c *call, in api.FlexRequest) (api.Flex, error) {
	list := license.FlexList{Mode: license.FlexMode(in.Mode), Products: in.Products}
	pos, err := s.desk.SetFlexDefaults(c.r.Context(), c.team, c.caller(), list)
	out := flexOf(list)
	out.Position = pos
	return out, orInvalid(err, "/products")
}

// setUserFlex gives a user a list of their own; the mode default takes it away.
func (s *Server) setUserFlex(c *call, in api.UserFlexRequest) (api.Flex, error) {
	user, err := s.readUser(c) // who is not there is not found; a product that is not there is a wrong body
	if err != nil {
		return api.Flex{}, err
	}
	if !user.Active {
		return api.Flex{}, api.NewProblem(api.CodeNotFound, "there is no such user")
	}
	list := license.FlexList{Mode: license.FlexMode(in.Mode), Products: in.Products}
	own := &list
	if in.Mode == api.FlexDefault {
		own = nil
	}
	pos, err := s.desk.SetUserFlex(c.r.Context(), c.team, c.caller(), user.ID, own)
	out := flexOf(list)
	out.Position = pos
	return out, orInvalid(err, "/products")
}
