package license

import "fmt"

// InvitationLife is how long an invitation can be accepted from the instant it was sent (R8.4).
const InvitationLife = 7 * Day

// UserInvited says that an invitation was sent to a user again. The first one follows from UserAdded. Invitations stand
// beside the journal, and no decision hangs on them: who is assigned something has it, invited or not.
type UserInvited struct {
	User string `json:"user"`
}

// Kind implements Body.
func (*UserInvited) Kind() string { return "user_invited" }

func (b *UserInvited) apply(t *Team, _ *Entry) error {
	if u := t.Users[b.User]; u == nil || !u.Active {
		return fmt.Errorf("user %q is not in the team", b.User)
	}
	return nil
}

// Invite records that a user is sent an invitation again. A repeated request key sends no second one.
func (t *Team) Invite(now Instant, c Caller, user string) (Effect, error) {
	if again, err := t.repeated(now, c, new(UserInvited)); again || err != nil {
		return Effect{}, err
	}
	if _, err := t.member(user); err != nil {
		return Effect{}, err
	}
	b := &UserInvited{user}
	return t.record(now, c, b, t.at(now).due, b)
}
