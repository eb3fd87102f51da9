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
			out.Items[i] = limitAs(l)
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
	if err == nil { // a group that is removed just now is still the body's mistake
		_, err = s.desk.SetLimits(c.r.Context(), c.team, c.caller(), limits)
	}
	if err != nil {
		return out, orInvalid(err, "/items")
	}
	return s.readLimits(c)
}

func limitAs(l license.Limit) api.Limit {
	return api.Limit{Scope: api.LimitScope(l.Scope), Group: l.Group, User: l.User, Product: l.Product,
		Period: api.Period(l.Period), Tokens: new(api.Tokens(l.Tokens)), Action: api.LimitAction(l.Action)}
}

// limitsLeft is how far limits are used, of an answer.
func limitsLeft(limits []license.LimitState) []api.LimitLeft {
	if limits == nil {
		return nil
	}
	out := make([]api.LimitLeft, len(limits))
	for i := range limits {
		l := &limits[i]
		out[i] = api.LimitLeft{Scope: api.LimitScope(l.Scope), Group: l.Group, User: l.User, Product: l.Product,
			Period: api.Period(l.Period), Tokens: api.Tokens(l.Tokens), Action: api.LimitAction(l.Action),
			Left: api.Tokens(l.Left), Until: api.Instant(l.Ends)}
		if l.Exceeded() {
			out[i].Warning = "More was spent than this limit says: " + api.Tokens(l.Used).String() + " of " + api.Tokens(l.Tokens).String() + " tokens in this " + string(l.Period) + "."
		}
	}
	return out
}

// limitOf is one limit, whose group, user and product must be there.
func limitOf(v desk.View, l api.Limit, path string) (license.Limit, error) {
	user := v.User(l.User)
	switch {
	case l.Group != "" && v.Team.Groups[l.Group] == nil:
		return license.Limit{}, invalid(path+"/group", "is not a group of the team")
	case l.User != "" && v.Team.Users[user] == nil:
		return license.Limit{}, invalid(path+"/user", "is not a user of the team")
	case l.Product != "" && v.Catalog.Product(l.Product) == nil:
		return license.Limit{}, invalid(path+"/product", "is not a product of the catalogue")
	}
	return license.Limit{Scope: license.Scope(l.Scope), Group: l.Group, User: user, Product: l.Product, Period: license.Period(l.Period),
		Tokens: license.Tokens(*l.Tokens), Action: license.Action(l.Action)}, nil
}
