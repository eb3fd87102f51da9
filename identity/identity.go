// Package identity says who is calling. For now callers are programs with keys: the operator's, and those
// of teams. It turns a bearer credential into a Principal; what a principal may do is the server's one table.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"sync"

	"github.com/daypass/daypass/license"
)

// Role is what a credential may act as.
type Role string

// The roles of credentials.
const (
	Anyone   Role = ""         // no credential
	Operator Role = "operator" // runs Daypass; every team
	Admin    Role = "admin"    // administrates one team
	Reports  Role = "reports"  // reads one team
	Product  Role = "product"  // opens sessions and starts jobs for users it names, in one team
)

// Principal is who is calling.
type Principal struct {
	Role Role
	Team string // empty for the operator and for anyone
	Key  string // the id of the key; empty for the operator
}

// By is how entries name the principal.
func (p Principal) By() string {
	if p.Role == Operator {
		return "operator"
	}
	return "key:" + p.Key
}

// ErrInvalid answers a credential that is malformed, unknown, expired or revoked: all alike.
var ErrInvalid = errors.New("the credential is not valid")

// ErrExists answers the creation of a key whose id is taken.
var ErrExists = errors.New("the key exists already")

// Key is a team's key without its secret.
type Key struct {
	ID        string
	Role      Role
	CreatedAt license.Instant
	ExpiresAt license.Instant // 0: never
	RevokedAt license.Instant // 0: not
}

// Keys are the credentials of a server. Secrets are kept as SHA-256 only: they are random, so a slow hash
// would add nothing.
type Keys struct {
	writer, reader *sql.DB
	now            func() license.Instant
	operator       [32]byte // hash of the operator's credential
	asker          *asker   // nil: nobody else changes keys, and what was read once is known

	mu      sync.RWMutex
	known   map[string]known // by look-up part; only keys that exist
	changes int              // revocations so far: what was read before one is not noted after it
}

type known struct {
	hash      []byte
	principal Principal
	expiresAt license.Instant
	revokedAt license.Instant
}

// NewKeys returns the credentials in a database; now is the server's clock, shared says that other servers may change
// keys too.
func NewKeys(writer, reader *sql.DB, shared bool, now func() license.Instant, operatorKey string) *Keys {
	k := &Keys{writer: writer, reader: reader, now: now, operator: sha256.Sum256([]byte(operatorKey)), known: map[string]known{}}
	if shared {
		k.asker = &asker{reader: reader}
	}
	return k
}

// Fingerprint is what is kept of a credential.
func Fingerprint(credential string) [sha256.Size]byte { return sha256.Sum256([]byte(credential)) }

// AcceptOperator replaces the operator's credential by one of which only the fingerprint is known. It is
// called before the keys are used.
func (k *Keys) AcceptOperator(fingerprint [sha256.Size]byte) { k.operator = fingerprint }

// The parts of a key: dpk_<look-up, 16 hex>_<secret, 64 hex>_<checksum, 8 hex>. The look-up part finds the
// row; the checksum lets a scanner of leaked secrets know one without asking.
const (
	prefix    = "dpk_"
	lookupLen = 16
	secretLen = 64
	keyLen    = len(prefix) + lookupLen + 1 + secretLen + 1 + 8
)

// NewOperatorKey makes a credential for the operator.
func NewOperatorKey() string { return "dpo_" + random(32) }

func random(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func checksum(s string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(s))) }

// parse checks the form of a key and returns its look-up part.
func parse(key string) (lookup string, ok bool) {
	if len(key) != keyLen || !strings.HasPrefix(key, prefix) || key[keyLen-8:] != checksum(key[:keyLen-9]) {
		return "", false
	}
	return key[len(prefix) : len(prefix)+lookupLen], true
}

