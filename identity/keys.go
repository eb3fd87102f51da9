package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/daypass/daypass/license"
)

// Keys are the credentials of a server. Secrets are kept as SHA-256 only: they are random, so a slow hash
// would add nothing.
type Keys struct {
	writer, reader *sql.DB
	now            func() license.Instant
	elapsed        func() time.Duration // of a stopwatch
	operator       [32]byte             // hash of the operator's credential
	asker          *asker               // nil: nobody else changes keys, and what was read once is known
	uses           uses

	mu      sync.RWMutex
	known   map[string]known // by look-up part; only keys that exist
	changes int              // of keys so far: what was read before one is not noted after it
}

// known is a key as it is kept.
type known struct {
	asked     time.Duration // what the stopwatch showed before the database was asked
	hash      []byte
	principal Principal
	revokedAt license.Instant
	// A secret that was rotated out lives on until its end; none when that is 0.
	oldHash  []byte
	oldUntil license.Instant
}

// Database is where keys are kept.
type Database interface {
	Writer() *sql.DB
	Reader() *sql.DB
	// Shared says that other servers may change keys too.
	Shared() bool
}

// NewKeys returns the credentials in a database; now is the server's clock, and elapsed a stopwatch that runs on
// whatever becomes of the clock.
func NewKeys(d Database, now func() license.Instant, elapsed func() time.Duration, operatorKey string) *Keys {
	k := &Keys{writer: d.Writer(), reader: d.Reader(), now: now, elapsed: elapsed, operator: sha256.Sum256([]byte(operatorKey)),
		uses: newUses(), known: map[string]known{}}
	if d.Shared() {
		k.asker = &asker{reader: d.Reader()}
	}
	return k
}

// AcceptOperator replaces the operator's credential by one of which only the fingerprint is known. It is
// called before the keys are used.
func (k *Keys) AcceptOperator(fingerprint [sha256.Size]byte) { k.operator = fingerprint }

// Authenticate turns a bearer credential into a principal. The comparison takes the same time whatever
// differs.
func (k *Keys) Authenticate(ctx context.Context, credential string) (Principal, error) {
	var space [128]byte // for as much as a key has, and most others
	hash := sha256.Sum256(append(space[:0], credential...))
	if subtle.ConstantTimeCompare(hash[:], k.operator[:]) == 1 {
		return Principal{Role: Operator}, nil
	}
	lookup, ok := parse(credential)
	if !ok {
		return Principal{}, ErrInvalid
	}
	row, ok := k.remembered(lookup)
	now := k.now()
	if !ok || k.asker != nil && !row.opens(hash[:], now) { // another server may have given it a new secret
		if mistyped(credential) {
			return Principal{}, ErrInvalid
		}
		var err error
		if row, err = k.read(ctx, lookup); err != nil {
			return Principal{}, err
		}
		now = k.now()
	}
	if !row.opens(hash[:], now) {
		return Principal{}, ErrInvalid
	}
	k.uses.note(lookup, now)
	return row.principal, nil
}

// opens says that a credential is one of the key's, and lives.
func (row *known) opens(hash []byte, now license.Instant) bool {
	current := subtle.ConstantTimeCompare(hash, row.hash) == 1
	old := subtle.ConstantTimeCompare(hash, row.oldHash) == 1 && now < row.oldUntil
	return (current || old) && row.revokedAt == 0 && (row.principal.Ends == 0 || now < row.principal.Ends)
}

// keyColumns are the columns of a known key, in the order of known.read.
const keyColumns = `team, id, role, person, products, hash, expires_at, revoked_at, old_hash, old_until`

// read scans a row whose first columns go to before.
func (row *known) read(scan func(...any) error, before ...any) error {
	p := &row.principal
	var products string
	err := scan(append(before, &p.Team, &p.Key, &p.Role, &p.User, &products, &row.hash, &p.Ends, &row.revokedAt, &row.oldHash, &row.oldUntil)...)
	p.Products = listed(products)
	return err
}

// A list of products is kept as one text: codes have no commas. None is nil.
func joined(products []string) string { return strings.Join(products, ",") }

func listed(products string) []string {
	if products == "" {
		return nil
	}
	return strings.Split(products, ",")
}

// remembered is what is known of a key without asking the database.
func (k *Keys) remembered(lookup string) (known, bool) {
	k.mu.RLock()
	row, ok := k.known[lookup]
	k.mu.RUnlock()
	return row, ok && (k.asker == nil || k.elapsed() < row.asked+remember)
}

// read asks the database about a key, and remembers it; ErrInvalid if there is none.
func (k *Keys) read(ctx context.Context, lookup string) (known, error) {
	k.mu.RLock()
	before := k.changes
	k.mu.RUnlock()
	asked := k.elapsed()
	row, err := k.find(ctx, lookup)
	if err != nil {
		return known{}, err
	}
	row.asked = asked
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changes == before {
		k.known[lookup] = row
	}
	return row, nil
}

func (k *Keys) find(ctx context.Context, lookup string) (row known, err error) {
	if k.asker != nil {
		return k.asker.ask(ctx, lookup)
	}
	err = row.read(k.reader.QueryRowContext(ctx, `SELECT `+keyColumns+` FROM api_key WHERE lookup = $1`, lookup).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return known{}, ErrInvalid
	}
	if err != nil {
		return known{}, fmt.Errorf("looking up a key: %w", err)
	}
	return row, nil
}

// ended drops what is known of the keys of a team that are meant, and waits until no other server knows them from
// before either.
func (k *Keys) ended(team string, meant func(Principal) bool) {
	k.mu.Lock()
	k.changes++
	for lookup, row := range k.known {
		if row.principal.Team == team && meant(row.principal) {
			delete(k.known, lookup)
		}
	}
	k.mu.Unlock()
	if k.asker != nil {
		<-time.NewTimer(remember + remember/10).C // two machines' seconds are not exactly as long
	}
}
