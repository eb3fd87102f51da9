package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

func (s *Server) readLimits(c *call) (out api.List[api.Limit], err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		out.Items = make([]api.Limit, len(v.Team.Limits))
		for i, l := range v.Team.Limits {
			tokens := api.Tokens(l.Tokens)
			out.Items[i] = api.Limit{Scope: api.LimitScope(l.Scope), User: l.User, Product: l.Product,
				Period: api.Period(l.Period), Tokens: &tokens, Action: api.LimitAction(l.Action)}
		}
		return nil
	})
	out.Position = pos
	return out, err
}

func (s *Server) setLimits(c *call, in api.LimitsRequest) (out api.List[api.Limit], err error) {
	limits := make([]license.Limit, len(in.Items))
	_, err = s.desk.View(c.r.Context(), c.team, func(v desk.View) (err error) {
		for i, l := range in.Items {
			if limits[i], err = limitOf(v, l, at("/items", i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		_, err = s.desk.SetLimits(c.r.Context(), c.team, c.caller(), limits)
	}
	if err != nil {
		return out, err
	}
	return s.readLimits(c)
}

// limitOf is one limit, whose user and product must be there.
func limitOf(v desk.View, l api.Limit, path string) (license.Limit, error) {
	user := v.User(l.User)
	switch {
	case l.Scope == api.ScopeGroup:
		return license.Limit{}, invalid(path+"/scope", "group is not there yet: this server has no groups")
	case l.User != "" && v.Team.Users[user] == nil:
		return license.Limit{}, invalid(path+"/user", "is not a user of the team")
	case l.Product != "" && v.Catalog.Product(l.Product) == nil:
		return license.Limit{}, invalid(path+"/product", "is not a product of the catalogue")
	}
	return license.Limit{Scope: license.Scope(l.Scope), User: user, Product: l.Product, Period: license.Period(l.Period),
		Tokens: license.Tokens(*l.Tokens), Action: license.Action(l.Action)}, nil
}