// Authenticate turns a bearer credential into a principal. The comparison takes the same time whatever
// differs.
func (k *Keys) Authenticate(ctx context.Context, credential string) (Principal, error) {
	hash := sha256.Sum256([]byte(credential))
	if subtle.ConstantTimeCompare(hash[:], k.operator[:]) == 1 {
		return Principal{Role: Operator}, nil
	}
	lookup, ok := parse(credential)
	if !ok {
		return Principal{}, ErrInvalid
	}
	row, err := k.find(ctx, lookup)
	if err != nil {
		return Principal{}, err
	}
	if subtle.ConstantTimeCompare(hash[:], row.hash) != 1 || row.revokedAt != 0 ||
		(row.expiresAt != 0 && k.now() >= row.expiresAt) {
		return Principal{}, ErrInvalid
	}
	return row.principal, nil
}

// keyColumns are the columns of a known key, in the order of known.columns.
const keyColumns = `team, id, role, hash, expires_at, revoked_at`

func (row *known) columns() []any {
	return []any{&row.principal.Team, &row.principal.Key, &row.principal.Role, &row.hash, &row.expiresAt, &row.revokedAt}
}

func (k *Keys) find(ctx context.Context, lookup string) (known, error) {
	if k.asker != nil {
		return k.asker.ask(ctx, lookup)
	}
	k.mu.RLock()
	row, ok := k.known[lookup]
	before := k.changes
	k.mu.RUnlock()
	if ok {
		return row, nil
	}
	err := k.reader.QueryRowContext(ctx, `SELECT `+keyColumns+` FROM api_key WHERE lookup = $1`, lookup).Scan(row.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return known{}, ErrInvalid
	}
	if err != nil {
		return known{}, fmt.Errorf("looking up a key: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changes == before {
		k.known[lookup] = row
	}
	return row, nil
}

// Create makes a key of a team and returns its secret, which is not kept and cannot be shown again.
func (k *Keys) Create(ctx context.Context, team, id string, role Role, expiresAt license.Instant) (secret string, _ Key, _ error) {
	if role != Admin && role != Reports && role != Product {
		return "", Key{}, fmt.Errorf("the role %q is not admin, reports or product", role)
	}
	key := Key{ID: id, Role: role, CreatedAt: k.now(), ExpiresAt: expiresAt}
	lookup := random(lookupLen / 2)
	secret = prefix + lookup + "_" + random(secretLen/2)
	secret += "_" + checksum(secret)
	hash := sha256.Sum256([]byte(secret))
	result, err := k.writer.ExecContext(ctx,
		`INSERT INTO api_key (lookup, team, id, role, products, hash, created_at, expires_at, revoked_at)
		 VALUES ($1, $2, $3, $4, '', $5, $6, $7, 0) ON CONFLICT (team, id) DO NOTHING`,
		lookup, team, id, string(role), hash[:], int64(key.CreatedAt), int64(expiresAt))
	if err != nil {
		return "", Key{}, fmt.Errorf("keeping a key: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return "", Key{}, errors.Join(ErrExists, err)
	}
	return secret, key, nil
}

// List returns the keys of a team, oldest first.
func (k *Keys) List(ctx context.Context, team string) ([]Key, error) {
	rows, err := k.reader.QueryContext(ctx,
		`SELECT id, role, created_at, expires_at, revoked_at FROM api_key WHERE team = $1 ORDER BY created_at, id`, team)
	if err != nil {
		return nil, fmt.Errorf("listing keys: %w", err)
	}
	defer rows.Close()
	keys := []Key{}
	for rows.Next() {
		var key Key
		var role string
		if err := rows.Scan(&key.ID, &role, &key.CreatedAt, &key.ExpiresAt, &key.RevokedAt); err != nil {
			return nil, fmt.Errorf("listing keys: %w", err)
		}
		key.Role = Role(role)
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// Revoke ends a key with the next request. False says that the team has no such key.
func (k *Keys) Revoke(ctx context.Context, team, id string) (bool, error) {
	result, err := k.writer.ExecContext(ctx,
		`UPDATE api_key SET revoked_at = $1 WHERE team = $2 AND id = $3 AND revoked_at = 0`, int64(k.now()), team, id)
	if err != nil {
		return false, fmt.Errorf("revoking a key: %w", err)
	}
	n, err := result.RowsAffected()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.changes++
	for lookup, row := range k.known {
		if row.principal.Team == team && row.principal.Key == id {
			delete(k.known, lookup)
		}
	}
	return n > 0, err
}
