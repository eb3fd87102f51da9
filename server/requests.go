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

func (s *Server) askAccess(c *call, in api.AccessAsk) (api.AccessRequest, error) {
	user, err := c.mine(in.User)
	if err != nil {
		return api.AccessRequest{}, err
	}
	ask := license.Ask{Caller: c.caller(), Request: in.ID, User: user, Product: in.Product, Reason: in.Reason}
	a, err := s.desk.Ask(c.r.Context(), c.team, ask)
	if err != nil {
		return api.AccessRequest{}, askError(err)
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

func (s *Server) approveAccess(c *call, in api.ApproveRequest) (api.AccessRequest, error) {
	decide := license.Decide{Caller: c.caller(), Request: c.r.PathValue("request")}
	if in.Days != nil {
		decide.Days = *in.Days
	}
	if in.Passes != nil {
		decide.Passes = *in.Passes
	}
	a, err := s.desk.Approve(c.r.Context(), c.team, decide)
	if err != nil {
		return api.AccessRequest{}, err
	}
	return s.accessAnswer(c, a), nil
}

func (s *Server) declineAccess(c *call, in api.DeclineRequest) (api.AccessRequest, error) {
	a, err := s.desk.Decline(c.r.Context(), c.team, license.Decide{Caller: c.caller(), Request: c.r.PathValue("request"), Reason: in.Reason})
	if err != nil {
		return api.AccessRequest{}, err
	}
	return s.accessAnswer(c, a), nil
}

func (s *Server) accessAnswer(c *call, a desk.Asked) api.AccessRequest {
	c.replayed = a.Replayed
	out := accessOf(a, s.desk.Now())
	out.Position = a.Position
	return out
}

func (s *Server) readRequest(c *call) (out api.AccessRequest, err error) {
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

func (s *Server) listRequests(c *call) (out api.List[api.AccessRequest], err error) {
	state := api.AccessState(c.query.Get("state"))
	if c.query.Has("state") && !slices.Contains(accessStates, state) {
		return out, api.NewProblem(api.CodeQueryInvalid, "state must be open, approved, ended, declined or lapsed")
	}
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) (err error) {
		reach := c.reach()
		ids := slices.DeleteFunc(slices.Sorted(maps.Keys(v.Team.Wishes)), func(id string) bool {
			w := v.Team.WishAt(id, v.Now)
			return w == nil || !w.Within(reach) || state != "" && stateOf(w, v.Now) != state
		})
		request := func(id string) api.AccessRequest {
			a, _ := v.Wish(id)
			return accessOf(a, v.Now)
		}
		out, err = page(c, ids, func(id string) string { return id }, request, 0)
		return err
	})
	out.Position = pos
	return out, err
}

var accessStates = []api.AccessState{api.AccessOpen, api.AccessApproved, api.AccessEnded, api.AccessDeclined, api.AccessLapsed}

// stateOf is where a request is at an instant: its end needs no record (R1.4).
func stateOf(w *license.Wish, now license.Instant) api.AccessState {
	if w.State == license.WishApproved && !w.Grants(now) {
		return api.AccessEnded
	}
	return api.AccessState(w.State)
}

func accessOf(a desk.Asked, now license.Instant) api.AccessRequest {
	out := api.AccessRequest{ID: a.ID, User: a.User, Product: a.Wish.Product, Reason: a.Reason, State: stateOf(&a.Wish, now),
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
