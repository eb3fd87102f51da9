package journal

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"
)

// ErrSnapshotDamaged says that a stored snapshot cannot be read. The journal itself still can, from its first
// entry.
var ErrSnapshotDamaged = errors.New("the snapshot is damaged")

// Snapshot is the state of a team after one of its entries, as bytes. It makes loading cheaper and never
// changes what is true.
type Snapshot struct {
	Team string
	Seq  int64 // the last entry in it
	Hash Hash  // and that entry's hash
	Body []byte
}

// Snapshot is the latest of a team; false if it has none.
func (j *Journal) Snapshot(ctx context.Context, team string) (Snapshot, bool, error) {
	found, err := j.snapshots(ctx, `team = $1`, team)
	if err != nil {
		return Snapshot{}, false, fmt.Errorf("journal: read the snapshot of %s: %w", team, err)
	}
	if found == nil {
		return Snapshot{}, false, nil
	}
	return found[0], true, nil
}

// Snapshots are the latest of teams, in no order: of those that have one.
func (j *Journal) Snapshots(ctx context.Context, teams []string) ([]Snapshot, error) {
	if j.Shared() && len(teams) > 1 {
		found, err := j.snapshots(ctx, `team = ANY($1)`, teams)
		if err != nil {
			return nil, fmt.Errorf("journal: read the snapshots of %d teams: %w", len(teams), err)
		}
		return found, nil
	}
	var all []Snapshot
	for _, team := range teams {
		s, ok, err := j.Snapshot(ctx, team)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, s)
		}
	}
	return all, nil
}

func (j *Journal) snapshots(ctx context.Context, which string, args ...any) (all []Snapshot, err error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	rows, err := j.view().QueryContext(ctx, `SELECT team, seq, hash, body FROM snapshot WHERE `+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s Snapshot
		var hash, packed sql.RawBytes
		if err := rows.Scan(&s.Team, &s.Seq, &hash, &packed); err != nil {
			return nil, err
		}
		if s.Hash, err = hashOf(hash); err != nil {
			return nil, err
		}
		if s.Body, err = unpack(packed); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// snapshotPlace is the latest snapshot of a team without its body; false if it has none.
func (j *Journal) snapshotPlace(ctx context.Context, team string) (s Snapshot, ok bool, err error) {
	ctx, cancel := j.bounded(ctx)
	defer cancel()
	var hash []byte
	err = j.view().QueryRowContext(ctx, `SELECT seq, hash FROM snapshot WHERE team = $1`, team).Scan(&s.Seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return Snapshot{}, false, nil
	}
	if err == nil {
		s.Hash, err = hashOf(hash)
	}
	if err != nil {
		return Snapshot{}, false, fmt.Errorf("journal: read the snapshot of %s: %w", team, err)
	}
	return s, true, nil
}

// SaveSnapshot keeps a snapshot in place of the team's earlier one. One that is older than what is kept is
// dropped.
func (j *Journal) SaveSnapshot(ctx context.Context, s Snapshot) error {
	packed, err := pack(s.Body)
	if err == nil {
		err = j.write(ctx, `INSERT INTO snapshot (team, seq, hash, body) VALUES ($1, $2, $3, $4)
			ON CONFLICT (team) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, body = excluded.body
			WHERE snapshot.seq < excluded.seq`, s.Team, s.Seq, s.Hash[:], packed)
	}
	if err != nil {
		return fmt.Errorf("journal: save the snapshot of %s: %w", s.Team, err)
	}
	return nil
}

// packers are kept, because a new one clears more than a megabyte.
var packers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant of the package
	}
	return w
}}

// pack compresses a snapshot: about five times smaller, at some 180 MB/s. The checksum tells a damaged one.
func pack(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&b)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return b.Bytes(), nil
}

// unpack undoes pack. What DEFLATE can make of n bytes bounds the memory that a damaged snapshot takes.
func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSnapshotDamaged, err)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSnapshotDamaged, err)
	}
	return body, nil
}
