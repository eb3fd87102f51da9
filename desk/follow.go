package desk

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// Servers that share a journal decide on what they have in memory, and the journal refuses a batch whose teams
// others have written to. What is here finds out before, where that is likely.

// watchFor is for how many rounds after the last sign of another server each round begins with a look at what others
// have written. The look is one more way to the database; a lost race costs the whole round and loading its teams.
const watchFor = 256

// follow reads what other servers have written to the teams of a batch that are in memory. What cannot be read now
// is found out by the commit.
func (c *committer) follow(batch []*command) {
	if c.watch == 0 || !c.desk.journal.Shared() {
		return
	}
	c.watch--
	if err := c.catchUp(batch); err != nil {
		slog.Warn("what other servers have written cannot be read", "error", err)
	}
}

func (c *committer) catchUp(batch []*command) error {
	books := map[string]*book{}
	for _, cmd := range batch {
		if b := c.book(cmd.team); b != nil {
			books[cmd.team] = b
		}
	}
	heads := []journal.Head{c.desk.inForce.Load().head}
	for _, b := range books {
		heads = append(heads, journal.Head{Team: b.name, Seq: b.durable, Hash: b.head})
	}
	for len(heads) > 0 {
		entries, err := c.desk.journal.After(context.Background(), heads)
		if err != nil {
			return err
		}
		if heads, err = c.adoptForeign(books, entries); err != nil {
			return err
		}
	}
	return nil
}

// adoptForeign folds entries of other servers into books, and returns the heads of those that may have more.
func (c *committer) adoptForeign(books map[string]*book, entries []journal.Entry) (more []journal.Head, err error) {
	for first := 0; first < len(entries); {
		team, next := entries[first].Team, first
		for next < len(entries) && entries[next].Team == team {
			next++
		}
		of := entries[first:next]
		first = next
		if team == license.OperatorJournal {
			if err := c.desk.follow(context.Background()); err != nil {
				return nil, err
			}
			continue
		}
		c.watch = watchFor
		b := books[team]
		if err := b.adopt(c.desk.journal, of); err != nil {
			c.drop([]*book{b}) // it is loaded anew, and that tells what is wrong with it
			slog.Warn("a team is loaded anew: what others have written does not follow on", "team", team, "error", err)
			continue
		}
		if len(of) == journal.AfterLimit {
			more = append(more, journal.Head{Team: b.name, Seq: b.durable, Hash: b.head})
		}
	}
	return more, nil
}

// adopt folds entries that another server has written behind the book's own.
func (b *book) adopt(j Journal, entries []journal.Entry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range entries {
		if err := b.add(e); err != nil {
			return err
		}
	}
	n := int64(len(entries))
	b.durable, b.chained, b.fresh = b.durable+n, b.chained+n, b.fresh+n
	if b.joined {
		return b.meet(context.Background(), j)
	}
	return nil
}

// meet reads the people of the team.
func (b *book) meet(ctx context.Context, j Journal) error {
	err := j.People(ctx, b.name, func(p journal.Person) error { b.know(p); return nil })
	if err != nil {
		return fmt.Errorf("reading the people of %s: %w", b.name, err)
	}
	b.joined = false
	return nil
}

// lose forgets what was decided on states that another server was quicker to change. Teams that were only read stay
// in memory, to be caught up with, unless that has not helped before.
func (c *committer) lose(r *round, lost int) {
	c.watch = watchFor
	if lost > 0 && lost%2 == 1 {
		c.drop(r.claimed)
		return
	}
	c.drop(r.books)
}
