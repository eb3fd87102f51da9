package journal

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed schema
var schemas embed.FS

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

// checkVersion is migrate for a database that may not be changed.
func checkVersion(ctx context.Context, db *sql.DB, d dialect) error {
	p, err := migrations(db, d)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	sources := p.ListSources()
	want := sources[len(sources)-1].Version
	var have int64
	if err := db.QueryRowContext(ctx, `SELECT MAX(version_id) FROM goose_db_version`).Scan(&have); err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if have > want {
		return fmt.Errorf("the schema is %d, this release knows %d: %w", have, want, ErrSchemaNewer)
	}
	if have < want {
		return fmt.Errorf("the schema is %d, this release needs %d: %w", have, want, ErrSchemaOlder)
	}
	return nil
}
