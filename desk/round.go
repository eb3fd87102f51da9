package desk

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// round is one batch on its way: its commands, what it appends, and the books that it touched.
type round struct {
	commands []*command
	books    []*book
	ends     []end // of the books, once it is sealed
	batch    journal.Batch
	// bad is the book on which the program contradicted itself, and why: the round begins again without
	// that team's commands.
	bad   *book
	cause error

	now     turn     // of the command that is being decided
	claimed []*book  // that commands of this round are decided on
	open    int      // so many of the last of them are being decided on
	inForce *inForce // what they are decided with
	shared  bool     // others may write meanwhile: the batch says what it was decided on
}

// end is how far a book was when a round was sealed.
type end struct {
	chained int64 // its last entry
	writing int   // joins that are written in the round
}

func (d *Desk) newRound(commands int) *round {
	r := &round{batch: journal.Batch{Entries: make([]journal.Entry, 0, commands+1)}, inForce: d.inForce.Load(),
		shared: d.journal.Shared()}
	if r.shared {
		r.batch.Base = []journal.Head{r.inForce.head}
	}
	return r
}

// claim sends glances at a book to the queue while its commands are decided.
func (r *round) claim(b *book) {
	if b.claimed == r {
		return
	}
	b.claimed = r
	b.deciding.Store(true)
	r.claimed = append(r.claimed, b)
	r.open++
	if r.shared { // its head will be the journal's when the round before is kept
		r.batch.Heads = append(r.batch.Heads, journal.Head{Team: b.name, Seq: b.chained, Hash: b.head, Mine: b.mine || b.chained > b.durable})
	}
}

func (r *round) release() {
	for _, b := range r.claimed[len(r.claimed)-r.open:] {
		b.deciding.Store(false)
	}
	r.open = 0
}

// seal notes how far the books are: rounds that follow go on from there.
func (r *round) seal() {
	r.ends = make([]end, len(r.books))
	for i, b := range r.books {
		b.mu.Lock()
		r.ends[i] = end{b.chained, b.writing - b.before}
		b.before = b.writing
		b.mu.Unlock()
	}
}

// turn gives one command its turn. The book's lock is held. A panic is a contradiction like any other: it costs
// this command its answer and nobody else anything.
func (r *round) turn(b *book, cmd *command, clock license.Instant, catalog *license.Catalog) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	t, err := r.begin(b, clock, catalog)
	if err != nil {
		return err
	}
	t.effects = r.now.effects[:0]
	r.now = t // one after the other, in one place: a turn is over when its command is
	if err := cmd.decide(&r.now); err != nil {
		return err
	}
	return r.end(&r.now)
}

// begin reads the team's time for a decision, or says why there can be none.
func (r *round) begin(b *book, clock license.Instant, catalog *license.Catalog) (turn, error) {
	if b.broken != nil {
		return turn{}, &license.Error{Code: "ledger_broken",
			Message: "the team's ledger contradicts itself and is not written to any more: run daypass verify"}
	}
	now := b.now(clock)
	if tooFarBack(clock, now) {
		return turn{}, &license.Error{Code: "clock_behind", Message: fmt.Sprintf(
			"the server's clock is %d ms behind this team's last instant: set the clock right", now-clock)}
	}
	// What was answered before comes before in the journal.
	if err := r.joins(b); err != nil {
		return turn{}, err
	}
	b.seen = now
	return turn{now: now, catalog: catalog, team: b.team, book: b}, nil
}

// end takes over what a turn did.
func (r *round) end(t *turn) error {
	b := t.book
	for _, e := range t.effects {
		b.pending = b.pending || len(e.Entries) > 0
		if err := r.chain(b, e.Entries); err != nil {
			return err
		}
		if err := r.post(b, e.Notices); err != nil {
			return err
		}
	}
	if err := r.post(b, t.notices); err != nil {
		return err
	}
	r.batch.Invitations = append(r.batch.Invitations, t.invitations...)
	for _, p := range t.people {
		r.touch(b)
		b.pending = true
		b.know(p)
		r.batch.People = append(r.batch.People, p)
	}
	return nil
}

