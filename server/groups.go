package server

import (
	"maps"
	"slices"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

func (s *Server) makeGroup(c *call, in api.GroupRequest) (api.Group, error) {
	s.seen(c, func(v desk.View) bool { return v.Team.Groups[in.ID] != nil })
	_, err := s.desk.MakeGroup(c.r.Context(), c.team, c.caller(), license.GroupMade{Group: in.ID, Name: in.Name})
	if err != nil {
		return api.Group{}, err
	}
	return s.group(c, in.ID)
}

// group reads a group.
func (s *Server) group(c *call, id string) (out api.Group, err error) {
	out.Position, err = s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		g := v.Team.Groups[id]
		if g == nil {
			return api.NewProblem(api.CodeNotFound, "there is no such group")
		}
		out = groupOf(g)
		return nil
	})
	return out, err
}

func groupOf(g *license.Group) api.Group {
	out := api.Group{ID: g.ID, Name: g.Name, Members: len(g.Members), Gives: make([]api.Gift, len(g.Gives))}
	for i, gift := range g.Gives {
		out.Gives[i] = api.Gift{What: gift.What, Kind: api.SubscriptionKind(gift.Kind)}
	}
	return out
}

func (s *Server) readGroup(c *call) (api.Group, error) { return s.group(c, c.r.PathValue("group")) }

func (s *Server) listGroups(c *call) (out api.List[api.Group], err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) (err error) {
		ids := slices.Sorted(maps.Keys(v.Team.Groups))
		group := func(id string) api.Group { return groupOf(v.Team.Groups[id]) }
		out, err = page(c, ids, func(id string) string { return id }, group, 0)
		return err
	})
	out.Position = pos
	return out, err
}

func (s *Server) changeGroup(c *call, in api.GroupChange) (api.Group, error) {
	id := c.r.PathValue("group")
	if _, err := s.desk.ChangeGroup(c.r.Context(), c.team, c.caller(), license.GroupChanged{Group: id, Name: in.Name}); err != nil {
		return api.Group{}, err
	}
	return s.group(c, id)
}

func (s *Server) removeGroup(c *call) (out api.GroupRemoved, err error) {
	out.Group = c.r.PathValue("group")
	out.Position, err = s.desk.RemoveGroup(c.r.Context(), c.team, c.caller(), out.Group)
	return out, err
}

// listMembers lists the users of a group.
func (s *Server) listMembers(c *call) (out api.List[api.User], err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) (err error) {
		g := v.Team.Groups[c.r.PathValue("group")]
		if g == nil {
			return api.NewProblem(api.CodeNotFound, "there is no such group")
		}
		user := func(id string) api.User { return c.userOf(v, v.Team.Users[id]) }
		out, err = page(c, g.Members, func(id string) string { return id }, user, 0)
		return err
	})
	out.Position = pos
	return out, err
}

func (s *Server) addMembers(c *call, in api.MembersRequest) (api.MembersAnswer, error) {
	id := c.r.PathValue("group")
	if _, err := s.group(c, id); err != nil { // who is not there is a wrong body; a group that is not there is not found
		return api.MembersAnswer{}, err
	}
	added, replayed, _, err := s.desk.AddMembers(c.r.Context(), c.team, c.keyed(in), id, in.Users)
	if err != nil {
		return api.MembersAnswer{}, orInvalid(err, "/users")
	}
	c.replayed = replayed
	g, err := s.group(c, id)
	return api.MembersAnswer{Group: id, Added: len(added), Members: g.Members, Position: g.Position}, err
}

func (s *Server) removeMember(c *call) (api.MemberAnswer, error) {
	id := c.r.PathValue("group")
	_, err := s.desk.RemoveMembers(c.r.Context(), c.team, c.caller(), id, []string{c.r.PathValue("user")})
	if err != nil {
		return api.MemberAnswer{}, err
	}
	u, err := s.readUser(c)
	return api.MemberAnswer{Group: id, User: u.ID, Position: u.Position}, err
}

func (s *Server) giveAll(c *call, in api.AssignmentRequest) (out api.GroupAssignmentAnswer, err error) {
	out = api.GroupAssignmentAnswer{Group: c.r.PathValue("group"), What: c.r.PathValue("what"), Assigned: true}
	if out.What == api.WhatFlex && in.Kind != "" {
		return out, invalid("/kind", "belongs to seats only")
	}
	out.Position, err = s.desk.Give(c.r.Context(), c.team, c.caller(), out.Group, license.Gift{What: out.What, Kind: license.SeatKind(in.Kind)})
	return out, err
}

func (s *Server) takeFromAll(c *call) (out api.GroupAssignmentAnswer, err error) {
	out = api.GroupAssignmentAnswer{Group: c.r.PathValue("group"), What: c.r.PathValue("what")}
	out.Position, err = s.desk.TakeFrom(c.r.Context(), c.team, c.caller(), out.Group, out.What)
	return out, err
}
