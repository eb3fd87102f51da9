package journal

import (
	"errors"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is what an engine says in its own words. All other SQL is one text.
type dialect struct {
	schema string        // the folder of its migrations
	goose  goose.Dialect // how they are run
	begin  string        // begins a writing transaction
	// param is a parameter of the generated insertion, which names each once and in order. modernc looks
	// up every named parameter by a walk over all of them, a tenth of the whole insertion; a bare ? has none.
	param func(n int) string

	conflict     func(error) bool // a key is already there
	storageFull  func(error) bool
	unknown      func(error) bool // after COMMIT: it cannot be known whether it happened
	rolledBack   func(error) bool // after ROLLBACK: there was no transaction any more
	notADatabase func(error) bool
}

var sqliteDialect = dialect{
	schema: "sqlite",
	goose:  goose.DialectSQLite3,
	begin:  "BEGIN IMMEDIATE",
	param:  func(int) string { return "?" },

	conflict: func(err error) bool {
		code := sqliteCode(err)
		return code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || code == sqlite3.SQLITE_CONSTRAINT_UNIQUE
	},
	storageFull: func(err error) bool { return sqliteCode(err)&0xff == sqlite3.SQLITE_FULL },
	// A commit that could not write its last frame has not happened. One whose frames are written but
	// not known to be synced or indexed is found by the next opening, or is not.
	unknown: func(err error) bool {
		code := sqliteCode(err)
		return code&0xff == sqlite3.SQLITE_IOERR && code != sqlite3.SQLITE_IOERR_WRITE
	},
	// Some failures, a full disk among them, end SQLite's transaction by themselves.
	rolledBack:   func(err error) bool { return sqliteCode(err) == sqlite3.SQLITE_ERROR },
	notADatabase: func(err error) bool { return sqliteCode(err)&0xff == sqlite3.SQLITE_NOTADB },
}

// sqliteCode is the extended result code of an error, 0 if it is not SQLite's.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code()
}
