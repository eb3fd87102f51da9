package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
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
// finished with. Whether the journals in it are right is for Verify to say. That of an earlier release is brought
// up to date in a temporary folder, until Close.
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
	if err == nil {
		return j, nil
	}
	if err = errors.Join(&OpenError{file, err}, j.Close()); errors.Is(err, ErrSchemaOlder) {
		return openOlder(ctx, file)
	}
	return nil, err
}

// openBackup fails with ErrSchemaOlder when all else is well.
func (j *Journal) openBackup(ctx context.Context) (err error) {
	if j.reader, err = openPool(j.place, sqliteFile, Options{}.readers()); err != nil {
		return err
	}
	version := checkVersion(ctx, j.reader, j.dialect)
	if version != nil && !errors.Is(version, ErrSchemaOlder) && !errors.Is(version, ErrSchemaNewer) {
		return fmt.Errorf("%w: %w", ErrNotWhole, version)
	}
	if errors.Is(version, ErrSchemaNewer) {
		return version
	}
	if err := integrity(ctx, j.reader); err != nil {
		return fmt.Errorf("%w: %w", ErrNotWhole, err)
	}
	if err := j.CheckWhole(ctx); err != nil {
		return err
	}
	if err := j.checkSeal(ctx); err != nil {
		return err
	}
	return version
}

// openOlder brings a whole backup of an earlier release up to date, in a copy of it.
func openOlder(ctx context.Context, file string) (*Journal, error) {
	dir, err := os.MkdirTemp("", "daypass-restore-") // its owner's alone
	if err != nil {
		return nil, fmt.Errorf("journal: make room for %s: %w", file, err)
	}
	var j *Journal
	if err = copyFile(filepath.Join(dir, databaseFile), file); err == nil {
		j, err = Open(ctx, dir, Options{})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal: bring %s up to date: %w", file, err), os.RemoveAll(dir))
	}
	j.scratch = dir
	return j, nil
}

func copyFile(to, from string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }() // it was only read
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
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
