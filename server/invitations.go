package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// inviteUser sends an invitation again.
func (s *Server) inviteUser(c *call, in api.InvitationRequest) (out api.User, err error) {
	user := c.r.PathValue("user")
	c.replayed, _, err = s.desk.Invite(c.r.Context(), c.team, c.keyed(in), user)
	if err != nil {
		return out, err
	}
	return s.user(c, user)
}

// acceptInvitation accepts by code; whoever has it may.
func (s *Server) acceptInvitation(c *call, in api.AcceptRequest) (api.Accepted, error) {
	done, err := s.desk.AcceptInvitation(c.r.Context(), in.Code, c.key)
	c.replayed = done.Replayed
	return api.Accepted{Team: done.Team, User: done.User, Position: done.Position}, err
}

// addInvitations adds to users, who are sorted by id, what became of their invitations.
func (s *Server) addInvitations(c *call, users []api.User) error {
	if len(users) == 0 {
		return nil
	}
	sent, err := s.desk.Invitations(c.r.Context(), c.team, users[0].ID, users[len(users)-1].ID)
	if err != nil {
		return err
	}
	now := s.desk.Now()
	for i := range users {
		if v, ok := sent[users[i].ID]; ok {
			users[i].Invitation = invitationOf(v, now)
		}
	}
	return nil
}

func invitationOf(v journal.Invitation, now license.Instant) *api.Invitation {
	out := &api.Invitation{State: api.InvitationPending, SentAt: api.Instant(v.SentAt), ExpiresAt: api.Instant(v.ExpiresAt)}
	switch {
	case v.AcceptedAt != 0:
		at := api.Instant(v.AcceptedAt)
		out.State, out.AcceptedAt = api.InvitationAccepted, &at
	case int64(now) >= v.ExpiresAt:
		out.State = api.InvitationExpired
	}
	return out
}
