package server

import (
	"cmp"
	"maps"
	"slices"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// errNoRequest answers for a request that is not there, and for one that is not the caller's.
var errNoRequest = api.NewProblem(api.CodeNotFound, "there is no such request")

func (s *Server) requestAccess(c *call, in api.WishRequest) (api.Wish, error) {
	user, err := c.mine(in.User)
	if err != nil {
		return api.Wish{}, err
	}
	ask := license.Ask{Caller: c.caller(), Request: in.ID, User: user, Product: in.Product, Reason: in.Reason}
	a, err := s.desk.Ask(c.r.Context(), c.team, ask)
	if err != nil {
		return api.Wish{}, askError(err)
	}
	return s.accessAnswer(c, a), nil
}

// askError says which field of the body names what is not there.
func askError(err error) error {
	switch ruleCode(err) {
	case license.ErrUserUnknown:
		return orInvalid(err, "/user")
	case license.ErrWhatUnknown:
		return orInvalid(err, "/product")
	}
	return err
}

func (s *Server) approveAccess(c *call, in api.ApproveRequest) (api.Wish, error) {
	decide := license.Decide{Caller: c.caller(), Request: c.r.PathValue("request")}
	if in.Days != nil {
		decide.Days = *in.Days
	}
	if in.Passes != nil {
		decide.Passes = *in.Passes
	}
	a, err := s.desk.Approve(c.r.Context(), c.team, decide)
	if err != nil {
		return api.Wish{}, err
	}
	return s.accessAnswer(c, a), nil
}

func (s *Server) declineAccess(c *call, in api.DeclineRequest) (api.Wish, error) {
	a, err := s.desk.Decline(c.r.Context(), c.team, license.Decide{Caller: c.caller(), Request: c.r.PathValue("request"), Reason: in.Reason})
	if err != nil {
		return api.Wish{}, err
	}
	return s.accessAnswer(c, a), nil
}

func (s *Server) accessAnswer(c *call, a desk.Asked) api.Wish {
	c.replayed = a.Replayed
	out := accessOf(a, s.desk.Now())
	out.Position = a.Position
	return out
}

func (s *Server) readRequest(c *call) (out api.Wish, err error) {
	out.Position, err = s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		a, there := v.Wish(c.r.PathValue("request"))
		if !there || !a.Within(c.reach()) {
			return errNoRequest
		}
		out = accessOf(a, v.Now)
		return nil
	})
	return out, err
}

func (s *Server) listRequests(c *call) (out api.List[api.Wish], err error) {
	state := api.WishState(c.query.Get("state"))
	if c.query.Has("state") && !slices.Contains(accessStates, state) {
		return out, api.NewProblem(api.CodeQueryInvalid, "state must be open, approved, ended, declined or lapsed")
	}
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) (err error) {
		reach := c.reach()
		ids := slices.DeleteFunc(slices.Sorted(maps.Keys(v.Team.Wishes)), func(id string) bool {
			w := v.Team.WishAt(id, v.Now)
			return w == nil || !w.Within(reach) || state != "" && stateOf(w, v.Now) != state
		})
		request := func(id string) api.Wish {
			a, _ := v.Wish(id)
			return accessOf(a, v.Now)
		}
		out, err = page(c, ids, func(id string) string { return id }, request, 0)
		return err
	})
	out.Position = pos
	return out, err
}

var accessStates = []api.WishState{api.WishOpen, api.WishApproved, api.WishEnded, api.WishDeclined, api.WishLapsed}

// stateOf is where a request is at an instant: its end needs no record (R1.4).
func stateOf(w *license.Wish, now license.Instant) api.WishState {
	if w.State == license.WishApproved && !w.Grants(now) {
		return api.WishEnded
	}
	return api.WishState(w.State)
}

func accessOf(a desk.Asked, now license.Instant) api.Wish {
	out := api.Wish{ID: a.ID, User: a.User, Product: a.Wish.Product, Reason: a.Reason, State: stateOf(&a.Wish, now),
		AskedAt: api.Instant(a.At), AskedBy: a.By, DecidedAt: instantOrNull(a.DecidedAt), DecidedBy: a.DecidedBy,
		Declined: a.Answer, Until: instantOrNull(a.Until),
		Use: api.UseSoFar{Total: periodTokens(a.All), Product: periodTokens(a.InProduct)}}
	if a.Days > 0 {
		out.Days = &a.Days
	}
	if a.Passes > 0 {
		out.Passes, out.Used = &a.Passes, &a.Used
	}
	if a.Priced {
		out.Rate = &api.AskedRate{Tokens: api.Tokens(a.Rate), Per: cmp.Or(a.Unit, "pass")}
	}
	if a.Pass != nil {
		out.Use.LatestPass = &api.Pass{ID: a.Pass.ID, From: api.Instant(a.Pass.From), Until: api.Instant(a.Pass.Until)}
	}
	return out
}

func periodTokens(s license.SpentSoFar) api.PeriodTokens {
	return api.PeriodTokens{Day: api.Tokens(s.Day), Week: api.Tokens(s.Week), Month: api.Tokens(s.Month)}
}

// instantOrNull is null for an instant that is not set.
func instantOrNull(i license.Instant) *api.Instant {
	if i == 0 {
		return nil
	}
	return new(api.Instant(i))
}
