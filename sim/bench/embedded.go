package bench

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/daypass/daypass/journal"
)

// embedded measures on SQLite, in folders of its own.
type embedded struct{ folder string }

func openEmbedded(under string) (*embedded, error) {
	folder, err := os.MkdirTemp(under, "daypass-bench-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to measure in: %w", err)
	}
	return &embedded{folder}, nil
}

func (e *embedded) ground(context.Context) (ground, error) {
	folder, err := os.MkdirTemp(e.folder, "line-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to measure in: %w", err)
	}
	return folderGround(folder), nil
}

func (e *embedded) settings(context.Context) ([]Setting, error) {
	return []Setting{{"synchronous", "FULL"}, {"journal_mode", "WAL"}}, nil
}

func (e *embedded) close(context.Context) error { return os.RemoveAll(e.folder) }

// folderGround is a folder.
type folderGround string

func (f folderGround) journal(ctx context.Context) (*journal.Journal, error) {
	return journal.Open(ctx, string(f), journal.Options{})
}

func (f folderGround) flags() []string { return []string{"--data", string(f)} }
func (f folderGround) env() []string   { return nil }

func (f folderGround) drop(context.Context) error { return os.RemoveAll(string(f)) }

// collidingConnections is how many callers at most have a connection of their own.
const collidingConnections = 256

func (f folderGround) yardsticks(ctx context.Context, o *ours) (list []player, err error) {
	folder, w := string(f), o.world
	another := func() *world { return &world{Shape: w.Shape, Products: w.Products, Parts: 1} }
	add := func(name string, s side, failed error) {
		if err = errors.Join(err, failed); failed == nil {
			list = append(list, player{name, s})
		}
	}
	colliding, failed := openSQLiteRows(ctx, folder, "each.db", another(), o.callers, min(o.callers, collidingConnections))
	add(naive, colliding, failed)
	single, failed := openSQLiteRows(ctx, folder, "queued.db", another(), o.callers, 1)
	add(queued, single, failed)
	plain, failed := openPlain(ctx, folder, o)
	add(plainRows, plain, failed)
	sync, failed := openSynced(folder)
	add(synchronized, sync, failed)
	return list, err
}
