package desk

import (
	"context"
	"errors"
	"fmt"
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

// loadBook reads a team: its snapshot, the entries after it, and its people. A team without entries is
// unknown.
func loadBook(ctx context.Context, j Journal, name string) (*book, error) {
	b := &book{name: name, people: map[string]journal.Person{}, byMail: map[string]string{}}
	f, err := loadFold(ctx, j, name)
	if err != nil {
		return nil, err
	}
	if f.team.Position == 0 {
		return nil, errTeamUnknown
	}
	b.fold, b.durable, b.chained, b.fresh = *f, f.team.Position, f.team.Position, f.read
	if b.broken == nil {
		b.broken = b.team.Check()
	}
	if err := b.meet(ctx, j); err != nil {
		return nil, err
	}
	b.size = b.team.Size()
	return b, nil
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
		f.head = s.Hash
		if f.team, err = license.LoadTeam(s.Body); errors.Is(err, license.ErrSnapshotOld) {
			f.team, f.head = license.NewTeam(), journal.Hash{}
		} else if err != nil {
			return nil, fmt.Errorf("team %s: %w", name, err)
		}
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
