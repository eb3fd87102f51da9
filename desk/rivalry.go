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
	foughtOver = 2                      // lost races in a row
	dearToLoad = 256 << 10              // in bytes of a team's state
	turnLeast  = 10 * time.Millisecond  // then others have theirs, if this server has nothing to do at the moment
	turnMost   = 100 * time.Millisecond // then they have it in any case
	turnNotice = 50 * time.Millisecond  // from saying that a turn is wanted to taking one: others finish what they have decided
	fightLasts = 10 * time.Second       // without anything of others: the fight is over
	passedOver = time.Second            // the same when what is asked of a team is passed on to one server
	ownFor     = time.Minute            // who wrote so lately to a team that is dear to load would know of others who do
	readEvery  = 10 * time.Millisecond  // what others write, while it is their turn
)

// rival is a team that other servers write to as well.
type rival struct {
	lost   int       // races in a row
	seen   time.Time // the last sign of the others
	mine   bool      // it is this server's turn
	known  bool      // all that others wrote before this turn was read
	wanted time.Time // when the others were told; zero: they were not
}

func (r *rival) fought() bool { return r.lost >= foughtOver }

// rivalry is what a committer knows of other servers that write to its teams. It is used by who holds its round.
type rivalry struct {
	journal Journal
	rivals  map[string]*rival
	passing func() bool   // on to one server, what is asked of a team that several are asked for
	fights  int           // of the rivals that are fought
	cleared time.Time     // what is over was forgotten
	held    []string      // the teams whose turn this server has, sorted
	turn    *journal.Turn // at these; nil where there are none
	since   time.Time     // it is held
}

// lose notes that others were quicker to write to a team.
func (t *rivalry) lose(team string) { t.fight(team, 1) }

func (t *rivalry) rival(team string) *rival {
	r := t.rivals[team]
	if r == nil {
		r = &rival{}
		t.rivals[team] = r
	}
	return r
}

// fight counts races that were lost for a team, or would be.
func (t *rivalry) fight(team string, races int) *rival {
	r := t.rival(team)
	before := r.fought()
	r.lost += races
	r.seen = time.Now()
	if !before && r.fought() {
		t.fights++
	}
	return r
}

func (t *rivalry) forget(team string) {
	if r := t.rivals[team]; r != nil && r.fought() {
		t.fights--
	}
	delete(t.rivals, team)
}

// lasts is for how long nothing is seen of others until a fight is over.
func (t *rivalry) lasts() time.Duration {
	if t.passing() {
		return passedOver
	}
	return fightLasts
}

// clear forgets rivals of which nothing was seen for long, at teams to which this server does not write any more either.
// Others that still fight there mark the team anew.
func (t *rivalry) clear() {
	lasts := t.lasts()
	if len(t.rivals) == 0 || time.Since(t.cleared) < lasts/10 {
		return
	}
	t.cleared = time.Now()
	for team, r := range t.rivals {
		if r.mine || time.Since(r.seen) < lasts {
			continue
		}
		if r.fought() {
			t.endFight(team)
		} else {
			t.forget(team)
		}
	}
}

// endFight forgets a team that was fought over, and its mark, which would keep every server's batches from being streamed.
func (t *rivalry) endFight(team string) {
	t.forget(team)
	if err := t.journal.EndTurns(context.Background(), team); err != nil {
		slog.Warn("a team stays marked as fought over", "team", team, "error", err)
	}
}

// dear reports whether a lost race for a team would cost much, and this server cannot know whether there are others.
func (b *book) dear() bool { return b.size > dearToLoad && time.Since(b.wrote) > ownFor }

// care begins a fight for a team that is dear to load and that others may be writing to.
func (t *rivalry) care(b *book) {
	if b.dear() && !t.rival(b.name).fought() {
		t.fight(b.name, foughtOver)
	}
}

// meet notes that others have written to a team.
func (t *rivalry) meet(b *book) {
	if r := t.rivals[b.name]; r != nil {
		r.seen = time.Now()
	}
	if b.size > dearToLoad {
		t.fight(b.name, foughtOver)
	}
}

// called notes that other servers wait for their turns. They know that they are waited for, too.
func (t *rivalry) called(teams []string) {
	for _, team := range teams {
		if r := t.fight(team, foughtOver); r.wanted.IsZero() {
			r.wanted = time.Now().Add(-turnNotice)
		}
	}
}

// win notes a team whose part of a batch was kept.
func (t *rivalry) win(team string) {
	if r := t.rivals[team]; r != nil && !r.fought() {
		t.forget(team)
	}
}

// wanted are the teams of a batch that are fought over and whose turn is not held.
func (t *rivalry) wanted(batch []*command) (teams []string) {
	for _, cmd := range batch {
		if r := t.rivals[cmd.team]; r != nil && r.fought() && !r.mine && !slices.Contains(teams, cmd.team) {
			teams = append(teams, cmd.team)
		}
	}
	return teams
}

// ask lets the others know that turns are wanted, and returns the teams to take turns for, sorted, and how long the
// others need to finish. What is held already is given back and taken again with the others.
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

// have notes a turn that was taken at teams. The rouse brings the committer back when it is over.
func (t *rivalry) have(teams []string, taken *journal.Turn, rouse func()) {
	for _, team := range teams {
		r := t.rival(team)
		r.mine, r.known = true, false
	}
	t.held, t.turn, t.since = teams, taken, time.Now()
	time.AfterFunc(turnLeast, rouse)
}

// knows reports whether nobody else can have written to a team since it was looked at, and holds that it is looked at
// now.
func (t *rivalry) knows(team string) bool {
	r := t.rivals[team]
	if r == nil || !r.mine {
		return false
	}
	known := r.known
	r.known = true
	return known
}

// mine reports whether it is this server's turn at a team, and all that others wrote before is known.
func (t *rivalry) mine(team string) bool {
	r := t.rivals[team]
	return r != nil && r.mine && r.known
}

// due reports whether this server has turns that are over, whatever it has to do.
func (t *rivalry) due() bool { return t.over(turnMost) }

// over reports whether this server has turns that have lasted for so long.
func (t *rivalry) over(lasts time.Duration) bool {
	return len(t.held) > 0 && time.Since(t.since) >= lasts
}

// endDue lets others have their turn when this server's is over, or has lasted for some time and nothing waits.
func (c *committer) endDue() {
	if c.turns.due() || c.turns.over(turnLeast) && c.queue.len() == 0 {
		c.turns.end()
	}
}

func (t *rivalry) end() {
	if t.turn == nil {
		return
	}
	_ = t.turn.End() // the database has ended one that was held for too long: nothing hangs on it
	for _, team := range t.held {
		r := t.rivals[team]
		r.mine = false
		if time.Since(r.seen) >= t.lasts() {
			t.endFight(team)
		}
	}
	t.held, t.turn = nil, nil
}
