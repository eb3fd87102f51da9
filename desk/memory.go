package desk

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// book returns a team that is in memory, or nil.
func (c *committer) book(team string) *book {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.books[team]
}

// open returns a team, loading it when it is not in memory. Only the committer's own goroutine, or who holds
// its round, calls it.
func (c *committer) open(team string) (*book, error) {
	if b := c.book(team); b != nil {
		return b, nil
	}
	if err := c.load(team); err != nil {
		return nil, &Failure{err}
	}
	if b := c.book(team); b != nil {
		return b, nil
	}
	return nil, errTeamUnknown
}

// load takes teams into memory, those that are known.
func (c *committer) load(teams ...string) error {
	defer c.desk.opts.Metrics.loading(len(teams))()
	books, err := loadBooks(context.Background(), c.desk.journal, teams...)
	if err != nil {
		return err
	}
	for _, b := range books {
		c.keep(b)
	}
	c.makeRoom()
	return nil
}

// together is how many teams are loaded at a time: about fifty megabytes of entries are in memory meanwhile, at most.
const together = 32

// loadTogether takes teams into memory with few questions to the database, as after a start and after lost races. What is
// wrong with one of them is told when it is opened by itself.
func (c *committer) loadTogether(teams []string) {
	for some := range slices.Chunk(teams, together) {
		if len(some) > 1 {
			_ = c.load(some...)
		}
	}
}

// residue is what a dropped book leaves behind: what was answered and is not in the journal.
type residue struct {
	joins []license.Join
	seen  license.Instant
}

// keep takes a book into memory, with what a dropped one left behind.
func (c *committer) keep(b *book) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b.joins, b.seen = c.residues[b.name].joins, c.residues[b.name].seen
	delete(c.residues, b.name)
	for i := range b.joins {
		b.team.Join(&b.joins[i])
	}
	if len(b.joins) > 0 {
		c.dirty[b] = struct{}{}
	}
	c.books[b.name] = b
	b.used.Store(c.desk.use.Add(1))
	c.desk.memory.Add(b.size)
}

// adopt loads the teams whose dropped states left joins behind.
func (c *committer) adopt() {
	c.mu.RLock()
	var teams []string
	for team, left := range c.residues {
		if len(left.joins) > 0 {
			teams = append(teams, team)
		}
	}
	c.mu.RUnlock()
	c.loadTogether(teams)
	for _, team := range teams {
		if _, err := c.open(team); err != nil {
			slog.Warn("sessions that joined live passes wait to be written", "team", team, "error", err)
		}
	}
}

// drop forgets states that may hang on entries that were not kept.
func (c *committer) drop(books []*book) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range books {
		b.mu.Lock()
		c.residues[b.name] = residue{b.joins, b.seen}
		c.forget(b)
		b.mu.Unlock()
	}
}

// dropAll forgets all states: none of what they hang on can be trusted to be in the journal.
func (c *committer) dropAll() {
	c.mu.RLock()
	books := slices.Collect(maps.Values(c.books))
	c.mu.RUnlock()
	c.drop(books)
	c.last = journal.Head{}
}

// forget takes a book out of memory. Both locks are held.
func (c *committer) forget(b *book) {
	b.gone = true
	delete(c.dirty, b)
	if c.books[b.name] == b {
		delete(c.books, b.name)
		c.desk.memory.Add(-b.size)
	}
}

// makeRoom drops the teams that nobody asked about for longest, until a fifth of the bound is free.
func (c *committer) makeRoom() {
	if c.desk.memory.Load() <= c.desk.opts.Memory {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	idle := make([]*book, 0, len(c.books))
	for _, b := range c.books {
		idle = append(idle, b)
	}
	slices.SortFunc(idle, func(a, b *book) int { return cmp.Compare(a.used.Load(), b.used.Load()) })
	for _, b := range idle[:len(idle)-1] { // never the one that was just loaded
		if c.desk.memory.Load() <= c.desk.opts.Memory*4/5 {
			return
		}
		b.mu.Lock()
		if !b.pending && len(b.joins) == 0 && b.chained == b.durable {
			if b.fresh > 500 {
				c.desk.keeper.ask(b.name)
			}
			c.forget(b)
		}
		b.mu.Unlock()
	}
}
