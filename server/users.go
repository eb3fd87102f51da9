package server

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"maps"
	"slices"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/mailbox"
)

// newUserID makes an id for a user who was given none.
func newUserID() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b) // never fails
	return "u-" + hex.EncodeToString(b)
}

// idFor is the id of a person to add: the one they had when they were in the team before, else a new one.
func (s *Server) idFor(c *call, email string) (id string, err error) {
	_, err = s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		if u := v.Team.Users[v.User(email)]; u != nil && !u.Active && mailbox.Key(v.Person(u.ID).Email) == mailbox.Key(email) {
			id = u.ID
		}
		return nil
	})
	return cmp.Or(id, newUserID()), err
}

func (s *Server) addUser(c *call, in api.UserRequest) (out api.User, err error) {
	if err := mailbox.Check(in.Email); err != nil {
		return out, invalid("/email", err.Error())
	}
	in.Role = cmp.Or(in.Role, api.RoleUser)
	caller, id := c.caller(), in.ID
	if id == "" {
		caller = c.keyed(in)
		if id, err = s.idFor(c, in.Email); err != nil {
			return out, err
		}
	}
	added, _, err := s.desk.AddUsers(c.r.Context(), c.team, caller,
		[]desk.AddUser{{ID: id, Name: in.Name, Email: in.Email, Role: license.Role(in.Role)}})
	if rule := new(license.Error); errors.As(err, &rule) && rule.Code == license.ErrUserExists {
		return s.sameUser(c, in, err)
	}
	if err != nil {
		return out, err
	}
	c.replayed = added[0].User != id
	return s.user(c, added[0].User)
}

// sameUser answers a repetition: an id that the caller chose names the request.
func (s *Server) sameUser(c *call, in api.UserRequest, exists error) (api.User, error) {
	if in.ID == "" {
		return api.User{}, exists
	}
	u, err := s.user(c, in.ID)
	if err != nil || !u.Active || u.ID != in.ID || u.Name != in.Name || mailbox.Key(u.Email) != mailbox.Key(in.Email) || u.Role != in.Role {
		return api.User{}, exists
	}
	c.replayed = true
	return u, nil
}

// user reads a user by id or mail.
func (s *Server) user(c *call, idOrMail string) (out api.User, err error) {
	out.Position, err = s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		u := v.Team.Users[v.User(idOrMail)]
		if u == nil {
			return errNoUser
		}
		out = userOf(v, u)
		return nil
	})
	if err != nil {
		return out, err
	}
	one := []api.User{out}
	err = s.addInvitations(c, one)
	return one[0], err
}

func userOf(v desk.View, u *license.User) api.User {
	p := v.Person(u.ID)
	out := api.User{ID: u.ID, Name: p.Name, Email: p.Email, Role: api.Role(u.Role), Active: u.Active, Flex: u.Flex,
		Assignments: make([]api.Assignment, len(u.Assigned))}
	for i, a := range u.Assigned {
		out.Assignments[i] = api.Assignment{What: a.What, Kind: api.SubscriptionKind(a.Kind)}
	}
	return out
}

func (s *Server) readUser(c *call) (api.User, error) { return s.user(c, c.r.PathValue("user")) }

func (s *Server) listUsers(c *call) (out api.List[api.User], err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) (err error) {
		ids := slices.Sorted(maps.Keys(v.Team.Users))
		user := func(id string) api.User { return userOf(v, v.Team.Users[id]) }
		out, err = page(c, ids, func(id string) string { return id }, user, 0)
		return err
	})
	if err != nil {
		return out, err
	}
	out.Position = pos
	return out, s.addInvitations(c, out.Items)
}

// removeUser takes a person out, and then revokes the keys that act as them: they are worth nothing already, and must
// not come to life when the person is added again. Where that fails, the same request again does it.
func (s *Server) removeUser(c *call) (api.User, error) {
	user := c.r.PathValue("user")
	if _, err := s.desk.RemoveUser(c.r.Context(), c.team, c.caller(), user); err != nil {
		return api.User{}, err
	}
	out, err := s.user(c, user)
	if err != nil {
		return api.User{}, err
	}
	if _, err := s.keys.RevokeUser(c.r.Context(), c.team, out.ID); err != nil {
		return api.User{}, &unavailable{err}
	}
	return out, nil
}

func (s *Server) changeRole(c *call, in api.RoleRequest) (api.User, error) {
	user := c.r.PathValue("user")
	if _, err := s.desk.ChangeRole(c.r.Context(), c.team, c.caller(), user, license.Role(in.Role)); err != nil {
		return api.User{}, err
	}
	return s.user(c, user)
}

func (s *Server) handOver(c *call, in api.HandOverRequest) (api.Team, error) {
	if _, err := s.desk.HandOver(c.r.Context(), c.team, c.caller(), in.To); err != nil {
		return api.Team{}, orInvalid(err, "/to")
	}
	return s.readTeam(c)
}
