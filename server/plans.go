package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/license"
)

func (s *Server) readPlan(c *call) (out api.TeamPlan, err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		p := v.Team.PlanAt(v.Now)
		out = api.TeamPlan{Ordered: api.Plan(p.Ordered), InForce: api.Plan(p.InForce), Because: api.PlanReason(p.Because),
			Seats: p.Seats, Needed: license.PremiumSeats, ChangesAt: instantOr(p.Changes), Unlocks: unlocks(v, p)}
		return nil
	})
	out.Position = pos
	return out, err
}

// unlocks is what a team's plan unlocks.
func unlocks(v desk.View, p license.PlanState) []api.Feature {
	return each(v.Unlocks.Of(p.InForce), func(f license.Feature) api.Feature { return api.Feature(f) })
}

func (s *Server) changePlan(c *call, in api.PlanRequest) (api.TeamPlan, error) {
	_, err := s.desk.ChangePlan(c.r.Context(), c.team, c.caller(), license.PlanChanged{Plan: license.Plan(in.Plan), Reason: in.Reason})
	if err != nil {
		return api.TeamPlan{}, err
	}
	return s.readPlan(c)
}

func (s *Server) readPlans(c *call) (api.PlanTable, error) {
	u, err := s.desk.Plans(c.r.Context())
	if err != nil {
		return api.PlanTable{}, err
	}
	return api.PlanTable{Items: each(license.Features(), func(f license.Feature) api.PlanRow {
		return api.PlanRow{Feature: api.Feature(f), Plan: api.Plan(u[f])}
	})}, nil
}

func (s *Server) setPlans(c *call, in api.PlanTableRequest) (api.PlanTable, error) {
	u := license.DefaultUnlocks()
	for _, row := range in.Items {
		u[license.Feature(row.Feature)] = license.Plan(row.Plan)
	}
	if err := s.desk.SetPlans(c.r.Context(), c.who.By(), u); err != nil {
		return api.PlanTable{}, err
	}
	return s.readPlans(c)
}

// knowsNames says whether the caller may see who is behind an id: a reports key only in a team whose plan unlocks
// that (R9.2).
func (c *call) knowsNames(v desk.View) bool {
	return c.who.Role != identity.Reports || v.May(license.ReportingNames)
}

// userIn turns an id or a mail address into a user id. For who knows no names, a mail address is nobody's: otherwise
// the answer would tell who is behind an id.
func (c *call) userIn(v desk.View, idOrMail string) string {
	if c.knowsNames(v) {
		return v.User(idOrMail)
	}
	return idOrMail
}