// chain encodes entries behind those of the book.
func (r *round) chain(b *book, entries []*license.Entry) error {
	if len(entries) > 0 {
		r.touch(b)
	}
	for _, e := range entries {
		body, err := e.Encode()
		if err != nil {
			return fmt.Errorf("encoding an entry of %s: %w", b.name, err)
		}
		b.chained++
		b.head = journal.Chain(b.head, body)
		r.batch.Entries = append(r.batch.Entries, journal.Entry{Team: b.name, Seq: b.chained, Body: body, Hash: b.head})
	}
	return nil
}

// forget lets go of what is not needed any more once the round is answered: its books may know it for long.
func (r *round) forget() { r.commands, r.batch = nil, journal.Batch{} }

func (r *round) touch(b *book) {
	if b.round != r {
		b.round = r
		r.books = append(r.books, b)
	}
}

// joins writes what was answered from live passes since the last round. Decisions do not hang on it, so the
// book can be answered from meanwhile. The book's lock is held.
func (r *round) joins(b *book) error {
	if len(b.joins) == b.writing {
		return nil
	}
	effect, err := b.team.WriteJoins(slices.Clone(b.joins[b.writing:]))
	if err != nil {
		return err
	}
	b.writing = len(b.joins)
	return r.chain(b, effect.Entries)
}

// check looks at every touched team once more, in another way than its entries were applied, before anything
// is kept.
func (r *round) check() {
	for _, b := range r.books {
		b.mu.Lock()
		err := b.team.CheckPacks()
		if err == nil && b.chained != b.team.Position {
			err = fmt.Errorf("%d entries are chained and %d applied", b.chained, b.team.Position)
		}
		b.mu.Unlock()
		if err != nil {
			r.fail(b, err)
			return
		}
	}
}

func (r *round) fail(b *book, cause error) {
	r.touch(b)
	r.bad, r.cause = b, cause
}

// refuse answers the commands of the bad book and returns the others.
func (r *round) refuse() (others []*command) {
	var bad []*command
	for _, cmd := range r.commands {
		if cmd.team == r.bad.name {
			bad = append(bad, cmd)
		} else {
			others = append(others, cmd)
		}
	}
	giveUp(bad, &Failure{fmt.Errorf("team %s: %w", r.bad.name, r.cause)})
	return others
}

// commit appends the round. One that only read asks whether what it read is still so, where others may write.
func (r *round) commit(j Journal) (lost map[string]bool, err error) {
	if r.empty() {
		return nil, nil
	}
	return commit(j, r.batch)
}

// empty says that there is nothing to write and nothing to ask.
func (r *round) empty() bool {
	return len(r.batch.Entries) == 0 && len(r.batch.Outbox) == 0 && (!r.shared || len(r.claimed) == 0)
}

// commit appends a batch. With an error it returns the teams that were not kept; nil then says all.
func commit(j Journal, b journal.Batch) (lost map[string]bool, err error) {
	// Not a request's context: what was decided together is kept together.
	err = j.Append(context.Background(), b)
	var part *journal.Conflict
	switch {
	case err == nil, errors.Is(err, journal.ErrStorageFull):
		return nil, err
	case errors.As(err, &part) && len(part.Teams) > 0:
		lost = map[string]bool{}
		for _, team := range part.Teams {
			lost[team] = true
		}
		return lost, err
	case errors.Is(err, journal.ErrConflict), len(b.Entries) == 0:
		return nil, err
	}
	lost, unknown := missing(j, b)
	switch {
	case unknown != nil:
		return nil, err
	case len(lost) == 0:
		return nil, nil
	}
	return lost, err
}

// missing resolves a lost answer by reading the journal, never by guessing: a team's part is there as a whole or not at
// all, so its last entry tells. One that is still on its way meets the next attempt in the journal's key, where one of
// the two is refused. What was only read is missing, since nobody has looked whether it was still so.
func missing(j Journal, b journal.Batch) (lost map[string]bool, err error) {
	last := map[string]journal.Entry{}
	for _, e := range b.Entries {
		last[e.Team] = e
	}
	lost = map[string]bool{}
	heads := make([]journal.Head, 0, len(last))
	for team, e := range last {
		heads = append(heads, journal.Head{Team: team, Seq: e.Seq - 1})
		lost[team] = true
	}
	for _, h := range b.Heads {
		lost[h.Team] = true
	}
	entries, err := j.After(context.Background(), heads)
	for _, e := range entries {
		if e.Seq == last[e.Team].Seq && e.Hash == last[e.Team].Hash {
			delete(lost, e.Team)
		}
	}
	return lost, err
}
