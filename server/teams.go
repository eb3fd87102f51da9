package server

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	_ "time/tzdata" // so that a time zone means the same on every machine

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/mailbox"
)

func (s *Server) createTeam(c *call, in api.TeamRequest) (api.Team, error) {
	if _, err := time.LoadLocation(in.TimeZone); err != nil {
		return api.Team{}, invalid("/time_zone", `must be a time zone's IANA name, such as "Europe/Berlin"`)
	}
	if err := mailbox.Check(in.PrimaryAdmin.Email); err != nil {
		return api.Team{}, invalid("/primary_admin/email", err.Error())
	}
	if in.PrimaryAdmin.ID == "" {
		in.PrimaryAdmin.ID = firstUserID(in)
	}
	c.team = in.ID
	s.seen(c, func(desk.View) bool { return true })
	_, err := s.desk.CreateTeam(c.r.Context(), c.who.By(), desk.NewTeam{ID: in.ID, Name: in.Name,
		Plan: cmp.Or(license.Plan(in.Plan), license.Standard), TimeZone: in.TimeZone,
		Admin: journal.Person{ID: in.PrimaryAdmin.ID, Name: in.PrimaryAdmin.Name, Email: in.PrimaryAdmin.Email}})
	if err != nil {
		return api.Team{}, err
	}
	return s.readTeam(c)
}

// firstUserID makes the id of a team's first user out of the request, so that the same request makes the same.
func firstUserID(in api.TeamRequest) string {
	sum := sha256.Sum256([]byte(in.ID + "\n" + strings.ToLower(in.PrimaryAdmin.Email)))
	return "u-" + hex.EncodeToString(sum[:10])
}

func (s *Server) readTeam(c *call) (out api.Team, err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		out = teamOf(v)
		return nil
	})
	out.Position = pos
	return out, err
}

func teamOf(v desk.View) api.Team {
	t := v.Team
	out := api.Team{ID: t.ID, Name: t.Name, Plan: api.Plan(t.Plan), TimeZone: cmp.Or(t.TimeZone, "UTC"),
		State: api.TeamActive, CreatedAt: api.Instant(t.CreatedAt)}
	if t.Suspended {
		out.State = api.TeamSuspended
	}
	for _, u := range t.Users {
		if u.Role == license.RolePrimaryAdmin && u.Active {
			p := v.Person(u.ID)
			out.PrimaryAdmin = api.PrimaryAdmin{ID: u.ID, Name: p.Name, Email: p.Email}
		}
	}
	return out
}

func (s *Server) listTeams(c *call) (api.List[api.Team], error) {
	p, err := api.ParsePage(c.query)
	if err != nil {
		return api.List[api.Team]{}, err
	}
	from, err := after(p.Cursor)
	if err != nil {
		return api.List[api.Team]{}, err
	}
	ids, err := s.desk.Teams(c.r.Context(), from, p.Limit+1)
	if err != nil {
		return api.List[api.Team]{}, err
	}
	out := api.List[api.Team]{Items: []api.Team{}}
	if len(ids) > p.Limit {
		ids = ids[:p.Limit]
		out.Next = cursorAfter(ids[p.Limit-1])
	}
	for _, id := range ids {
		each := *c
		each.team = id
		t, err := s.readTeam(&each)
		if err != nil {
			return api.List[api.Team]{}, err
		}
		out.Items = append(out.Items, t)
	}
	return out, nil
}

func (s *Server) suspendTeam(c *call, in api.SuspendRequest) (api.Team, error) {
	return s.setSuspended(c, true, in.Reason)
}

func (s *Server) resumeTeam(c *call, in api.SuspendRequest) (api.Team, error) {
	return s.setSuspended(c, false, in.Reason)
}

func (s *Server) setSuspended(c *call, suspended bool, reason string) (api.Team, error) {
	_, err := s.desk.Suspend(c.r.Context(), c.team, c.caller(), license.TeamSuspended{Suspended: suspended, Reason: reason})
	if err != nil {
		return api.Team{}, err
	}
	return s.readTeam(c)
}
