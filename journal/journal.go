package journal

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
)

var (
	// ErrConflict is Append's answer when a position is already taken: another writer was first. Load, decide
	// again, and append that.
	ErrConflict = errors.New("the position is already taken")
	// ErrStorageFull says that the disk is full. Nothing was written; it works again when there is space.
	ErrStorageFull = errors.New("the disk is full")
	// ErrBroken says that the disk failed while a batch was being committed. Nothing is written any more:
	// what the disk holds can only be known by opening the journal anew, in a new process.
	ErrBroken = errors.New("the disk failed during a commit: restart the server")
	// ErrInUse says that another server has the folder open.
	ErrInUse = errors.New("another server is using it")
	// ErrSchemaNewer says that a newer release has written the database.
	ErrSchemaNewer = errors.New("a newer release has written it")
	// ErrSchemaOlder says that the database must be opened for writing once, to be brought up to date.
	ErrSchemaOlder = errors.New("an older release has written it: start the server on it once")
	// ErrEmpty says that there is a database and nothing in it, not even tables.
	ErrEmpty = errors.New("there is nothing in it yet")
	// ErrReadOnly says that the journal was opened for reading.
	ErrReadOnly = errors.New("the journal was opened for reading only")
)

// Options are a journal's settings; the zero value of each field takes the default.
type Options struct {
	// Readers bounds the connections for reading; the processors, but at least 4, by default.
	Readers int
}

func (o Options) readers() int {
	if o.Readers > 0 {
		return o.Readers
	}
	return max(4, runtime.GOMAXPROCS(0))
}

// Hash chains an entry to all before it. The zero Hash comes before the first entry.
type Hash [32]byte

// Entry is one entry of a team's journal.
type Entry struct {
	Team string
	Seq  int64 // from 1, without gaps
	// Body is UTF-8 text without NUL, because both engines store it as text. It is hashed as it is stored.
	Body []byte
	Hash Hash // Chain of the hash before and Body
}

// Chain is the hash of an entry: SHA-256 of the hash before it and its stored bytes. It is computed
// nowhere else.
func Chain(prev Hash, body []byte) Hash {
	h := sha256.New()
	h.Write(prev[:])
	h.Write(body)
	var next Hash
	h.Sum(next[:0])
	return next
}

// Journal is an open store of journals. Its methods can be called at any time from anywhere.
type Journal struct {
	dialect dialect
	place   string // for messages: the database's file, or its host and name; never a password
	lock    *flock.Flock
	scratch string // a folder that Close removes

	writer *sql.DB // as many connections as appends can be under way; nil when opened for reading
	reader *sql.DB
	frozen *sql.Tx  // the one instant that is read, see Freeze; nil: what is there now
	turns  *sql.DB  // connections of turns that are held (TakeTurns); nil where there are none
	ins    inserter // used by who holds a connection of the writer's

	broken  atomic.Bool // see ErrBroken
	breaks  sync.Once
	brokeAt chan struct{} // closed when it breaks; made at opening
}

// Broken is closed when the disk has failed during a commit (ErrBroken). A server has nothing more to do then.
func (j *Journal) Broken() <-chan struct{} { return j.brokeAt }

// breakOff writes nothing any more.
func (j *Journal) breakOff() {
	j.broken.Store(true)
	j.breaks.Do(func() { close(j.brokeAt) })
}

// Shared says that other servers may write to the same database, so that what is in memory may be behind it.
func (j *Journal) Shared() bool { return j.dialect.shared }

// Writer is the handle for other tables' changes. It has few connections, SQLite's one, so a transaction that
// stays open stops appends.
func (j *Journal) Writer() *sql.DB { return j.writer }

// Reader is the handle for queries. A transaction that stays open lets the write-ahead log grow.
func (j *Journal) Reader() *sql.DB { return j.reader }

// queryTimeout bounds a query that the database does not answer, so that nobody waits for it longer than for an answer
// that something is wrong.
const queryTimeout = 10 * time.Second

// bounded bounds a query.
func (j *Journal) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if !j.Shared() {
		return ctx, func() {} // a file answers
	}
	return context.WithTimeout(ctx, queryTimeout)
}

// pingTimeout bounds the question whether the database is there.
const pingTimeout = 2 * time.Second

// Ping says whether the journal can be read and, unless it was opened for reading, is fit for writing.
func (j *Journal) Ping(ctx context.Context) error {
	if j.broken.Load() {
		return fmt.Errorf("journal: %s: %w", j.place, ErrBroken)
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	var one int
	if err := j.view().QueryRowContext(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("journal: ping: %w", err)
	}
	return nil
}

// Close gives back the folder. The last connection to close moves the write-ahead log into the database.
func (j *Journal) Close() error {
	var errs []error
	if j.frozen != nil {
		j.thaw()
	}
	for _, pool := range []*sql.DB{j.reader, j.turns} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	if j.writer != nil {
		errs = append(errs, j.ins.close(j.writer), j.writer.Close())
	}
	if j.lock != nil {
		errs = append(errs, j.lock.Unlock())
	}
	if j.scratch != "" {
		errs = append(errs, os.RemoveAll(j.scratch))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("journal: close %s: %w", j.place, err)
	}
	return nil
}

// checkBinding finds a driver that numbers $n by first appearance, which would charge wrong columns silently.
func checkBinding(ctx context.Context, db *sql.DB) error {
	var got string
	if err := db.QueryRowContext(ctx, `SELECT $2 || '-' || $1`, "a", "b").Scan(&got); err != nil {
		return err
	}
	if got != "b-a" {
		return fmt.Errorf("the driver binds parameters in the wrong order: got %q, want \"b-a\"", got)
	}
	return nil
}

// OpenError says where an opening failed, and why.
type OpenError struct {
	Place string // the database's file, or its name and host
	Cause error
}

func (e *OpenError) Error() string { return fmt.Sprintf("journal: open %s: %v", e.Place, e.Cause) }

// Unwrap returns the cause.
func (e *OpenError) Unwrap() error { return e.Cause }

// explain says of an error at opening where it was and what is wrong.
func (j *Journal) explain(err error) error { return &OpenError{j.place, j.dialect.explain(err)} }
