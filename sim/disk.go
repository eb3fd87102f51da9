package sim

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/daypass/daypass/journal"
)

// fault is what happens to one commit.
type fault int

const (
	faultNone   fault = iota
	faultBefore       // it fails and keeps nothing
	faultAfter        // it is kept and its answer is lost
	faultFull         // the disk is full
	crashBefore       // the server dies before it is kept
	crashAfter        // the server dies after it was kept
)

// crash is thrown by a journal whose server dies.
type crash struct{ kept bool }

// disk is a journal in memory with faults. What it keeps outlives the servers on it.
type disk struct {
	entries   map[string][]journal.Entry
	people    []journal.Person
	outbox    map[string]journal.Notice // by team and id
	snapshots map[string]journal.Snapshot

	invitations []journal.Invitation

	shared    bool   // several servers write to it
	meanwhile func() // happens before the next commit
	next      fault
	commits   int
}

func newDisk() *disk {
	return &disk{entries: map[string][]journal.Entry{}, snapshots: map[string]journal.Snapshot{}, outbox: map[string]journal.Notice{}}
}

// Append implements desk.Journal.
func (d *disk) Append(_ context.Context, b journal.Batch) error {
	f, meanwhile := d.next, d.meanwhile
	d.next, d.meanwhile = faultNone, nil
	if meanwhile != nil {
		meanwhile()
	}
	switch f {
	case faultBefore:
		return fmt.Errorf("the line was cut before the commit")
	case faultFull:
		return journal.ErrStorageFull
	case crashBefore:
		panic(crash{})
	}
	if err := d.keep(b); err != nil {
		return err
	}
	switch f {
	case faultAfter:
		return fmt.Errorf("the line was cut after the commit")
	case crashAfter:
		panic(crash{kept: true})
	}
	return nil
}

func (d *disk) keep(b journal.Batch) error {
	for _, h := range slices.Concat(b.Heads, b.Base) { // there is one team, so that no part of a batch can be kept
		if d.shared && d.head(h.Team).Hash != h.Hash {
			return fmt.Errorf("the journal of %s does not end at %d: %w", h.Team, h.Seq, journal.ErrConflict)
		}
	}
	sorted := slices.Clone(b.Entries)
	slices.SortStableFunc(sorted, func(a, b journal.Entry) int {
		if a.Team != b.Team {
			if a.Team < b.Team {
				return -1
			}
			return 1
		}
		return int(a.Seq - b.Seq)
	})
	last := map[string]int64{}
	for _, e := range sorted {
		if _, ok := last[e.Team]; !ok {
			last[e.Team] = int64(len(d.entries[e.Team]))
		}
		if last[e.Team]++; e.Seq != last[e.Team] {
			return fmt.Errorf("entry %d of %s does not follow %d: %w", e.Seq, e.Team, last[e.Team]-1, journal.ErrConflict)
		}
	}
	for _, e := range sorted {
		d.entries[e.Team] = append(d.entries[e.Team], e)
	}
	d.people = append(d.people, b.People...)
	for _, i := range b.Invitations {
		d.invitations = slices.DeleteFunc(d.invitations, func(old journal.Invitation) bool { return old.Team == i.Team && old.Person == i.Person })
		d.invitations = append(d.invitations, i)
	}
	for _, n := range b.Outbox {
		if _, ok := d.outbox[n.Team+" "+n.ID]; !ok {
			d.outbox[n.Team+" "+n.ID] = n
		}
	}
	d.commits++
	return nil
}

func (d *disk) head(team string) journal.Head {
	h := journal.Head{Team: team, Seq: int64(len(d.entries[team]))}
	if h.Seq > 0 {
		h.Hash = d.entries[team][h.Seq-1].Hash
	}
	return h
}

// Shared implements desk.Journal.
func (d *disk) Shared() bool { return d.shared }

// After implements desk.Journal.
func (d *disk) After(_ context.Context, heads []journal.Head) (all []journal.Entry, err error) {
	for _, h := range heads {
		all = append(all, d.entries[h.Team][min(h.Seq, int64(len(d.entries[h.Team]))):]...)
	}
	return all, nil
}

// TeamsAfter implements desk.Journal.
func (d *disk) TeamsAfter(ctx context.Context, after string, limit int64) ([]string, error) {
	teams, err := d.Teams(ctx)
	teams = slices.DeleteFunc(teams, func(t string) bool { return t <= after })
	return teams[:min(limit, int64(len(teams)))], err
}

// Read implements desk.Journal.
func (d *disk) Read(_ context.Context, team string, after int64, fn func(journal.Entry) error) error {
	for _, e := range d.entries[team][min(after, int64(len(d.entries[team]))):] {
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// Snapshot implements desk.Journal.
func (d *disk) Snapshot(_ context.Context, team string) (journal.Snapshot, bool, error) {
	s, ok := d.snapshots[team]
	return s, ok, nil
}

// Snapshots implements desk.Journal.
func (d *disk) Snapshots(_ context.Context, teams []string) (all []journal.Snapshot, err error) {
	for _, team := range teams {
		if s, ok := d.snapshots[team]; ok {
			all = append(all, s)
		}
	}
	return all, nil
}

// SaveSnapshot implements desk.Journal.
func (d *disk) SaveSnapshot(_ context.Context, s journal.Snapshot) error {
	d.snapshots[s.Team] = s
	return nil
}

// PeopleOf implements desk.Journal.
func (d *disk) PeopleOf(_ context.Context, teams []string, fn func(journal.Person) error) error {
	for _, p := range d.people {
		if slices.Contains(teams, p.Team) {
			if err := fn(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// Invitations implements desk.Journal.
func (d *disk) Invitations(_ context.Context, team, from, to string, fn func(journal.Invitation) error) error {
	for _, i := range d.invitations {
		if i.Team == team && from <= i.Person && i.Person <= to {
			if err := fn(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// InvitationOf implements desk.Journal.
func (d *disk) InvitationOf(_ context.Context, team string, hash journal.Hash) (journal.Invitation, bool, error) {
	for _, i := range d.invitations {
		if i.Team == team && i.Hash == hash {
			return i, true, nil
		}
	}
	return journal.Invitation{}, false, nil
}

// AcceptInvitation implements desk.Journal.
func (d *disk) AcceptInvitation(_ context.Context, team string, hash journal.Hash, at int64, request string) (bool, error) {
	for n, i := range d.invitations {
		if i.Team == team && i.Hash == hash && i.AcceptedAt == 0 && at < i.ExpiresAt {
			d.invitations[n].AcceptedAt, d.invitations[n].Request = at, request
			return true, nil
		}
	}
	return false, nil
}

// Teams lists the journals.
func (d *disk) Teams(context.Context) ([]string, error) {
	var teams []string
	for t := range d.entries {
		teams = append(teams, t)
	}
	slices.Sort(teams)
	return teams, nil
}

// Claim implements desk.Journal.
func (d *disk) Claim(context.Context, journal.Task, time.Time, time.Duration) (bool, error) {
	return true, nil
}

// Release implements desk.Journal.
func (d *disk) Release(context.Context, journal.Task) error { return nil }

// WantTurns implements desk.Journal.
func (d *disk) WantTurns(context.Context, string) error { return nil }

// TakeTurns implements desk.Journal.
func (d *disk) TakeTurns(context.Context, []string) (*journal.Turn, error) {
	return new(journal.Turn), nil
}

// EndTurns implements desk.Journal.
func (d *disk) EndTurns(context.Context, string) error { return nil }
