package license

import (
	"fmt"
	"slices"
)

// UserAdded adds a person, or takes a removed one back.
type UserAdded struct {
	User string `json:"user"`
	Role Role   `json:"role"`
}

// Kind implements Body.
func (*UserAdded) Kind() string { return "user_added" }

func (b *UserAdded) apply(t *Team, _ *Entry) error {
	u := t.Users[b.User]
	if u == nil {
		u = &User{ID: b.User}
		t.Users[b.User] = u
	}
	if u.Active {
		return fmt.Errorf("user %q is in the team already", b.User)
	}
	u.Role, u.Active = b.Role, true
	return nil
}

// AddUsers adds people, all or none (R8.2), and returns who was added. A repeated request key gives the
// first answer.
func (t *Team) AddUsers(now Instant, c Caller, users []UserAdded) ([]UserAdded, Effect, error) {
	var first []UserAdded
	if again, err := t.repeated(now, c, &first); again || err != nil {
		return first, Effect{}, err
	}
	bodies := make([]Body, 0, len(users))
	seen := map[string]bool{}
	for i := range users {
		u := users[i]
		if old := t.Users[u.User]; seen[u.User] || (old != nil && old.Active) {
			return nil, Effect{}, fail(ErrUserExists, "the user %q is in the team already", u.User)
		}
		if !u.Role.given() {
			return nil, Effect{}, errRole(u.Role)
		}
		if u.Role == RoleSecondaryAdmin && !t.decidesAdmins(c) {
			return nil, Effect{}, errNotPrimary
		}
		seen[u.User] = true
		bodies = append(bodies, &u)
	}
	effect, err := t.record(now, c, users, t.at(now).due, bodies...)
	return users, effect, err
}

// UserRemoved takes a person out: seats become free, the history stays (R8.9).
type UserRemoved struct {
	User string `json:"user"`
}

// Kind implements Body.
func (*UserRemoved) Kind() string { return "user_removed" }

func (b *UserRemoved) apply(t *Team, e *Entry) error {
	u := t.Users[b.User]
	if u == nil || !u.Active {
		return fmt.Errorf("user %q is not in the team", b.User)
	}
	for _, g := range slices.Clone(u.Groups) {
		t.leave(t.Groups[g], []string{u.ID})
	}
	for _, a := range slices.Clone(u.Assigned) {
		t.takeBack([]*User{u}, a.What, "")
	}
	t.takeBack([]*User{u}, FlexCode, "")
	u.Active, u.Own, u.Trials = false, nil, nil
	t.lapse(u.ID, e)
	return nil
}

// RemoveUser takes a person out; doing it again changes nothing.
func (t *Team) RemoveUser(now Instant, c Caller, user string) (Effect, error) {
	u := t.Users[user]
	switch {
	case u == nil:
		return Effect{}, fail(ErrUserUnknown, "there is no user %q", user)
	case u.Role == RolePrimaryAdmin && u.Active:
		return Effect{}, fail(ErrLastPrimary, "%s is the primary admin: hand the team over first (R8.1)", user)
	case !u.Active:
		return Effect{}, nil
	case u.Role == RoleSecondaryAdmin && c.By != asPerson+user && !t.decidesAdmins(c):
		return Effect{}, errNotPrimary
	}
	return t.change(now, c, &UserRemoved{user})
}

// Administrates says that somebody is an admin of the team.
func (u *User) Administrates() bool {
	return u.Role == RolePrimaryAdmin || u.Role == RoleSecondaryAdmin
}

// member returns an active user.
func (t *Team) member(user string) (*User, error) {
	u := t.Users[user]
	if u == nil || !u.Active {
		return nil, fail(ErrUserUnknown, "there is no user %q in the team", user)
	}
	return u, nil
}
