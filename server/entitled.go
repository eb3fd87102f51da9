package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// moveAssignment moves what a user has to another.
func (s *Server) moveAssignment(c *call, in api.MoveAssignmentRequest) (out api.MoveAssignmentAnswer, err error) {
	from, err := s.readUser(c) // who is not there is not found; who is to have it and is not there is a wrong body
	if err != nil {
		return out, err
	}
	to, err := s.user(c, in.To)
	if err != nil || !to.Active {
		return out, orNobody(err)
	}
	out = api.MoveAssignmentAnswer{What: c.r.PathValue("what"), From: from.ID, To: to.ID}
	if from.ID == to.ID {
		return out, invalid("/to", "is the user who has it already")
	}
	moved, pos, err := s.desk.Reassign(c.r.Context(), c.team, c.caller(), license.Reassigned{From: from.ID, To: to.ID, What: out.What})
	if err != nil {
		return out, err
	}
	c.replayed, out.Position = !moved, pos
	return out, nil
}

// orNobody is what a body is answered that names nobody of the team.
func orNobody(err error) error {
	if err != nil && problemOf(err).Code != api.CodeNotFound {
		return err
	}
	return invalid("/to", "is not a user of the team")
}

// readAssignments says what a user has, and why.
func (s *Server) readAssignments(c *call) (out api.UserAssignments, err error) {
	out.Position, err = s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		u := v.Team.Users[c.userIn(v, c.r.PathValue("user"))]
		if u == nil || !u.Active {
			return api.NewProblem(api.CodeNotFound, "there is no such user")
		}
		out, err = assignmentsOf(v, u)
		return err
	})
	return out, err
}

func assignmentsOf(v desk.View, u *license.User) (api.UserAssignments, error) {
	out := api.UserAssignments{User: u.ID, Seats: []api.SeatAssignment{}, Products: []api.Entitlement{}, Flex: flexAssignment(v, u)}
	for _, a := range u.Assigned {
		out.Seats = append(out.Seats, api.SeatAssignment{What: a.What, Kind: api.SubscriptionKind(a.Kind),
			Direct: a.Direct(), Groups: append([]string{}, a.Groups...), Now: v.Team.Seated(v.Now, u, a)})
	}
	all, err := v.Team.Entitlements(v.Now, v.Catalog, u.ID)
	for _, e := range all {
		p := api.Entitlement{Product: e.Product, Outcome: api.Outcome(e.Outcome), Code: api.Code(e.Code),
			Source: api.Source(e.Source), Tokens: api.Tokens(e.Tokens)}
		for _, w := range e.Why {
			p.Why = append(p.Why, reasonOf(w))
		}
		out.Products = append(out.Products, p)
	}
	return out, err
}

func flexAssignment(v desk.View, u *license.User) api.FlexAssignment {
	list := flexOf(v.Team.FlexOf(u))
	out := api.FlexAssignment{Assigned: u.Flex, Direct: u.Flex && u.FlexFrom.Direct(), Groups: append([]string{}, u.FlexFrom.Groups...),
		List: api.FlexFromDefault, Mode: list.Mode, Products: list.Products}
	if u.Own != nil {
		out.List = api.FlexFromOwn
	}
	return out
}

func reasonOf(w license.Reason) api.Reason {
	r := api.Reason{Source: api.Source(w.Source), What: w.What, Kind: api.SubscriptionKind(w.Kind), Groups: w.Groups,
		Direct: w.What != "" && w.Direct(), Request: w.Request, Now: w.Now}
	if w.What == license.FlexCode {
		r.List = api.FlexFromDefault
		if w.Own {
			r.List = api.FlexFromOwn
		}
	}
	return r
}

// askAccess says which users may open which products.
func (s *Server) askAccess(c *call, in api.AccessRequest) (out api.AccessAnswer, err error) {
	out.Position, err = s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		ids := make([]string, len(in.Users))
		for i, u := range in.Users {
			ids[i] = c.userIn(v, u)
		}
		all := v.Team.Access(v.Now, v.Catalog, ids, in.Products)
		out.Items = make([]api.Access, len(all))
		for i, a := range all {
			out.Items[i] = api.Access{User: in.Users[i/len(in.Products)], Product: a.Product, Outcome: api.Outcome(a.Outcome),
				Code: api.Code(a.Code), Source: api.Source(a.Source), Tokens: api.Tokens(a.Tokens)}
		}
		return nil
	})
	return out, err
}
