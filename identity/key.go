package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/daypass/daypass/license"
)

// Key is a team's key without its secret.
type Key struct {
	ID        string
	Role      Role
	User      string   // that it acts as; empty: it acts in its own name
	Products  []string // that it is bound to; nil: all
	MadeBy    string   // as entries name who made it; empty: it was made before this was kept
	CreatedAt license.Instant
	ExpiresAt license.Instant // 0: never
	RevokedAt license.Instant // 0: not
	UsedAt    license.Instant // about a minute exact; 0: never
	OldUntil  license.Instant // when the secret before the present one ends; 0: there was none
}

// Ended says that the key opens nothing any more.
func (k Key) Ended(now license.Instant) bool {
	return k.RevokedAt != 0 || k.ExpiresAt != 0 && now >= k.ExpiresAt
}

// Create makes a key of a team, or of the operator and NoTeam, and returns its secret, which is not kept and cannot be
// shown again. Of key the instants but the end are set here.
func (k *Keys) Create(ctx context.Context, team string, key Key) (secret string, _ Key, _ error) {
	switch key.Role {
	case Admin, Reports, Product, User, Operator:
	default:
		return "", Key{}, fmt.Errorf("the role %q is not admin, reports, product, user or operator", key.Role)
	}
	if (key.Role == Operator) != (team == NoTeam) {
		return "", Key{}, fmt.Errorf("a key of role %q cannot be of the team %q", key.Role, team)
	}
	key.CreatedAt, key.RevokedAt, key.UsedAt, key.OldUntil = k.now(), 0, 0, 0
	lookup := random(lookupLen / 2)
	secret = newSecret(lookup)
	hash := sha256.Sum256([]byte(secret))
	result, err := k.writer.ExecContext(ctx,
		`INSERT INTO api_key (lookup, team, id, role, person, products, made_by, hash, created_at, expires_at, revoked_at)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0) ON CONFLICT (team, id) DO NOTHING`,
		lookup, team, key.ID, string(key.Role), key.User, joined(key.Products), key.MadeBy, hash[:], int64(key.CreatedAt), int64(key.ExpiresAt))
	if err != nil {
		return "", Key{}, fmt.Errorf("keeping a key: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return "", Key{}, errors.Join(ErrExists, err)
	}
	return secret, key, nil
}

// listColumns are those of a Key, in the order of its fields.
const listColumns = `id, role, person, products, made_by, created_at, expires_at, revoked_at, used_at, old_until`

func (key *Key) read(scan func(...any) error) error {
	var products string
	err := scan(&key.ID, &key.Role, &key.User, &products, &key.MadeBy, &key.CreatedAt, &key.ExpiresAt, &key.RevokedAt, &key.UsedAt, &key.OldUntil)
	key.Products = listed(products)
	return err
}

// List returns the keys of a team, oldest first.
func (k *Keys) List(ctx context.Context, team string) ([]Key, error) {
	rows, err := k.reader.QueryContext(ctx,
		`SELECT `+listColumns+` FROM api_key WHERE team = $1 ORDER BY created_at, id`, team)
	if err != nil {
		return nil, fmt.Errorf("listing keys: %w", err)
	}
	defer rows.Close()
	keys := []Key{}
	for rows.Next() {
		var key Key
		if err := key.read(rows.Scan); err != nil {
			return nil, fmt.Errorf("listing keys: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// Revoke ends a key: once it returns, every server refuses it. False says that the team has no such key, or that it was
// revoked before.
func (k *Keys) Revoke(ctx context.Context, team, id string) (bool, error) {
	n, err := k.revoke(ctx, team, `id`, id)
	// Also when there was nothing to revoke any more: whoever has just done it may not have been answered.
	k.ended(team, func(p Principal) bool { return p.Key == id })
	return n > 0, err
}

// RevokeUser ends all keys that act as a user, and says how many there were. It is for users who were removed: nobody
// has to wait for it where there are none.
func (k *Keys) RevokeUser(ctx context.Context, team, user string) (int64, error) {
	n, err := k.revoke(ctx, team, `person`, user)
	if n > 0 || err != nil {
		k.ended(team, func(p Principal) bool { return p.User == user })
	}
	return n, err
}

func (k *Keys) revoke(ctx context.Context, team, column, value string) (int64, error) {
	result, err := k.writer.ExecContext(ctx,
		`UPDATE api_key SET revoked_at = $1 WHERE team = $2 AND `+column+` = $3 AND revoked_at = 0`, int64(k.now()), team, value)
	if err != nil {
		return 0, fmt.Errorf("revoking keys: %w", err)
	}
	return result.RowsAffected()
}
