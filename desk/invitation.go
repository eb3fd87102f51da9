package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// NoticeInvited is the kind of the notice that brings a person the code of an invitation.
const NoticeInvited = "invited"

// Invited is the body of that notice: the one place where the code stands. See docs/decisions/0007 for what that means.
type Invited struct {
	User      string          `json:"user"`
	Code      string          `json:"code"`
	ExpiresAt license.Instant `json:"expires_at"`
}

var (
	// errInvitation answers a code that is malformed, unknown, another team's, replaced, accepted or over: all alike.
	errInvitation         = &license.Error{Code: "invitation_invalid", Message: "there is no such invitation, or it cannot be accepted any more"}
	errInvitationAccepted = &license.Error{Code: "invitation_accepted", Message: "the invitation was accepted: there is nothing to send again"}
)

// The parts of a code: dpi_<team>_<secret, 32 hex>_<checksum, 8 hex>. The team says where to look; the checksum lets a
// scanner of leaked secrets know one without asking.
const (
	codePrefix  = "dpi_"
	secretBytes = 16
)

func newCode(team string) string {
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails
	code := codePrefix + team + "_" + hex.EncodeToString(secret)
	return code + "_" + codeSum(code)
}

func codeSum(code string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(code))) }

// readCode returns the team of a code and the hash that is kept of it.
func readCode(code string) (team string, hash journal.Hash, ok bool) {
	parts := strings.Split(code, "_")
	if len(parts) != 4 || parts[0]+"_" != codePrefix || len(parts[2]) != 2*secretBytes ||
		parts[3] != codeSum(strings.TrimSuffix(code, "_"+parts[3])) {
		return "", hash, false
	}
	return parts[1], sha256.Sum256([]byte(code)), true
}

// invite sends users of the turn's team an invitation each. The notice's id follows from the entry that was the team's
// last when it was sent, so that each sending has one and a retry none.
func (t *turn) invite(users ...string) {
	expires := t.now + license.InvitationLife
	for _, user := range users {
		code := newCode(t.book.name)
		t.invitations = append(t.invitations, journal.Invitation{Team: t.book.name, Person: user,
			Hash: sha256.Sum256([]byte(code)), SentAt: int64(t.now), ExpiresAt: int64(expires)})
		t.notices = append(t.notices, license.Notice{ID: fmt.Sprintf("invitation/%s/%d", user, t.team.Position),
			Kind: NoticeInvited, At: t.now, Body: Invited{user, code, expires}})
	}
}

// Invite sends a user an invitation again (R8.4); the one before can no longer be accepted. With a request key, a
// repetition sends none.
func (d *Desk) Invite(ctx context.Context, team string, c license.Caller, user string) (replayed bool, pos int64, err error) {
	accepted, err := d.accepted(ctx, team, user)
	if err != nil {
		return false, 0, err
	}
	pos, err = d.do(ctx, team, func(t *turn) error {
		id := t.book.user(user)
		if accepted && !t.team.Repeats(t.now, c) {
			return errInvitationAccepted
		}
		e, err := t.team.Invite(t.now, c, id)
		if replayed = err == nil && len(e.Entries) == 0; err == nil && !replayed {
			t.invite(id)
		}
		return t.add(e, err)
	})
	return replayed, pos, err
}

// accepted says whether a user, named by id or mail address, has accepted an invitation.
func (d *Desk) accepted(ctx context.Context, team, user string) (bool, error) {
	if _, err := d.View(ctx, team, func(v View) error { user = v.User(user); return nil }); err != nil {
		return false, err
	}
	sent, err := d.Invitations(ctx, team, user, user)
	return sent[user].AcceptedAt != 0, err
}

// Invitations are those of a team's users from one id to another, both included, by user.
func (d *Desk) Invitations(ctx context.Context, team, from, to string) (map[string]journal.Invitation, error) {
	all := map[string]journal.Invitation{}
	err := d.journal.Invitations(ctx, team, from, to, func(i journal.Invitation) error {
		all[i.Person] = i
		return nil
	})
	if err != nil {
		return nil, &Failure{err}
	}
	return all, nil
}

// Accepted is what accepting an invitation came to.
type Accepted struct {
	Team, User string
	Replayed   bool // the same request had accepted it before
	Position   int64
}

// AcceptInvitation accepts by code. An invitation is accepted once; the request's own key, if it has one, lets the same
// request be answered again. Nothing else of the team depends on it.
func (d *Desk) AcceptInvitation(ctx context.Context, code, key string) (done Accepted, err error) {
	team, hash, ok := readCode(code)
	if !ok {
		return done, errInvitation
	}
	done.Team = team
	for range 2 { // another one may accept it between look and change
		sent, ok, err := d.journal.InvitationOf(ctx, team, hash)
		if err != nil {
			return Accepted{}, &Failure{err}
		}
		if !ok {
			return Accepted{}, errInvitation
		}
		var now license.Instant
		if now, done.Position, err = d.invitee(ctx, team, sent.Person); err != nil {
			return Accepted{}, err
		}
		done.User, done.Replayed = sent.Person, sent.AcceptedAt != 0
		switch {
		case done.Replayed && key != "" && sent.Request == key:
			return done, nil
		case done.Replayed, now >= license.Instant(sent.ExpiresAt):
			return Accepted{}, errInvitation
		}
		if ok, err = d.journal.AcceptInvitation(ctx, team, hash, int64(now), key); err != nil {
			return Accepted{}, &Failure{err}
		}
		if ok {
			return done, nil
		}
	}
	return Accepted{}, errInvitation
}

// invitee makes sure that an invited person is still in the team, and returns the team's time and position.
func (d *Desk) invitee(ctx context.Context, team, user string) (now license.Instant, pos int64, err error) {
	pos, err = d.View(ctx, team, func(v View) error {
		now = v.Now
		if u := v.Team.Users[user]; u == nil || !u.Active {
			return errInvitation
		}
		return nil
	})
	return now, pos, err
}
