package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Meta is a word about the whole database, such as which clock has written it; false if it was never set.
func (j *Journal) Meta(ctx context.Context, name string) (value string, ok bool, err error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	err = j.view().QueryRowContext(ctx, `SELECT value FROM meta WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("journal: read meta %s: %w", name, err)
	}
	return value, true, nil
}

// SetMeta sets such a word.
func (j *Journal) SetMeta(ctx context.Context, name, value string) error {
	err := j.write(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	if err != nil {
		return fmt.Errorf("journal: set meta %s: %w", name, err)
	}
	return nil
}

// DropMeta takes such a word away.
func (j *Journal) DropMeta(ctx context.Context, name string) error {
	if err := j.write(ctx, `DELETE FROM meta WHERE name = $1`, name); err != nil {
		return fmt.Errorf("journal: drop meta %s: %w", name, err)
	}
	return nil
}

// write runs one statement on the writer's connection. As with Append, the context is heard until it begins.
func (j *Journal) write(ctx context.Context, query string, args ...any) error {
	_, err := j.change(ctx, query, args...)
	return err
}

// change is write that also returns how many rows it was about.
func (j *Journal) change(ctx context.Context, query string, args ...any) (rows int64, err error) {
	if j.writer == nil {
		return 0, ErrReadOnly
	}
	conn, err := j.writer.Conn(ctx)
	if err != nil {
		return 0, fmt.Errorf("wait for the writer: %w", err)
	}
	defer conn.Close()
	if j.broken.Load() {
		return 0, ErrBroken
	}
	ctx, cancel := j.bounded(context.WithoutCancel(ctx))
	defer cancel()
	result, err := conn.ExecContext(ctx, query, args...)
	if err != nil && j.dialect.storageFull(err) {
		return 0, fmt.Errorf("%w: %w", ErrStorageFull, err)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
