package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

func (s *Server) buyPack(c *call, in api.PackRequest) (api.PackAnswer, error) {
	return s.addPack(c, license.BuyPack{Pack: in.ID, Size: license.Tokens(in.Size)})
}

func (s *Server) grantTokens(c *call, in api.GrantRequest) (api.PackAnswer, error) {
	return s.addPack(c, license.BuyPack{Pack: in.ID, Size: license.Tokens(in.Tokens), Reason: in.Reason})
}

func (s *Server) addPack(c *call, buy license.BuyPack) (api.PackAnswer, error) {
	buy.Caller = c.caller()
	s.seen(c, func(v desk.View) bool { return v.Team.Packs[buy.Pack] != nil })
	p, pos, err := s.desk.BuyPack(c.r.Context(), c.team, buy)
	if err != nil {
		return api.PackAnswer{}, err
	}
	return api.PackAnswer{Pack: packOf(p, s.desk.Now()), Position: pos}, nil
}

// packOf is a pack as it stands at an instant: what was left at its end has expired, recorded or not (R3.5).
func packOf(p license.Pack, now license.Instant) api.Pack {
	if now >= p.ExpiresAt {
		p.Left, p.Expired = 0, p.Expired+p.Left
	}
	return api.Pack{ID: p.ID, Size: api.Tokens(p.Size), Left: api.Tokens(p.Left), BoughtAt: api.Instant(p.BoughtAt),
		ExpiresAt: api.Instant(p.ExpiresAt), Expired: api.Tokens(p.Expired), Withdrawn: api.Tokens(p.Withdrawn),
		Origin: originOf(p), Reason: p.Reason}
}

func originOf(p license.Pack) api.Origin {
	switch {
	case p.From != "":
		return api.OriginMoved
	case p.Reason != "":
		return api.OriginGranted
	}
	return api.OriginBought
}

func (s *Server) withdrawTokens(c *call, in api.WithdrawRequest) (api.PackAnswer, error) {
	pack, caller := c.r.PathValue("pack"), c.named(in.ID, in)
	s.seen(c, func(v desk.View) bool { return v.Team.Repeats(v.Now, caller) })
	_, _, err := s.desk.Withdraw(c.r.Context(), c.team, license.Withdraw{Caller: caller, Pack: pack,
		Tokens: license.Tokens(in.Tokens), Reason: in.Reason})
	if err != nil {
		return api.PackAnswer{}, err
	}
	var out api.PackAnswer
	out.Position, err = s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		out.Pack = packOf(*v.Team.Packs[pack], v.Now)
		return nil
	})
	return out, err
}

func (s *Server) moveTokens(c *call, in api.MoveRequest) (api.MoveAnswer, error) {
	caller := c.named(in.ID, in)
	s.seen(c, func(v desk.View) bool { return v.Team.Repeats(v.Now, caller) })
	_, err := s.desk.View(c.r.Context(), in.To, func(desk.View) error { return nil })
	if err != nil && problemOf(err).Code == api.CodeNotFound {
		return api.MoveAnswer{}, invalid("/to", errNoTeam.Detail)
	}
	if err != nil {
		return api.MoveAnswer{}, err
	}
	if in.To == c.team {
		return api.MoveAnswer{}, invalid("/to", "must be another team")
	}
	pos, err := s.desk.Move(c.r.Context(), c.team, in.To, license.Withdraw{Caller: caller,
		Tokens: license.Tokens(in.Tokens), Reason: in.Reason})
	return api.MoveAnswer{ID: in.ID, To: in.To, Tokens: in.Tokens, Position: pos}, err
}
