package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// Archive is what Verify reads.
type Archive interface {
	Teams(context.Context) ([]string, error)
	Read(ctx context.Context, team string, after int64, fn func(journal.Entry) error) error
	Snapshot(ctx context.Context, team string) (journal.Snapshot, bool, error)
}

// Finding is something that Verify found wrong.
type Finding struct {
	Team   string
	Detail string
}

// Checked says how far Verify is: after each team, how much it has recomputed.
type Checked struct {
	Team    string
	Teams   int   // done
	Of      int   // in all
	Entries int64 // of all teams done
}

// Verify recomputes everything from the first entry (R14.1): the numbering and the chain, each team's state
// with the checks of its rules, and that each snapshot is what its entries give. It reads and never writes.
func Verify(ctx context.Context, a Archive, progress func(Checked)) ([]Finding, Checked, error) {
	teams, err := a.Teams(ctx)
	if err != nil {
		return nil, Checked{}, fmt.Errorf("listing the teams: %w", err)
	}
	var findings []Finding
	done := Checked{Of: len(teams)}
	for _, team := range teams {
		n, wrong, err := verifyTeam(ctx, a, team)
		if err != nil {
			return findings, done, fmt.Errorf("verifying %s: %w", team, err)
		}
		if wrong != nil {
			findings = append(findings, Finding{team, wrong.Error()})
		}
		done.Team, done.Teams, done.Entries = team, done.Teams+1, done.Entries+n
		progress(done)
	}
	return findings, done, nil
}

func verifyTeam(ctx context.Context, a Archive, team string) (n int64, wrong, err error) {
	if team == license.OperatorJournal {
		return verifyOperator(ctx, a)
	}
	snapshot, kept, err := a.Snapshot(ctx, team)
	if err != nil {
		return 0, nil, err
	}
	kept = kept && license.IsSnapshot(snapshot.Body) // one of another version is not loaded by anybody
	f := &fold{team: license.NewTeam()}
	err = a.Read(ctx, team, 0, func(e journal.Entry) error {
		if wrong = f.add(e); wrong != nil {
			return errEnough
		}
		if kept && e.Seq == snapshot.Seq {
			if wrong = sameSnapshot(f, snapshot); wrong != nil {
				return errEnough
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if wrong == nil && kept && snapshot.Seq > f.team.Position {
		wrong = fmt.Errorf("the snapshot stands at entry %d and the journal ends at %d", snapshot.Seq, f.team.Position)
	}
	if wrong == nil {
		wrong = f.team.Check()
	}
	if wrong == nil {
		wrong = f.team.CheckForgotten()
	}
	return f.read, wrong, err
}

// sameSnapshot compares a snapshot with the state that the entries before it give.
func sameSnapshot(f *fold, s journal.Snapshot) error {
	body, err := f.team.Save()
	if err != nil {
		return err
	}
	if !bytes.Equal(body, s.Body) || s.Hash != f.head {
		return fmt.Errorf("the snapshot at entry %d is not what the entries give", s.Seq)
	}
	return nil
}

func verifyOperator(ctx context.Context, a Archive) (n int64, wrong, err error) {
	state, head := license.NewOperator(), journal.Hash{}
	err = a.Read(ctx, license.OperatorJournal, 0, func(e journal.Entry) error {
		n++
		if wrong = addOperator(state, &head, e); wrong != nil {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return n, wrong, err
}

// addOperator folds one entry of the operator's journal, checking the chain.
func addOperator(state *license.Operator, head *journal.Hash, e journal.Entry) error {
	if e.Seq != state.Position+1 || journal.Chain(*head, e.Body) != e.Hash {
		return fmt.Errorf("entry %d is not the one that was chained (R14.1)", e.Seq)
	}
	entry, err := license.DecodeEntry(e.Body)
	if err != nil {
		return err
	}
	*head = e.Hash
	return state.Apply(entry)
}
