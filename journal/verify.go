package journal

import (
	"context"
	"errors"
	"fmt"
)

// Report is what Verify found in a team's journal.
type Report struct {
	Team    string
	Entries int64 // found whole, from the first on
	Head    Hash  // of the last of them
	// BrokenAt is the first position that is not as it was written, 0 if there is none; Reason says why.
	BrokenAt int64
	Reason   string
}

// errStop ends a reading that has seen enough.
var errStop = errors.New("stop")

// Verify reads a team's journal from its first entry, checks that no position is missing and that each hash
// follows from all before it, and gives fn the entries it found whole; fn may be nil. The error is for what
// could not be read, or fn's own; a broken chain is a finding.
//
// Entries cut off at the end leave a whole, shorter chain. They are missed here if a snapshot knew of them,
// otherwise by comparing Head with what was noted elsewhere.
func Verify(ctx context.Context, j *Journal, team string, fn func(Entry) error) (Report, error) {
	v := verification{Report: Report{Team: team}, fn: fn}
	snapshot, known, err := j.snapshotPlace(ctx, team)
	if err != nil {
		return v.Report, err
	}
	v.snapshot = snapshot
	err = j.Read(ctx, team, 0, v.entry)
	if errors.Is(err, errStop) {
		return v.Report, nil
	}
	if errors.Is(err, errHash) {
		v.brokenAt(v.Entries+1, errHash.Error())
		return v.Report, nil
	}
	if err != nil {
		return v.Report, err
	}
	if known && v.Entries < snapshot.Seq {
		v.brokenAt(v.Entries+1, fmt.Sprintf("it is missing, and a snapshot of entry %d exists", snapshot.Seq))
	}
	return v.Report, nil
}

type verification struct {
	Report
	snapshot Snapshot // without a body; of entry 0 if there is none
	fn       func(Entry) error
}

func (v *verification) brokenAt(seq int64, reason string) {
	v.BrokenAt, v.Reason = seq, reason
}

func (v *verification) entry(e Entry) error {
	switch {
	case e.Seq != v.Entries+1:
		v.brokenAt(v.Entries+1, fmt.Sprintf("it is missing; entry %d comes next", e.Seq))
		return errStop
	case Chain(v.Head, e.Body) != e.Hash:
		v.brokenAt(e.Seq, "its hash does not follow from its text and the entries before it")
		return errStop
	case e.Seq == v.snapshot.Seq && e.Hash != v.snapshot.Hash:
		v.brokenAt(e.Seq, "a snapshot was made when its hash was another")
		return errStop
	}
	v.Entries, v.Head = e.Seq, e.Hash
	if v.fn == nil {
		return nil
	}
	return v.fn(e)
}
