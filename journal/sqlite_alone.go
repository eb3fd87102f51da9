package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// OpenStopped opens the journal in a folder for reading only while no server has it open, which it holds until
// Close: fs.ErrNotExist says that there is no database, ErrEmpty that there is nothing in it, ErrInUse that a server
// uses it.
func OpenStopped(ctx context.Context, dir string) (*Journal, error) {
	file := filepath.Join(dir, databaseFile)
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("journal: no database to read: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, errors.Join(&OpenError{file, ErrEmpty}, lock.Unlock())
	}
	j, err := OpenReadOnly(ctx, dir)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	j.lock = lock
	return j, nil
}
