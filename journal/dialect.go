package journal

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
)

// dialect is what an engine says in its own words. All other SQL is one text.
type dialect struct {
	schema string        // the folder of its migrations
	goose  goose.Dialect // how they are run
	// shared says that other servers may write at the same time.
	shared bool
	// parallel is how many appends can be under way.
	parallel int

	conflict    func(error) bool // another writer was first, or both were stopped: nothing was written
	storageFull func(error) bool
	broken      func(error) bool // after COMMIT: what is on the disk can only be known by opening it anew
	// explain says of an error at opening what is wrong in the words of an operator, or returns it.
	explain func(error) error
}

// inserter writes a batch on one of the driver's connections, whole or not at all.
type inserter interface {
	insert(ctx context.Context, conn any, b Batch) error
	close(*sql.DB) error
}

// commitError says that it was COMMIT that failed.
type commitError struct{ err error }

func (e *commitError) Error() string { return "commit: " + e.err.Error() }
func (e *commitError) Unwrap() error { return e.err }
