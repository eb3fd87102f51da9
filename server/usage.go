package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// readUsage says what a user has used lately. Who was removed keeps their history (R8.9).
func (s *Server) readUsage(c *call) (out api.Usage, err error) {
	out.Position, err = s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		u := v.Team.Users[v.User(c.r.PathValue("user"))]
		if u == nil {
			return errNoUser
		}
		used := v.Team.UsageOf(v.Now, v.Catalog, u.ID)
		out = api.Usage{User: u.ID, Tokens: periodTokens(used.Spent), Products: make([]api.ProductUsage, len(used.Products))}
		for i, p := range used.Products {
			out.Products[i] = api.ProductUsage{Product: p.Product, Tokens: periodTokens(p.Spent), Pass: usedPass(p.Pass)}
		}
		return nil
	})
	return out, err
}

func usedPass(p *license.Pass) *api.UsedPass {
	if p == nil {
		return nil
	}
	ref := p.Ref()
	out := &api.UsedPass{Pass: api.Pass{ID: ref.ID, From: api.Instant(ref.From), Until: api.Instant(ref.Until)},
		Source: api.Source(p.Source), Open: p.Open()}
	if p.Charge != nil {
		out.Charge = new(api.Tokens(p.Charge.Tokens))
	}
	return out
}
