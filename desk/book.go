package desk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/mailbox"
)

// book is one team in memory: its state, its people, and where its journal ends.
type book struct {
	mu     sync.Mutex
	name   string
	fold                             // the team, and the hash of the last entry in memory
	people map[string]journal.Person // by user id
	byMail map[string]string         // key of the mail address → user id
	// durable is the last position in the journal. While pending, decisions hang on entries after it that
	// may still fail, and nobody is answered from this state.
	durable int64
	pending bool
	// chained is the number of the last entry that was decided; durable when nothing is under way.
	chained int64
	// joins were answered and are written with the next entries; the first writing of them are on their way.
	joins   []license.Join
	writing int
	before  int // of these, in rounds that are sealed
	// seen is the latest instant anyone was answered at; time does not go back behind it.
	seen  license.Instant
	gone  bool   // dropped from memory: whoever still holds it must look again
	round *round // the last that touched it

	mine    bool   // the last entry of the journal is one that this server has had kept
	claimed *round // the last that has decided on it

	// deciding is set while the committer has commands of this team before it.
	deciding atomic.Bool

	wrote time.Time // when this server last wrote to it; zero: it has not
	size  int64
	fresh int64 // entries since the last snapshot was asked for
	used  atomic.Int64
}

// now is the team's time for a clock reading (R1.3).
func (b *book) now(clock license.Instant) license.Instant {
	return max(b.team.Now(clock), b.seen)
}

// user turns an id or a mail address into a user id; what is neither stays as it is.
func (b *book) user(idOrMail string) string {
	if b.team.Users[idOrMail] != nil {
		return idOrMail
	}
	if id, ok := b.byMail[mailbox.Key(idOrMail)]; ok {
		return id
	}
	return idOrMail
}

func (b *book) users(idsOrMails []string) []string {
	ids := make([]string, len(idsOrMails))
	for i, u := range idsOrMails {
		ids[i] = b.user(u)
	}
	return ids
}

func (b *book) know(p journal.Person) {
	if old, ok := b.people[p.ID]; ok {
		if key := mailbox.Key(old.Email); b.byMail[key] == p.ID {
			delete(b.byMail, key)
		}
	}
	b.people[p.ID] = p
	if p.Email != "" {
		b.byMail[mailbox.Key(p.Email)] = p.ID
	}
}

// loadBooks reads teams together: their snapshots, the entries after these, and their people. A team without entries is
// unknown, and left out.
func loadBooks(ctx context.Context, j Journal, names ...string) (known []*book, err error) {
	books, heads := make(map[string]*book, len(names)), make([]journal.Head, 0, len(names))
	for _, name := range names {
		books[name] = &book{name: name, people: map[string]journal.Person{}, byMail: map[string]string{}}
		books[name].team = license.NewTeam()
	}
	snapshots, err := j.Snapshots(ctx, names)
	if err != nil {
		return nil, err
	}
	for _, s := range snapshots {
		if err := books[s.Team].begin(s); err != nil {
			return nil, fmt.Errorf("team %s: %w", s.Team, err)
		}
	}
	for name, b := range books {
		heads = append(heads, journal.Head{Team: name, Seq: b.team.Position, Hash: b.head})
	}
	for len(heads) > 0 {
		entries, err := j.After(ctx, heads)
		if err != nil {
			return nil, err
		}
		heads = heads[:0]
		for team, some := range byTeam(entries) {
			b := books[team]
			for _, e := range some {
				if b.broken == nil {
					b.broken = b.add(e)
				}
			}
			if len(some) == journal.AfterLimit {
				last := some[len(some)-1]
				heads = append(heads, journal.Head{Team: team, Seq: last.Seq, Hash: last.Hash})
			}
		}
	}
	if err := j.PeopleOf(ctx, names, func(p journal.Person) error { books[p.Team].know(p); return nil }); err != nil {
		return nil, err
	}
	for _, b := range books {
		if b.team.Position == 0 {
			continue
		}
		if b.broken == nil {
			b.broken = b.team.Check()
		}
		b.durable, b.chained, b.fresh, b.joined, b.size = b.team.Position, b.team.Position, b.read, false, b.team.Size()
		known = append(known, b)
	}
	return known, nil
}

// byTeam are entries in the order in which they are, those of a team together.
func byTeam(entries []journal.Entry) iter.Seq2[string, []journal.Entry] {
	return func(yield func(string, []journal.Entry) bool) {
		for len(entries) > 0 {
			team, n := entries[0].Team, 1
			for n < len(entries) && entries[n].Team == team {
				n++
			}
			if !yield(team, entries[:n]) {
				return
			}
			entries = entries[n:]
		}
	}
}

// fold is a team's state rebuilt from its journal.
type fold struct {
	team   *license.Team
	head   journal.Hash
	read   int64 // entries folded on top of the snapshot
	joined bool  // users were added by entries folded since it was last unset: their names stand beside the journal
	broken error // the first contradiction; the state ends before it, and nothing more is written to such a team
}

// loadFold folds a team's journal on top of its snapshot, checking the chain on the way.
func loadFold(ctx context.Context, j Journal, name string) (*fold, error) {
	f := &fold{team: license.NewTeam()}
	s, ok, err := j.Snapshot(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("reading the snapshot of %s: %w", name, err)
	}
	if ok {
		err = f.begin(s)
	}
	if err != nil {
		return nil, fmt.Errorf("team %s: %w", name, err)
	}
	err = j.Read(ctx, name, f.team.Position, func(e journal.Entry) error {
		if f.broken == nil {
			f.broken = f.add(e)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the journal of %s: %w", name, err)
	}
	return f, nil
}

// begin takes over the state of a snapshot, unless another version of the program wrote it: then the fold begins at the
// first entry.
func (f *fold) begin(s journal.Snapshot) error {
	team, err := license.LoadTeam(s.Body)
	if errors.Is(err, license.ErrSnapshotOld) {
		return nil
	}
	if err != nil {
		return err
	}
	f.team, f.head = team, s.Hash
	return nil
}

func (f *fold) add(e journal.Entry) error {
	if e.Seq != f.team.Position+1 {
		return fmt.Errorf("entry %d follows entry %d (R14.1)", e.Seq, f.team.Position)
	}
	if journal.Chain(f.head, e.Body) != e.Hash {
		return fmt.Errorf("entry %d is not the one that was chained (R14.1)", e.Seq)
	}
	entry, err := license.DecodeEntry(e.Body)
	if err != nil {
		return fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	if err := f.team.Apply(entry); err != nil {
		return err
	}
	f.head = e.Hash
	f.read++
	if _, added := entry.Body.(*license.UserAdded); added {
		f.joined = true
	}
	return nil
}
