package identity

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"github.com/daypass/daypass/license"
)

// Rotate gives a key a new secret and lets the one before live on for a while, so that programs can change over.
// While an older secret still lives, it is the newer one that is replaced: so an answer that was lost can be asked for
// again, and no more than two live at once. With no time for the old one all that was there ends at once.
func (k *Keys) Rotate(ctx context.Context, team, id string, overlap license.Instant) (secret string, key Key, err error) {
	tx, err := k.writer.BeginTx(ctx, nil)
	if err != nil {
		return "", Key{}, fmt.Errorf("rotating a key: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	secret, err = rotate(ctx, tx, team, id, k.now(), overlap)
	if err != nil {
		return "", Key{}, err
	}
	err = key.read(tx.QueryRowContext(ctx, `SELECT `+listColumns+` FROM api_key WHERE team = $1 AND id = $2`, team, id).Scan)
	if err == nil {
		err = tx.Commit()
	}
	k.ended(team, func(p Principal) bool { return p.Key == id })
	if err != nil {
		return "", Key{}, fmt.Errorf("rotating a key: %w", err)
	}
	return secret, key, nil
}

// rotate writes the new secret of a key that lives. One statement decides which secret is the old one, so that two
// servers cannot both.
func rotate(ctx context.Context, tx *sql.Tx, team, id string, now, overlap license.Instant) (string, error) {
	var lookup string
	var revoked, expires license.Instant
	err := tx.QueryRowContext(ctx, `SELECT lookup, revoked_at, expires_at FROM api_key WHERE team = $1 AND id = $2`, team, id).
		Scan(&lookup, &revoked, &expires)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", ErrUnknown
	case err != nil:
		return "", fmt.Errorf("rotating a key: %w", err)
	case revoked != 0, expires != 0 && now >= expires:
		return "", ErrEnded
	}
	secret := newSecret(lookup)
	hash := sha256.Sum256([]byte(secret))
	result, err := tx.ExecContext(ctx, `UPDATE api_key SET
		old_hash = CASE WHEN old_until > $1 THEN old_hash ELSE hash END,
		old_until = CASE WHEN old_until > $1 AND old_until < $2 THEN old_until ELSE $2 END,
		hash = $3 WHERE lookup = $4 AND revoked_at = 0`,
		int64(now), int64(now+overlap), hash[:], lookup)
	if err != nil {
		return "", fmt.Errorf("rotating a key: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return "", errors.Join(ErrEnded, err)
	}
	return secret, nil
}
