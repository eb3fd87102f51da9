package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/daypass/daypass/journal"
)

// side is one of the two places of a copy.
type side interface {
	// String names it in messages, without a secret.
	String() string
	// still opens it for reading, while no server has it open.
	still(context.Context) (*journal.Journal, error)
	// look opens it as a target, changing nothing; nil says that it is empty, or not there yet.
	look(context.Context) (*journal.Journal, error)
	// fill opens it as a target, and makes it.
	fill(context.Context) (*journal.Journal, error)
	// stopped refuses a place that a server has open, where opening does not.
	stopped(context.Context) error
	// leaseKey is the text of the key that signs leases, nil where it is not kept there; keepLeaseKey keeps it.
	leaseKey(context.Context, *journal.Journal) ([]byte, error)
	keepLeaseKey(context.Context, *journal.Journal, []byte) error
	// explain says what is the matter in the words of an operator.
	explain(error) error
}

// sideOf is a folder or a database.
func sideOf(p place) side {
	if p.database != "" {
		return databaseSide{p}
	}
	return folderSide{p}
}

// folderSide is data in a folder. Whoever opens it has it alone.
type folderSide struct{ place }

func (f folderSide) still(ctx context.Context) (*journal.Journal, error) {
	return journal.OpenStopped(ctx, f.data)
}

// look refuses a folder with a log that has lost its database: the engine would mix it into the next one there.
func (f folderSide) look(ctx context.Context) (*journal.Journal, error) {
	j, err := journal.OpenStopped(ctx, f.data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, f.noStrays()
	case errors.Is(err, journal.ErrEmpty), errors.Is(err, journal.ErrNeverOpened):
		return nil, nil
	}
	return j, err
}

func (f folderSide) noStrays() error {
	for _, name := range []string{"daypass.db-wal", "daypass.db-shm", "daypass.db-journal"} {
		path := filepath.Join(f.data, name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return stray(path)
		}
	}
	return nil
}

// stray is a file that has lost its database.
type stray string

func (s stray) Error() string {
	return string(s) + " belongs to a database that is not there any more: put it aside, or choose another folder"
}

func (f folderSide) fill(ctx context.Context) (*journal.Journal, error) {
	return journal.Open(ctx, f.data, journal.Options{})
}

func (f folderSide) stopped(context.Context) error { return nil }

func (f folderSide) leaseKey(context.Context, *journal.Journal) ([]byte, error) {
	path := filepath.Join(f.data, leaseKeyFile)
	if _, err := readLeaseKey(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// keepLeaseKey keeps the key in its file, and not in the database besides.
func (f folderSide) keepLeaseKey(ctx context.Context, j *journal.Journal, text []byte) error {
	there, err := f.leaseKey(ctx, j)
	if err != nil {
		return err
	}
	if !bytes.Equal(there, text) {
		if err := writeWhole(filepath.Join(f.data, leaseKeyFile), text); err != nil {
			return fmt.Errorf("keeping the key that signs leases: %w", err)
		}
	}
	return j.DropMeta(ctx, metaLeasePrivate)
}

func (f folderSide) explain(err error) error {
	switch lost := stray(""); {
	case errors.As(err, &lost):
		return lost
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, journal.ErrEmpty):
		return fmt.Errorf("there is no data in %s", f)
	case errors.Is(err, journal.ErrNeverOpened):
		return fmt.Errorf("no server has opened the data in %s yet: start one on it once", f)
	case errors.Is(err, journal.ErrInUse):
		return fmt.Errorf("a server runs on the data in %s: stop it first, or make a backup, which works while it runs", f)
	}
	return f.place.explain(err)
}

// databaseSide is data in a PostgreSQL database. Others may have it open, too.
type databaseSide struct{ place }

// String leaves out the user and the password.
func (d databaseSide) String() string {
	u, err := url.Parse(d.database)
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return "the database"
	}
	return "the database " + strings.Trim(u.Path, "/")
}

func (d databaseSide) still(ctx context.Context) (*journal.Journal, error) {
	if err := d.stopped(ctx); err != nil {
		return nil, err
	}
	return journal.OpenPostgresReadOnly(ctx, d.database)
}

