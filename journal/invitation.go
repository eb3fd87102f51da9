package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Invitation asks a person to accept being in a team (R8.4). A person has one: the latest that was sent.
type Invitation struct {
	Team, Person string
	Hash         Hash  // SHA-256 of its code
	SentAt       int64 // this and the following in milliseconds
	ExpiresAt    int64 // from then on it cannot be accepted
	AcceptedAt   int64 // 0: not yet
	Request      string
}

const invitationColumns = `team, id, hash, sent_at, expires_at, accepted_at, request`

// Invitations gives fn the invitations of a team's people from one id to another, both included, sorted by id.
func (j *Journal) Invitations(ctx context.Context, team, from, to string, fn func(Invitation) error) error {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	rows, err := j.view().QueryContext(ctx, `SELECT `+invitationColumns+` FROM invitation
		WHERE team = $1 AND id BETWEEN $2 AND $3 ORDER BY id`, team, from, to)
	if err != nil {
		return fmt.Errorf("journal: read the invitations of %s: %w", team, err)
	}
	defer rows.Close()
	for rows.Next() {
		i, err := scanInvitation(rows.Scan)
		if err != nil {
			return fmt.Errorf("journal: read the invitations of %s: %w", team, err)
		}
		if err := fn(i); err != nil {
			return err
		}
	}
	return rows.Err()
}

// InvitationOf finds an invitation by the hash of its code; ok is false when there is none.
func (j *Journal) InvitationOf(ctx context.Context, team string, hash Hash) (i Invitation, ok bool, err error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	row := j.view().QueryRowContext(ctx, `SELECT `+invitationColumns+` FROM invitation WHERE team = $1 AND hash = $2`, team, hash[:])
	i, err = scanInvitation(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Invitation{}, false, nil
	}
	if err != nil {
		return Invitation{}, false, fmt.Errorf("journal: find an invitation of %s: %w", team, err)
	}
	return i, true, nil
}

func scanInvitation(scan func(...any) error) (i Invitation, err error) {
	var hash []byte
	err = scan(&i.Team, &i.Person, &hash, &i.SentAt, &i.ExpiresAt, &i.AcceptedAt, &i.Request)
	copy(i.Hash[:], hash)
	return i, err
}

// AcceptInvitation notes that an invitation was accepted, at an instant and by a request. Of several at once, on
// whichever servers, one does; false says that it was not this one, or that the invitation is gone or over.
func (j *Journal) AcceptInvitation(ctx context.Context, team string, hash Hash, at int64, request string) (bool, error) {
	n, err := j.change(ctx, `UPDATE invitation SET accepted_at = $1, request = $2
		WHERE team = $3 AND hash = $4 AND accepted_at = 0 AND expires_at > $5`, at, request, team, hash[:], at)
	if err != nil {
		return false, fmt.Errorf("journal: accept an invitation of %s: %w", team, err)
	}
	return n == 1, nil
}

// latestInvitations keeps the last of several to one person: a statement can set a row once.
func latestInvitations(all []Invitation) []Invitation {
	last := make(map[[2]string]int, len(all))
	for i := range all {
		last[[2]string{all[i].Team, all[i].Person}] = i
	}
	latest := make([]Invitation, 0, len(last))
	for i := range all {
		if last[[2]string{all[i].Team, all[i].Person}] == i {
			latest = append(latest, all[i])
		}
	}
	return latest
}
