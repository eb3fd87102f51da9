package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
)

func (s *Server) grantTrial(c *call, in api.TrialRequest) (api.Trial, error) {
	user, err := s.readUser(c)
	if err != nil {
		return api.Trial{}, err
	}
	what := c.r.PathValue("product")
	pos, err := s.desk.GrantTrial(c.r.Context(), c.team, c.caller(), license.TrialGranted{User: user.ID, Product: what,
		Until: license.Instant(*in.Until)})
	return api.Trial{User: user.ID, Product: what, Until: *in.Until, Position: pos}, err
}
