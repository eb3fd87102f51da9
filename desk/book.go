package desk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
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

	asker asker     // by which server the team is asked for
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

// loadBooks reads teams together, with their people. A team without entries is unknown, and left out.
func loadBooks(ctx context.Context, j Journal, names ...string) (known []*book, err error) {
	folds, err := loadFolds(ctx, j, names...)
	if err != nil {
		return nil, err
	}
	books := make(map[string]*book, len(names))
	for _, name := range names {
		f := folds[name]
		if f.team.Position == 0 {
			continue
		}
		if f.broken == nil {
			f.broken = f.team.Check()
		}
		f.joined = false
		b := &book{name: name, fold: *f, people: map[string]journal.Person{}, byMail: map[string]string{},
			durable: f.team.Position, chained: f.team.Position, fresh: f.read, size: f.team.Size()}
		books[name] = b
		known = append(known, b)
	}
	err = j.PeopleOf(ctx, slices.Collect(maps.Keys(books)), func(p journal.Person) error { books[p.Team].know(p); return nil })
	return known, err
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

// loadFolds folds the journals of teams on top of their snapshots, checking the chains on the way. A team without entries
// stands at position 0.
func loadFolds(ctx context.Context, j Journal, names ...string) (map[string]*fold, error) {
	snapshots, err := j.Snapshots(ctx, names)
	if err != nil {
		return nil, err
	}
	folds, heads := make(map[string]*fold, len(names)), make([]journal.Head, 0, len(names))
	for _, name := range names {
		folds[name] = &fold{team: license.NewTeam()}
	}
	for _, s := range snapshots {
		if err := folds[s.Team].begin(s); err != nil {
			return nil, fmt.Errorf("team %s: %w", s.Team, err)
		}
	}
	for _, name := range names {
		heads = append(heads, journal.Head{Team: name, Seq: folds[name].team.Position})
	}
	for len(heads) > 0 {
		limit := journal.AfterLimit(len(heads))
		entries, err := j.After(ctx, heads)
		if err != nil {
			return nil, err
		}
		heads = nil
		for team, some := range byTeam(entries) {
			f := folds[team]
			for _, e := range some {
				if f.broken == nil {
					f.broken = f.add(e)
				}
			}
			if f.broken == nil && len(some) == limit {
				heads = append(heads, journal.Head{Team: team, Seq: f.team.Position})
			}
		}
	}
	return folds, nil
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
