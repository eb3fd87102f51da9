package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

const (
	databaseFile = "daypass.db"
	lockFile     = "daypass.lock"
)

// Open opens the journal in a folder, makes both if they are not there, and brings the schema up to date.
// The folder stays locked until Close, so that a second server on it is refused with ErrInUse.
func Open(ctx context.Context, dir string, o Options) (*Journal, error) {
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	j := &Journal{dialect: sqliteDialect, place: filepath.Join(dir, databaseFile), lock: lock, brokeAt: make(chan struct{})}
	if err := j.open(ctx, o); err != nil {
		return nil, errors.Join(j.explain(err), j.Close())
	}
	return j, nil
}

func (j *Journal) open(ctx context.Context, o Options) (err error) {
	j.ins = &sqliteInserter{}
	if err := makePrivate(j.place); err != nil {
		return err
	}
	if j.writer, err = openPool(j.place, sqliteWriter, 1); err != nil {
		return err
	}
	if err := checkBinding(ctx, j.writer); err != nil {
		return err
	}
	if err := checkWritable(ctx, j.writer); err != nil {
		return err
	}
	if err := migrate(ctx, j.writer, j.dialect); err != nil {
		return err
	}
	if j.reader, err = openPool(j.place, sqliteReader, o.readers()); err != nil {
		return err
	}
	return checkBinding(ctx, j.reader)
}

// OpenReadOnly opens the journal in a folder for reading only, also beside the server that writes it. It
// takes no lock and changes no schema.
func OpenReadOnly(ctx context.Context, dir string) (*Journal, error) {
	j := &Journal{dialect: sqliteDialect, place: filepath.Join(dir, databaseFile), brokeAt: make(chan struct{})}
	if _, err := os.Stat(j.place); err != nil {
		return nil, fmt.Errorf("journal: no database to read: %w", err)
	}
	if err := j.openReadOnly(ctx); err != nil {
		return nil, errors.Join(j.explain(err), j.Close())
	}
	return j, nil
}

func (j *Journal) openReadOnly(ctx context.Context) (err error) {
	if j.reader, err = openPool(j.place, sqliteReadOnly, Options{}.readers()); err != nil {
		return err
	}
	if err := checkBinding(ctx, j.reader); err != nil {
		return err
	}
	return checkVersion(ctx, j.reader, j.dialect)
}

// lockFolder makes the folder and takes its lock.
func lockFolder(dir string) (*flock.Flock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: make the data folder: %w", err)
	}
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("journal: the data folder cannot be written: %w", err)
	case err != nil:
		return nil, fmt.Errorf("journal: lock the data folder %s: %w", dir, err)
	case !held:
		return nil, fmt.Errorf("journal: the data folder %s: %w", dir, ErrInUse)
	}
	return lock, nil
}

// makePrivate makes the database's file for this account alone, also in a folder that others may read: people
// stand in it. SQLite gives its log the same mode.
func makePrivate(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("unable to open the database: %w", err)
	}
	return f.Close()
}

// checkWritable opens a writing transaction and gives it up. SQLite opens a file that it may only read
// without a word, and would fail at the first append.
func checkWritable(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin a writing transaction: %w", err)
	}
	return tx.Rollback()
}