func (d databaseSide) look(ctx context.Context) (*journal.Journal, error) {
	j, err := d.still(ctx)
	if errors.Is(err, journal.ErrEmpty) {
		return nil, nil
	}
	return j, err
}

func (d databaseSide) fill(ctx context.Context) (*journal.Journal, error) {
	return journal.OpenPostgres(ctx, journal.VisitorAddress(d.database), journal.Options{})
}

// leaving is how long a server that has just ended may still seem to be connected.
const leaving = time.Second

func (d databaseSide) stopped(ctx context.Context) error {
	for deadline := time.Now().Add(leaving); ; {
		n, err := journal.Servers(ctx, d.database)
		if err != nil || n == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return journal.ErrInUse
		}
		time.Sleep(leaving / 20)
	}
}

func (d databaseSide) leaseKey(ctx context.Context, j *journal.Journal) ([]byte, error) {
	return leaseKeyInside(ctx, j)
}

func (d databaseSide) keepLeaseKey(ctx context.Context, j *journal.Journal, text []byte) error {
	return j.SetMeta(ctx, metaLeasePrivate, string(text))
}

func leaseKeyInside(ctx context.Context, j *journal.Journal) ([]byte, error) {
	text, ok, err := j.Meta(ctx, metaLeasePrivate)
	if err != nil || !ok {
		return nil, err
	}
	return []byte(text), nil
}

func (d databaseSide) explain(err error) error {
	switch {
	case errors.Is(err, journal.ErrEmpty):
		return fmt.Errorf("there is no data in %s", d)
	case errors.Is(err, journal.ErrAddress):
		return errors.New("that is no address of a PostgreSQL database: write it as postgres://user:password@host:5432/name")
	case errors.Is(err, journal.ErrInUse):
		return fmt.Errorf("a server is connected to %s: stop all of them first (a pooler keeps connections for a while after), or make a backup, which works while they run", d)
	}
	return d.place.explain(err)
}

// backupSide is a backup: as a source the file, as a target the folder that it is made in.
type backupSide string

func (b backupSide) String() string { return string(b) }

func (b backupSide) part() folderSide {
	return folderSide{place{data: journal.BackupFolder(string(b))}}
}

func (b backupSide) still(ctx context.Context) (*journal.Journal, error) {
	return journal.OpenBackup(ctx, string(b))
}

// look leaves it to the copy itself to refuse what lies there: a part of a backup is nobody's to spare.
func (b backupSide) look(context.Context) (*journal.Journal, error) {
	if _, err := os.Stat(filepath.Join(b.part().data, "daypass.db")); errors.Is(err, fs.ErrNotExist) {
		return nil, b.part().noStrays()
	}
	return nil, nil
}

func (b backupSide) fill(ctx context.Context) (*journal.Journal, error) { return b.part().fill(ctx) }

func (b backupSide) stopped(context.Context) error { return nil }

func (b backupSide) leaseKey(ctx context.Context, j *journal.Journal) ([]byte, error) {
	return leaseKeyInside(ctx, j)
}

func (b backupSide) keepLeaseKey(ctx context.Context, j *journal.Journal, text []byte) error {
	return j.SetMeta(ctx, metaLeasePrivate, string(text))
}

func (b backupSide) explain(err error) error {
	if open := new(journal.OpenError); errors.As(err, &open) {
		err = open.Cause
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s is there already, and a backup replaces nothing: choose another name", b)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no backup %s", b)
	case errors.Is(err, journal.ErrInUse):
		return fmt.Errorf("another backup to %s is being made", b)
	case errors.Is(err, journal.ErrSchemaNewer):
		return fmt.Errorf("%s was made by a newer daypass: restore it with that one", b)
	case errors.Is(err, journal.ErrNotWhole), errors.Is(err, journal.ErrUnfinished):
		return fmt.Errorf("%s cannot be restored, and nothing was: %w", b, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("this account may not read or write %s", b)
	}
	return fmt.Errorf("the backup %s: %w", b, err)
}
