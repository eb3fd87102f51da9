package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// synced is one write of 8 kB into a file that is there, and its sync: the least that a commit can cost.
type synced struct{ file *os.File }

const (
	syncedBlock = 8192
	syncedFile  = 128 * syncedBlock
)

func openSynced(folder string) (*synced, error) {
	f, err := os.Create(filepath.Join(folder, "synced"))
	if err != nil {
		return nil, fmt.Errorf("making the yardstick of a synced write: %w", err)
	}
	if _, err = f.Write(make([]byte, syncedFile)); err == nil {
		err = f.Sync()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making the yardstick of a synced write: %w", err), f.Close())
	}
	return &synced{f}, nil
}

func (s *synced) turn(ctx context.Context, spell time.Duration) (pace, error) {
	block, at := make([]byte, syncedBlock), int64(0)
	return load(ctx, 1, spell, func(context.Context, int) (int, error) {
		at = (at + syncedBlock) % syncedFile
		block[0]++
		if _, err := s.file.WriteAt(block, at); err != nil {
			return 0, err
		}
		return 1, datasync(s.file)
	})
}

func (s *synced) check(context.Context) error { return nil }
func (s *synced) close() error                { return s.file.Close() }
