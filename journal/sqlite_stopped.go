package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrNeverOpened says of a database's file that no server has got as far as writing to it. It can only be opened for
// writing, which mends what a server has left that was killed while it made it.
var ErrNeverOpened = errors.New("no server has opened it yet")

// OpenStopped opens the journal in a folder for reading only while no server has it open, which it holds until
// Close: fs.ErrNotExist says that there is no database, ErrEmpty and ErrNeverOpened that there is one and nothing in it,
// ErrInUse that a server uses it.
func OpenStopped(ctx context.Context, dir string) (*Journal, error) {
	file := filepath.Join(dir, databaseFile)
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("journal: no database to read: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	if err := checkLogged(file); err != nil {
		return nil, errors.Join(&OpenError{file, err}, lock.Unlock())
	}
	j, err := OpenReadOnly(ctx, dir)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	j.lock = lock
	return j, nil
}

// checkLogged looks into the head of a database's file whether it has a write-ahead log. The first opening gives it
// one before anything else, and only an opening for writing can.
func checkLogged(file string) error {
	// A journal of the kind before: the server was killed in the very step that gives it the log.
	if left, err := os.Stat(file + "-journal"); err == nil && left.Size() > 0 {
		return ErrNeverOpened
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	const magic, wal = "SQLite format 3\x00", 2
	head := make([]byte, 20)
	n, err := io.ReadFull(f, head)
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return err
	case n == 0:
		return ErrEmpty
	case n == len(head) && string(head[:16]) == magic && head[18] != wal:
		return ErrNeverOpened
	}
	return nil
}
