package journal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Batch is what is appended in one transaction: entries of any number of teams, those of one team
// consecutive, people that are new or have changed, and what somebody is to be told of it.
//
// On a journal that is Shared, what was decided on a team counts only while that team's journal ends where it did then;
// elsewhere nobody else could have moved it, and nothing is looked at.
type Batch struct {
	Entries []Entry
	People  []Person
	// Invitations replace those that the same people had before.
	Invitations []Invitation
	// Outbox is kept with its team's entries, or not at all like them.
	Outbox []Notice
	// Heads are where the journals ended of the teams that the batch was decided on, written to or only read. Where one
	// has moved, this team's part is not kept, and the other teams' parts are.
	Heads []Head
	// Base are heads that all decisions hang on: where one has moved, nothing is kept.
	Base []Head
	// Last is the latest entry that whoever decided has had kept, as the head that it was then; zero if there is none.
	// While it is there, so are all entries that were kept before it, and nothing has to be looked at that is Mine.
	Last Head
	// Whole says that all teams' parts are kept or none.
	Whole bool
	// Held are the teams whose turn to write this server has (TakeTurns).
	Held []string
	// Rivals, if not nil, is set to the teams written to that other servers want to write to in turns.
	Rivals *[]string
}

// Head is where a team's journal ends: its last position and that entry's hash; zero for a team without entries.
type Head struct {
	Team string
	Seq  int64
	Hash Hash
	// Mine says, of the heads of a batch, that who decided has had this entry kept too, no later than Batch.Last: what
	// follows on it only has to find its place free.
	Mine bool
}

// Conflict is the answer to a batch that was kept in part: without some teams, whose journals end elsewhere by now.
type Conflict struct {
	Teams []string // none: nothing at all was kept
	// Forgotten says that Batch.Last is not in the journal any more: the database has lost what it had kept, as one does
	// that fails over to a replica that was behind. Nothing that is known of any team is worth anything then.
	Forgotten bool
}

func (c *Conflict) Error() string {
	if c.Forgotten {
		return "the journal has lost entries that it had kept"
	}
	if len(c.Teams) == 0 {
		return ErrConflict.Error()
	}
	return fmt.Sprintf("%v, of %s", ErrConflict, strings.Join(c.Teams, ", "))
}

// Is makes it an ErrConflict.
func (c *Conflict) Is(target error) bool { return target == ErrConflict }

// appendTimeout bounds an append that the database does not answer. Its outcome is unknown then.
const appendTimeout = 10 * time.Second

// Append writes a batch in one transaction and returns when it is on the disk. A batch that has only heads asks
// whether they are still the last. It fails with ErrConflict (a *Conflict where a part was kept), ErrStorageFull or
// ErrBroken, among others. The context is
// heard until the transaction begins, not after: a commit that is given up halfway has an unknown outcome, and
// it takes only milliseconds.
func (j *Journal) Append(ctx context.Context, b Batch) error {
	if len(b.Entries) == 0 && len(b.People) == 0 && len(b.Outbox) == 0 && len(b.Invitations) == 0 &&
		(len(b.Heads)+len(b.Base) == 0 || !j.Shared()) {
		return nil
	}
	if j.writer == nil {
		return fmt.Errorf("journal: append: %w", ErrReadOnly)
	}
	var err error
	if b.Entries, err = inOrder(b.Entries); err != nil {
		return fmt.Errorf("journal: append: %w", err)
	}
	if byTeam := func(a, b Head) int { return strings.Compare(a.Team, b.Team) }; !slices.IsSortedFunc(b.Heads, byTeam) {
		b.Heads = slices.SortedFunc(slices.Values(b.Heads), byTeam)
	}
	conn, err := j.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("journal: append: wait for the writer: %w", err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), appendTimeout)
	defer cancel()
	err = conn.Raw(func(driverConn any) error {
		if j.broken.Load() {
			return ErrBroken
		}
		return j.ins.insert(ctx, driverConn, b)
	})
	return j.explainAppend(err)
}

// explainAppend gives an error of the engine its name.
func (j *Journal) explainAppend(err error) error {
	var c *commitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &c) && j.dialect.broken(c.err):
		j.breakOff()
		return fmt.Errorf("journal: append: %w: %w", ErrBroken, err)
	case errors.Is(err, ErrConflict):
		return fmt.Errorf("journal: append: %w", err)
	case j.dialect.conflict(err):
		return fmt.Errorf("journal: append: %w: %w", ErrConflict, err)
	case j.dialect.storageFull(err):
		return fmt.Errorf("journal: append: %w: %w", ErrStorageFull, err)
	}
	return fmt.Errorf("journal: append: %w", err)
}

// inOrder checks the entries and sorts them by team and position, so that two servers on one database
// take their locks in one order. What is in order already is not copied.
func inOrder(entries []Entry) ([]Entry, error) {
	byPlace := func(a, b Entry) int {
		return cmp.Or(strings.Compare(a.Team, b.Team), cmp.Compare(a.Seq, b.Seq))
	}
	if !slices.IsSortedFunc(entries, byPlace) {
		entries = slices.Clone(entries)
		slices.SortFunc(entries, byPlace)
	}
	for i := range entries {
		e := &entries[i]
		if err := e.check(); err != nil {
			return nil, err
		}
		if i > 0 && entries[i-1].Team == e.Team && entries[i-1].Seq+1 != e.Seq {
			return nil, fmt.Errorf("entries %d and %d of %s do not follow each other", entries[i-1].Seq, e.Seq, e.Team)
		}
	}
	return entries, nil
}

// check refuses what one of the engines could not keep as it is.
func (e *Entry) check() error {
	switch {
	case e.Team == "" || e.Seq < 1:
		return fmt.Errorf("entry %d of team %q has no place in a journal", e.Seq, e.Team)
	case !utf8.Valid(e.Body) || bytes.IndexByte(e.Body, 0) >= 0:
		return fmt.Errorf("entry %d of %s is not text", e.Seq, e.Team)
	}
	return nil
}
