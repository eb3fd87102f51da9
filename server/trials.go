package server

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

func (s *Server) grantTrial(c *call, in api.TrialRequest) (api.Trial, error) {
	user, err := s.readUser(c)
	if err != nil {
		return api.Trial{}, err
	}
	what := c.r.PathValue("product")
	_, err = s.desk.GrantTrial(c.r.Context(), c.team, c.caller(), license.TrialGranted{User: user.ID, Product: what,
		Until: license.Instant(*in.Until)})
	if err != nil {
		return api.Trial{}, err
	}
	return s.trial(c, user.ID, what)
}

func (s *Server) endTrial(c *call) (api.Trial, error) {
	user, err := s.readUser(c)
	if err != nil {
		return api.Trial{}, err
	}
	what := c.r.PathValue("product")
	if _, err := s.desk.EndTrial(c.r.Context(), c.team, c.caller(), user.ID, what); err != nil {
		return api.Trial{}, err
	}
	return s.trial(c, user.ID, what)
}

// trial is a trial as it is now; one that never was is not there.
func (s *Server) trial(c *call, user, product string) (out api.Trial, err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		for _, t := range v.Team.TrialsOf(user) {
			if t.Product == product {
				out = trialOf(v, t)
				return nil
			}
		}
		return api.NewProblem(api.CodeNotFound, "there is no such trial")
	})
	out.Position = pos
	return out, err
}

func trialOf(v desk.View, t license.Trial) api.Trial {
	return api.Trial{User: t.User, Product: t.Product, Until: api.Instant(t.Until), Running: v.Now < t.Until}
}

// listTrials lists the trials of one user, or of all, by user and product.
func (s *Server) listTrials(c *call) (out api.List[api.Trial], err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) (err error) {
		var trials []license.Trial
		if user := c.query.Get("user"); user != "" {
			trials = v.Team.TrialsOf(v.User(user))
		} else {
			for id := range maps.Keys(v.Team.Users) {
				trials = append(trials, v.Team.TrialsOf(id)...)
			}
		}
		slices.SortFunc(trials, func(a, b license.Trial) int {
			return cmp.Or(strings.Compare(a.User, b.User), strings.Compare(a.Product, b.Product))
		})
		key := func(t license.Trial) string { return t.User + " " + t.Product }
		out, err = page(c, trials, key, func(t license.Trial) api.Trial { return trialOf(v, t) }, 0)
		return err
	})
	out.Position = pos
	return out, err
}
