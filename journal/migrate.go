package journal

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed schema
var embedded embed.FS

// schemas are the migrations of each engine.
var schemas fs.FS = embedded

// migrations are the dialect's. There is no way down: who must go back restores a backup.
func migrations(db *sql.DB, d dialect) (*goose.Provider, error) {
	files, err := fs.Sub(schemas, "schema/"+d.schema)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(d.goose, db, files, goose.WithDisableGlobalRegistry(true))
}

// migrate brings the schema up to date, each step in a transaction of its own.
func migrate(ctx context.Context, db *sql.DB, d dialect) error {
	p, err := migrations(db, d)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if have > want {
		return fmt.Errorf("the schema is %d, this release knows %d: %w", have, want, ErrSchemaNewer)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the schema: %w", err)
	}
	return nil
}

// noTable says of an error of either engine that there is no such table.
func noTable(err error) bool {
	return postgresCode(err) == "42P01" || sqliteCode(err) == sqlite3.SQLITE_ERROR && strings.Contains(err.Error(), "no such table")
}

// checkVersion is migrate for a database that may not be changed. ErrEmpty says that there is none in it yet.
func checkVersion(ctx context.Context, db *sql.DB, d dialect) error {
	p, err := migrations(db, d)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	sources := p.ListSources()
	want := sources[len(sources)-1].Version
	var have int64
	err = db.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`).Scan(&have)
	if err == nil && have == 0 { // it was stopped before its first migration was done
		err = db.QueryRowContext(ctx, `SELECT COUNT(*) FROM meta`).Scan(new(int64))
	}
	switch {
	case err != nil && noTable(err):
		return ErrEmpty
	case err != nil:
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if have > want {
		return fmt.Errorf("the schema is %d, this release knows %d: %w", have, want, ErrSchemaNewer)
	}
	if have < want {
		var held int64 // nothing, when it was stopped between its first migrations
		err := db.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM meta) + COUNT(*) FROM (SELECT 1 FROM entry LIMIT 1) AS first`).Scan(&held)
		if err != nil {
			return fmt.Errorf("read whether an older schema holds anything: %w", err)
		}
		if held == 0 {
			return ErrEmpty
		}
		return fmt.Errorf("the schema is %d, this release needs %d: %w", have, want, ErrSchemaOlder)
	}
	return nil
}
