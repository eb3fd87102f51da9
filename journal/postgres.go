package journal

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
)

var (
	// ErrAddress says that a database's address is not one.
	ErrAddress = errors.New("that is no address of a PostgreSQL database")
	// ErrUnreachable says that no database answers.
	ErrUnreachable = errors.New("no database answers there")
	// ErrDenied says that the database does not let this user in, or not do what it must.
	ErrDenied = errors.New("the database denies it")
	// ErrNoDatabase says that the server has no such database.
	ErrNoDatabase = errors.New("there is no such database")
	// ErrReplica says that the database can only be read.
	ErrReplica = errors.New("the database is read-only, such as a replica is")
	// ErrTooOld says that the PostgreSQL is older than what is needed.
	ErrTooOld = errors.New("the PostgreSQL is too old")
)

// uniqueViolation is how the database says that a place in a journal is taken.
const uniqueViolation = "23505"

// postgresAppends is how many appends a server has under way at most: its committers', the operator's and single
// statements.
const postgresAppends = 4

// postgresTurns is how many turns a server can hold, one for each committer at most and some for moves. None, mostly.
const postgresTurns = 8

var postgresDialect = dialect{
	schema:   "postgres",
	goose:    goose.DialectPostgres,
	shared:   true,
	parallel: postgresAppends,

	conflict: func(err error) bool {
		switch postgresCode(err) {
		case uniqueViolation, // another server has written these positions
			"40001", // serialization_failure
			"40P01": // deadlock_detected
			return true
		}
		return false
	},
	storageFull: func(err error) bool { return postgresCode(err) == "53100" },
	broken:      func(error) bool { return false }, // the database itself stops then
	explain:     explainPostgres,
}

// explainPostgres gives an error at opening its name. The database's own words name users, databases and tables, and
// never a password.
func explainPostgres(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		var connect *pgconn.ConnectError
		if errors.As(err, &connect) {
			return fmt.Errorf("%w: %w", ErrUnreachable, innermost(err))
		}
		return err
	}
	switch {
	case e.Code == "3D000":
		return fmt.Errorf("%w: %s", ErrNoDatabase, e.Message)
	case e.Code == "25006":
		return fmt.Errorf("%w: %s", ErrReplica, e.Message)
	case e.Code == "42501", strings.HasPrefix(e.Code, "28"): // insufficient_privilege, invalid_authorization
		return fmt.Errorf("%w: %s", ErrDenied, e.Message)
	case strings.HasPrefix(e.Code, "57P"), e.Code == "53300": // starting, stopping, too many connections
		return fmt.Errorf("%w: %s", ErrUnreachable, e.Message)
	}
	return err
}

// innermost is the cause of all causes; the last where there are several, as of several addresses of one host.
func innermost(err error) error {
	for {
		if several, ok := err.(interface{ Unwrap() []error }); ok && len(several.Unwrap()) > 0 {
			err = several.Unwrap()[len(several.Unwrap())-1]
			continue
		}
		cause := errors.Unwrap(err)
		if _, number := cause.(syscall.Errno); cause == nil || number { //nolint:errorlint // this very error, not one that it wraps
			return err
		}
		err = cause
	}
}

// postgresCode is the SQLSTATE of an error, "" if it is not PostgreSQL's.
func postgresCode(err error) string {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return ""
	}
	return e.Code
}
