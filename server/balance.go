package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

func (s *Server) readBalance(c *call) (out api.Balance, err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		out = balanceOf(v.Team.BalanceAt(v.Now), v.Now)
		return nil
	})
	out.Position = pos
	return out, err
}

// balanceOf lists the packs in draw order, ended ones last.
func balanceOf(b license.Balance, now license.Instant) api.Balance {
	out := api.Balance{Available: api.Tokens(b.Available), Held: api.Tokens(b.Held), Used: api.Tokens(b.Used),
		Expired: api.Tokens(b.Expired), Bought: api.Tokens(b.Bought), Withdrawn: api.Tokens(b.Withdrawn), Packs: []api.Pack{}}
	var ended []api.Pack
	for _, p := range b.Packs {
		if p.Usable(now) {
			out.Packs = append(out.Packs, packOf(p, now))
		} else {
			ended = append(ended, packOf(p, now))
		}
	}
	out.Packs = append(out.Packs, ended...)
	return out
}
