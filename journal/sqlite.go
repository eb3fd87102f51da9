package journal

import (
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var sqliteDialect = dialect{
	schema:   "sqlite",
	goose:    goose.DialectSQLite3,
	parallel: 1,

	conflict: func(err error) bool {
		code := sqliteCode(err)
		return code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || code == sqlite3.SQLITE_CONSTRAINT_UNIQUE
	},
	storageFull: func(err error) bool { return sqliteCode(err)&0xff == sqlite3.SQLITE_FULL },
	// A commit that could not write its last frame has not happened. One whose frames are written but
	// not known to be synced or indexed is found by the next opening, or is not.
	broken: func(err error) bool {
		code := sqliteCode(err)
		return code&0xff == sqlite3.SQLITE_IOERR && code != sqlite3.SQLITE_IOERR_WRITE
	},
	explain: func(err error) error {
		if sqliteCode(err)&0xff == sqlite3.SQLITE_NOTADB {
			return fmt.Errorf("it is not a Daypass database: %w", err)
		}
		return err
	},
}

// rolledBack says of an error of ROLLBACK that there was no transaction any more: some failures, a full disk
// among them, end SQLite's transaction by themselves.
func rolledBack(err error) bool { return sqliteCode(err) == sqlite3.SQLITE_ERROR }

// sqliteCode is the extended result code of an error, 0 if it is not SQLite's.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code()
}
