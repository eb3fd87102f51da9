package license

import (
	"fmt"
	"strings"
)

// given says that a role can be given to somebody; that of the primary admin is handed over.
func (r Role) given() bool { return r == RoleUser || r == RoleGuest || r == RoleSecondaryAdmin }

func errRole(r Role) error {
	return fail(ErrInvalid, "the role %q is not user, guest or secondary_admin", r)
}

// asPerson is how callers who act as a person are named (Caller.By).
const asPerson = "user:"

// decidesAdmins reports whether a caller decides who is an admin: the primary admin and the operator do; a secondary
// admin, or a key in its own name, does not (R8.1).
func (t *Team) decidesAdmins(c Caller) bool {
	id, person := strings.CutPrefix(c.By, asPerson)
	if !person {
		return !strings.HasPrefix(c.By, "key:")
	}
	u := t.Users[id]
	return u != nil && u.Active && u.Role == RolePrimaryAdmin
}

var errNotPrimary = fail(ErrForbidden, "only the primary admin decides who is an admin (R8.1)")

// RoleChanged changes what a person is in the team.
type RoleChanged struct {
	User string `json:"user"`
	Role Role   `json:"role"`
}

// Kind implements Body.
func (*RoleChanged) Kind() string { return "role_changed" }

func (b *RoleChanged) apply(t *Team, _ *Entry) error {
	u := t.Users[b.User]
	if u == nil || !u.Active || u.Role == RolePrimaryAdmin || !b.Role.given() {
		return fmt.Errorf("user %q cannot become %q (R8.1)", b.User, b.Role)
	}
	u.Role = b.Role
	return nil
}

// ChangeRole makes a person a user, a guest or a secondary admin; doing it again changes nothing.
func (t *Team) ChangeRole(now Instant, c Caller, user string, role Role) (Effect, error) {
	u, err := t.member(user)
	switch {
	case err != nil:
		return Effect{}, err
	case !role.given():
		return Effect{}, errRole(role)
	case u.Role == RolePrimaryAdmin:
		return Effect{}, fail(ErrLastPrimary, "%s is the primary admin: hand the team over first (R8.1)", user)
	case u.Role == role:
		return Effect{}, nil
	case (u.Role == RoleSecondaryAdmin || role == RoleSecondaryAdmin) && !t.decidesAdmins(c):
		return Effect{}, errNotPrimary
	}
	return t.change(now, c, &RoleChanged{user, role})
}

// HandedOver makes a secondary admin the primary one, and the primary one a secondary.
type HandedOver struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Kind implements Body.
func (*HandedOver) Kind() string { return "handed_over" }

func (b *HandedOver) apply(t *Team, _ *Entry) error {
	from, to := t.Users[b.From], t.Users[b.To]
	if from == nil || from.Role != RolePrimaryAdmin || to == nil || !to.Active || to.Role != RoleSecondaryAdmin {
		return fmt.Errorf("%q cannot hand over to %q (R8.1)", b.From, b.To)
	}
	from.Role, to.Role = RoleSecondaryAdmin, RolePrimaryAdmin
	return nil
}

// HandOver hands the team over to a secondary admin; to who has it already changes nothing.
func (t *Team) HandOver(now Instant, c Caller, to string) (Effect, error) {
	u, err := t.member(to)
	switch {
	case err != nil:
		return Effect{}, err
	case u.Role == RolePrimaryAdmin:
		return Effect{}, nil
	case !t.decidesAdmins(c):
		return Effect{}, errNotPrimary
	case u.Role != RoleSecondaryAdmin:
		return Effect{}, fail(ErrNotSecondary, "%s is not a secondary admin: a team is handed over to one of them (R8.1)", to)
	}
	return t.change(now, c, &HandedOver{t.primary(), to})
}

// primary is the id of the primary admin.
func (t *Team) primary() string {
	for id, u := range t.Users {
		if u.Role == RolePrimaryAdmin {
			return id
		}
	}
	return ""
}

// checkPrimary is a team's one primary admin.
func (t *Team) checkPrimary() error {
	n := 0
	for _, u := range t.Users {
		if u.Role == RolePrimaryAdmin && u.Active {
			n++
		}
	}
	if n != 1 && t.Position > 0 {
		return fmt.Errorf("the team has %d primary admins (R8.1)", n)
	}
	return nil
}
