package desk

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/daypass/daypass/journal"
)

// Turns keep servers that write to one team all the time from losing race after race to each other (see
// journal.TakeTurn). A team is fought over when races for it are lost in a row, or when another server says so. Of a team
// that would take long to load again no race is risked: who has not written to it of late asks for a turn first. Then
// this server writes to it only in its turn, and reads what the others write meanwhile, until they have left it alone
// for some time.

const (
	foughtOver = 2                     // lost races in a row
	dearToLoad = 256 << 10             // in bytes of a team's state
	turnLasts  = 10 * time.Millisecond // then others have theirs
	turnNotice = 50 * time.Millisecond // from saying that a turn is wanted to taking one: others finish what they have decided
	fightLasts = 10 * time.Second      // without anything of others: the fight is over
	ownFor     = time.Minute           // who wrote so lately to a team that is dear to load would know of others who do
	readEvery  = 2 * time.Millisecond  // what others write, while it is their turn
)

// rival is a team that other servers write to as well.
type rival struct {
	lost   int       // races in a row
	seen   time.Time // the last sign of the others
	turn   *journal.Turn
	known  bool      // all that others wrote before this turn was read
	wanted time.Time // when the others were told; zero: they were not
}

func (r *rival) fought() bool { return r.lost >= foughtOver }

// rivalry is what a committer knows of other servers that write to its teams. It is used by who holds its round.
type rivalry struct {
	journal Journal
	rivals  map[string]*rival
	held    []string  // sorted
	until   time.Time // the held turns are over then
}

func (t *rivalry) rival(team string) *rival {
	r := t.rivals[team]
	if r == nil {
		r = &rival{}
		t.rivals[team] = r
	}
	return r
}

// lose notes that others were quicker to write to a team.
func (t *rivalry) lose(team string) {
	r := t.rival(team)
	r.lost++
	r.seen = time.Now()
}

// dear reports whether a lost race for a team would cost much, and this server cannot know whether there are others.
func (b *book) dear() bool { return b.size > dearToLoad && time.Since(b.wrote) > ownFor }

// care begins a fight for a team that is dear to load and that others may be writing to.
func (t *rivalry) care(b *book) {
	if b.dear() && !t.rival(b.name).fought() {
		t.rival(b.name).lost += foughtOver
		t.rival(b.name).seen = time.Now()
	}
}

// meet notes that others have written to a team.
func (t *rivalry) meet(b *book) {
	if r := t.rivals[b.name]; r != nil {
		r.seen = time.Now()
	}
	if b.size > dearToLoad {
		r := t.rival(b.name)
		r.lost += foughtOver
		r.seen = time.Now()
	}
}

// called notes that other servers wait for their turns. They know that they are waited for, too.
func (t *rivalry) called(teams []string) {
	for _, team := range teams {
		r := t.rival(team)
		r.lost += foughtOver
		r.seen = time.Now()
		if r.wanted.IsZero() {
			r.wanted = time.Now().Add(-turnNotice)
		}
	}
}

// win notes a team whose part of a batch was kept.
func (t *rivalry) win(team string) {
	if r := t.rivals[team]; r != nil && !r.fought() {
		delete(t.rivals, team)
	}
}

// wanted are the teams of a batch that are fought over and whose turn is not held.
func (t *rivalry) wanted(batch []*command) (teams []string) {
	if len(t.rivals) == 0 {
		return nil
	}
	for _, cmd := range batch {
		if r := t.rivals[cmd.team]; r != nil && r.fought() && r.turn == nil && !slices.Contains(teams, cmd.team) {
			teams = append(teams, cmd.team)
		}
	}
	return teams
}

// ask lets the others know that turns are wanted, and returns the teams to take turns for, in the order in which
// everyone takes them, so that no two servers wait for each other; and how long the others need to finish.
func (t *rivalry) ask(wanted []string) (teams []string, notice time.Duration) {
	wanted = append(wanted, t.held...)
	t.end()
	for _, team := range wanted {
		r := t.rivals[team]
		if r == nil {
			continue // the fight is over
		}
		teams = append(teams, team)
		if r.wanted.IsZero() {
			r.wanted = time.Now()
			if err := t.journal.WantTurns(context.Background(), team); err != nil {
				slog.Warn("other servers cannot be told that a team is fought over", "team", team, "error", err)
			}
		}
		notice = max(notice, turnNotice-time.Since(r.wanted))
	}
	slices.Sort(teams)
	return teams, notice
}

// have notes turns that were taken. The rouse brings the committer back when they are over.
func (t *rivalry) have(teams []string, taken []*journal.Turn, rouse func()) {
	for i, team := range teams {
		if taken[i] != nil {
			r := t.rival(team)
			r.turn, r.known = taken[i], false
			t.held = append(t.held, team)
		}
	}
	t.until = time.Now().Add(turnLasts)
	time.AfterFunc(turnLasts, rouse)
}

// knows reports whether nobody else can have written to a team since it was looked at, and holds that it is looked at
// now.
func (t *rivalry) knows(team string) bool {
	r := t.rivals[team]
	if r == nil || r.turn == nil {
		return false
	}
	known := r.known
	r.known = true
	return known
}

// mine reports whether it is this server's turn at a team, and all that others wrote before is known.
func (t *rivalry) mine(team string) bool {
	r := t.rivals[team]
	return r != nil && r.turn != nil && r.known
}

// due reports whether this server has turns that are over.
func (t *rivalry) due() bool { return len(t.held) > 0 && !time.Now().Before(t.until) }

// endDue lets others have their turn when this server's is over.
func (t *rivalry) endDue() {
	if t.due() {
		t.end()
	}
}

func (t *rivalry) end() {
	for _, team := range t.held {
		r := t.rivals[team]
		_ = r.turn.End() // the database has ended one that was held for too long: nothing hangs on it
		r.turn = nil
		if time.Since(r.seen) < fightLasts {
			continue
		}
		delete(t.rivals, team)
		if err := t.journal.EndTurns(context.Background(), team); err != nil {
			slog.Warn("a team stays marked as fought over", "team", team, "error", err)
		}
	}
	t.held = nil
}

// take waits for turns, one after the other; nil is one that could not be had.
func take(j Journal, teams []string) []*journal.Turn {
	taken := make([]*journal.Turn, len(teams))
	for i, team := range teams {
		turn, err := j.TakeTurn(context.Background(), team)
		if err != nil {
			slog.Warn("writing to a team out of turn", "team", team, "error", err)
			continue
		}
		taken[i] = turn
	}
	return taken
}
