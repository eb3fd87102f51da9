package desk

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/daypass/daypass/journal"
)

// Servers that share a journal decide on what they have in memory, and the journal refuses what was decided on a team
// that others have written to. What is here finds out before, where that is likely.

// watchFor is for how many rounds after the last sign of another server each round begins with a look at what others
// have written. The look is one more way to the database; a lost race costs the round and loading its team.
// When what is asked of a team is passed on to one server there will be none that soon.
const (
	watchFor       = 256
	watchForPassed = 16
)

// beware begins to look at what others have written.
func (c *committer) beware() {
	c.watch = watchFor
	if c.desk.passing() {
		c.watch = watchForPassed
	}
}

// follow reads what other servers have written to the teams of a batch. What cannot be read now is found out by the
// commit.
func (c *committer) follow(batch []*command) {
	if !c.desk.journal.Shared() {
		return
	}
	c.prepare(batch)
	c.turns.clear()
	if c.turns.fights > 0 {
		c.takeTurns(batch)
	}
	if c.watch == 0 && len(c.sweeping) == 0 {
		return
	}
	c.watch = max(0, c.watch-1)
	if _, err := c.catchUp(slices.Concat(teamsOf(batch), c.sweep())); err != nil {
		slog.Warn("what other servers have written cannot be read", "error", err)
	}
}

// sweepAtOnce is how many teams are caught up with beside those of a batch.
const sweepAtOnce = 1000

// sweep are teams in memory to catch up with in passing. When any server turns out to be asked for any team, each that is
// decided here has something of others, once: found out one after the other, that would slow down as many batches.
func (c *committer) sweep() (some []string) {
	if !c.swept && c.desk.crossed.all.Load() {
		c.swept = true
		c.mu.RLock()
		for team := range c.books {
			if !c.desk.opts.Others.Has(team) {
				c.sweeping = append(c.sweeping, team)
			}
		}
		c.mu.RUnlock()
	}
	n := min(sweepAtOnce, len(c.sweeping))
	some, c.sweeping = c.sweeping[:n], c.sweeping[n:]
	return some
}

// prepare takes the teams of a batch into memory, and is careful with those that would take long to load again.
func (c *committer) prepare(batch []*command) {
	var missing []*command
	for _, cmd := range batch {
		if c.book(cmd.team) == nil {
			missing = append(missing, cmd)
		}
	}
	c.loadTogether(teamsOf(missing))
	for i, cmd := range batch {
		if i > 0 && batch[i-1].team == cmd.team && batch[i-1].reads == cmd.reads {
			continue
		}
		b, _ := c.open(cmd.team) // what is wrong is told when it is decided on
		if b != nil && !cmd.reads {
			c.turns.care(b)
		}
	}
}

func teamsOf(batch []*command) []string {
	teams := make([]string, 0, len(batch))
	for _, cmd := range batch {
		if len(teams) == 0 || teams[len(teams)-1] != cmd.team {
			teams = append(teams, cmd.team)
		}
	}
	slices.Sort(teams)
	return slices.Compact(teams)
}

// takeTurns waits for the turns that a batch needs, and reads meanwhile what the others write in theirs: all but the
// last of it is known when the turn comes.
func (c *committer) takeTurns(batch []*command) {
	wanted := c.turns.wanted(batch)
	if len(wanted) == 0 {
		return
	}
	teams, notice := c.turns.ask(wanted)
	for begin := time.Now(); ; { // a turn is too short to read much in it
		n, err := c.catchUp(teams)
		if time.Since(begin) >= notice && (n < journal.AfterLimit(len(teams)) || err != nil) {
			break
		}
		time.Sleep(min(readEvery, max(0, notice-time.Since(begin))))
	}
	taken := make(chan *journal.Turn, 1)
	go func() {
		turn, err := c.desk.journal.TakeTurns(context.Background(), teams)
		if err != nil {
			slog.Warn("writing to teams out of turn", "teams", teams, "error", err)
		}
		taken <- turn
	}()
	for {
		select {
		case turn := <-taken:
			if turn != nil {
				c.turns.have(teams, turn, c.rouse)
				c.watch = max(c.watch, 1) // the last of what others wrote before it is still to be read
			}
			return
		case <-time.After(readEvery):
			if _, err := c.catchUp(teams); err != nil {
				slog.Warn("what other servers have written cannot be read", "error", err)
			}
		}
	}
}

// catchUp reads what others have written to teams that are in memory, and returns how much that was.
func (c *committer) catchUp(teams []string) (n int, err error) {
	books, heads := map[string]*book{}, []journal.Head{}
	for _, team := range teams {
		if b := c.book(team); b != nil && books[team] == nil && !c.turns.knows(team) {
			books[team] = b
			heads = append(heads, journal.Head{Team: b.name, Seq: b.durable, Hash: b.head})
		}
	}
	for len(heads) > 0 {
		limit := journal.AfterLimit(len(heads))
		entries, err := c.desk.journal.After(context.Background(), heads)
		if err != nil {
			return n, err
		}
		n += len(entries)
		heads = c.adoptForeign(books, entries, limit)
	}
	return n, nil
}

// adoptForeign folds entries of other servers into books, and returns the heads of those that may have more: as many have
// come as there can.
func (c *committer) adoptForeign(books map[string]*book, entries []journal.Entry, limit int) (more []journal.Head) {
	for team, some := range byTeam(entries) {
		b := books[team]
		c.beware()
		c.desk.cross(b.name, time.Since(b.wrote))
		if !c.desk.passes(team) {
			c.turns.meet(b)
		}
		if err := b.adopt(c.desk.journal, some); err != nil {
			c.drop([]*book{b}) // it is loaded anew, and that tells what is wrong with it
			slog.Warn("a team is loaded anew: what others have written does not follow on", "team", team, "error", err)
		} else if len(some) == limit {
			more = append(more, journal.Head{Team: b.name, Seq: b.durable, Hash: b.head})
		}
	}
	return more
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
	b.durable, b.chained, b.fresh, b.mine = b.durable+n, b.chained+n, b.fresh+n, false
	if b.joined {
		return b.meet(context.Background(), j)
	}
	return nil
}

// meet reads the people of the team.
func (b *book) meet(ctx context.Context, j Journal) error {
	err := j.PeopleOf(ctx, []string{b.name}, func(p journal.Person) error { b.know(p); return nil })
	if err != nil {
		return fmt.Errorf("reading the people of %s: %w", b.name, err)
	}
	b.joined = false
	return nil
}

// lose learns from a lost race. Teams that were only read stay in memory, to be caught up with, unless that has not
// helped before.
func (c *committer) lose(r *round, lost map[string]bool, before int) {
	c.beware()
	if lost == nil { // the catalogue is another, or nobody knows what is
		if err := c.desk.follow(context.Background()); err != nil {
			slog.Warn("the operator's journal cannot be read", "error", err)
		}
	}
	for _, b := range r.books {
		if lost[b.name] {
			c.turns.lose(b.name)
			c.desk.cross(b.name, time.Since(b.wrote))
		}
	}
	if before%2 == 1 {
		c.drop(slices.DeleteFunc(r.claimed, func(b *book) bool { return lost != nil && !lost[b.name] }))
	}
}
