package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A backup is one file: an SQLite database with everything that a journal holds, of whatever engine, and with what it
// held when it was finished (metaCopied). That is not a secret: it finds damage, not a forger.

// ErrNotWhole says that a file is no backup, or not as it was written.
var ErrNotWhole = errors.New("it is no backup, or not as it was written")

// sqliteFile reads a finished backup: no log stands beside it, and nothing is made beside it.
var sqliteFile = profile{
	params:  sqliteReadOnly.params,
	pragmas: append([]pragma{{"journal_mode", "", "delete"}, {"query_only", "1", "1"}}, common...),
}

// BackupFolder is the folder in which a backup is made until it is whole. Open it, copy into it, close it, and
// call FinishBackup. One that was left by a killed backup can be gone on with.
func BackupFolder(file string) string { return file + ".unfinished" }

// FinishBackup makes the closed journal in a backup's folder a file, looks whether it is whole, and gives it its name.
// A file that is there already is not replaced: the error is fs.ErrExist then.
func FinishBackup(ctx context.Context, file string) error {
	part := filepath.Join(BackupFolder(file), databaseFile)
	if err := withoutLog(ctx, part); err != nil {
		return fmt.Errorf("journal: make %s one file: %w", file, err)
	}
	j, err := OpenBackup(ctx, part)
	if err != nil {
		return err
	}
	if err := j.Close(); err != nil {
		return err
	}
	if err := rename(part, file); err != nil {
		return fmt.Errorf("journal: name the backup: %w", err)
	}
	if err := os.RemoveAll(BackupFolder(file)); err != nil {
		return fmt.Errorf("journal: remove what the backup was made of: %w", err)
	}
	return syncFolder(filepath.Dir(file))
}

// rename gives a file a name that no other has. A link replaces nothing, unlike a renaming, but not every file system
// has them.
func rename(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", to, fs.ErrExist)
	}
	return os.Rename(from, to)
}

// withoutLog makes a database one file that can be read where nothing can be written, and syncs it.
func withoutLog(ctx context.Context, file string) error {
	db, err := openPool(file, profile{pragmas: []pragma{{"journal_mode", "DELETE", "delete"}, {"synchronous", "FULL", "2"}}}, 1)
	if err != nil {
		return err
	}
	if err := errors.Join(db.PingContext(ctx), db.Close()); err != nil {
		return err
	}
	return syncFile(file)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncFolder makes a new name in a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// OpenBackup opens a backup for reading, and reads it whole: it fails with ErrNotWhole unless it holds what it was
// finished with. Whether the journals in it are right is for Verify to say.
func OpenBackup(ctx context.Context, file string) (*Journal, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("journal: no backup to read: %w", err)
	}
	for _, beside := range []string{"-wal", "-journal"} {
		if _, err := os.Lstat(file + beside); !errors.Is(err, fs.ErrNotExist) {
			return nil, &OpenError{file, fmt.Errorf("%w: %s stands beside it, as it does beside a database in use", ErrNotWhole, filepath.Base(file)+beside)}
		}
	}
	j := &Journal{dialect: sqliteDialect, place: file, brokeAt: make(chan struct{})}
	err := j.openBackup(ctx)
	if err != nil {
		return nil, errors.Join(&OpenError{file, err}, j.Close())
	}
	return j, nil
}

func (j *Journal) openBackup(ctx context.Context) (err error) {
	if j.reader, err = openPool(j.place, sqliteFile, Options{}.readers()); err != nil {
		return err
	}
	if err := checkVersion(ctx, j.reader, j.dialect); errors.Is(err, ErrSchemaNewer) || errors.Is(err, ErrSchemaOlder) {
		return err
	} else if err != nil {
		return fmt.Errorf("%w: %w", ErrNotWhole, err)
	}
	if err := integrity(ctx, j.reader); err != nil {
		return fmt.Errorf("%w: %w", ErrNotWhole, err)
	}
	if err := j.CheckWhole(ctx); err != nil {
		return err
	}
	return j.asFinished(ctx)
}

// integrity has the engine look at each page of the file.
func integrity(ctx context.Context, db *sql.DB) error {
	var found string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return errors.New(strings.Join(strings.Fields(found), " "))
	}
	return nil
}

// asFinished holds that the journal holds what it held when the copy into it was finished.
func (j *Journal) asFinished(ctx context.Context) error {
	copied, ok, err := j.Meta(ctx, metaCopied)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%w: no backup was ever finished in it", ErrNotWhole)
	}
	holdings, err := j.Holdings(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotWhole, err)
	}
	if total(holdings) != copied {
		return fmt.Errorf("%w: it holds something else than it was finished with", ErrNotWhole)
	}
	return nil
}
