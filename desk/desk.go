// Package desk is where the verbs are: it reads the clock, takes each command to the committer of its
// team, and answers when what was decided is durable. The rules themselves are in package license; the
// bytes are kept by package journal.
package desk

import (
	"context"
	"errors"
	"hash/maphash"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// Journal is what the desk needs of a journal. Package journal's is the true one; the simulation has one
// that fails.
type Journal interface {
	// Shared says that other servers may write to it at the same time.
	Shared() bool
	Append(context.Context, journal.Batch) error
	Read(ctx context.Context, team string, after int64, fn func(journal.Entry) error) error
	After(context.Context, []journal.Head) ([]journal.Entry, error)
	TeamsAfter(ctx context.Context, after string, limit int64) ([]string, error)
	Claim(ctx context.Context, t journal.Task, now time.Time, lasts time.Duration) (bool, error)
	Release(ctx context.Context, t journal.Task) error
	WantTurns(ctx context.Context, team string) error
	TakeTurns(ctx context.Context, teams []string) (*journal.Turn, error)
	EndTurns(ctx context.Context, team string) error
	Snapshots(ctx context.Context, teams []string) ([]journal.Snapshot, error)
	SaveSnapshot(context.Context, journal.Snapshot) error
	PeopleOf(ctx context.Context, teams []string, fn func(journal.Person) error) error
	Invitations(ctx context.Context, team, from, to string, fn func(journal.Invitation) error) error
	InvitationOf(ctx context.Context, team string, hash journal.Hash) (journal.Invitation, bool, error)
	AcceptInvitation(ctx context.Context, team string, hash journal.Hash, at int64, request string) (bool, error)
}

// defaultMemory is Options.Memory where nothing is said, in bytes.
const defaultMemory = 1 << 30

// Options are a desk's settings; the zero value of each field takes the default.
type Options struct {
	// Clock is the one clock of the server; time.Now by default.
	Clock func() time.Time
	// Committers is how many teams' batches can be on their way at once; by default one for each two processors, and no
	// more than 4. One decides while its last batch is being committed, so more only help who has processors for them,
	// and make the batches smaller.
	Committers int
	// Shard, when set, says where in a distributed database a team lies, so that teams of one place share a committer and
	// a batch stays one node's transaction: teams with the same number, modulo Committers. A hash of the team by default.
	Shard func(team string) uint64
	// Queue bounds the commands that wait for one committer; what finds no room is answered busy. A team alone
	// can have half of what is not kept for renewals. 8192 by default.
	Queue int
	// Batch bounds the decisions of one transaction; 960 by default, which the journal writes in its quickest way.
	Batch int
	// Memory bounds what the teams kept in memory take, in bytes by estimate; 1 GiB by default.
	Memory int64
	// SnapshotEvery is how many entries of a team may follow its snapshot, and as many again as its state has
	// parts, so that a snapshot is not written more often than it is worth; 20000 by default.
	SnapshotEvery int64
	// Inline runs each command in its caller's goroutine, as a batch of its own, and writes joins only before
	// the team's next command or with Settle. It is for simulations, which must be the same every time.
	Inline bool
	// Others are the other servers on a shared journal; nil: none that are known.
	Others Others
	// Metrics gets what the desk measures of itself; nil measures nothing.
	Metrics *Metrics
	// Span, when set, is called for each command that waits for its decision; what it returns is called when the
	// command has waited.
	Span func(context.Context) (end func())
}

func (o Options) withDefaults() Options {
	set := func(n *int, d int) {
		if *n == 0 {
			*n = d
		}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	set(&o.Committers, min(4, max(1, runtime.GOMAXPROCS(0)/2)))
	set(&o.Queue, 8192)
	set(&o.Batch, 960)
	if o.Memory == 0 {
		o.Memory = defaultMemory
	}
	if o.SnapshotEvery == 0 {
		o.SnapshotEvery = 20_000
	}
	return o
}

// Desk decides for all teams of one server. Its methods can be called at any time from anywhere.
type Desk struct {
	opts       Options
	journal    Journal
	committers []*committer
	inForce    atomic.Pointer[inForce]
	keeper     *keeper
	memory     atomic.Int64 // estimate of all books
	crossed    crossed
	use        atomic.Int64 // counts uses of books, for the least recently used
	seed       maphash.Seed
	done       sync.WaitGroup

	operator operator
}

// ErrClosed answers commands after Close.
var ErrClosed = &license.Error{Code: "unavailable", Message: "the server is stopping"}

var (
	errBusy = &license.Error{Code: "busy", Message: "too many requests are waiting: try again in a moment"}
	// errTeamUnknown is also the answer about teams of others.
	errTeamUnknown = &license.Error{Code: "not_found", Message: "there is no such team"}
	errFull        = &license.Error{Code: "storage_full", Message: "the disk is full: nothing was changed; free some space and try again"}
)

// New reads the operator's journal and starts the committers.
func New(ctx context.Context, j Journal, opts Options) (*Desk, error) {
	d := &Desk{opts: opts.withDefaults(), journal: j, seed: maphash.MakeSeed(), crossed: crossed{running: Stopwatch()}}
	if err := d.follow(ctx); err != nil {
		return nil, err
	}
	d.keeper = newKeeper(j, d.opts.SnapshotEvery)
	d.keeper.metrics = d.opts.Metrics
	for range d.opts.Committers {
		d.committers = append(d.committers, newCommitter(d))
	}
	d.opts.Metrics.watch(d)
	if d.opts.Inline {
		return d, nil
	}
	d.done.Go(d.keeper.run)
	for _, c := range d.committers {
		d.done.Go(c.run)
	}
	return d, nil
}

// Settle writes the joins that wait, and a snapshot of each team that has asked for one. Only an inline desk
// needs it.
func (d *Desk) Settle(ctx context.Context) error {
	for _, c := range d.committers {
		c.process(nil)
	}
	for {
		select {
		case team := <-d.keeper.teams:
			if err := d.keeper.keep(ctx, team); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// Close lets what has been queued finish, refuses what comes after, and writes the last joins.
func (d *Desk) Close() {
	for _, c := range d.committers {
		c.stop()
	}
	for _, c := range d.committers {
		if d.opts.Inline {
			c.process(nil)
			continue
		}
		<-c.stopped
	}
	d.keeper.stop()
	d.done.Wait()
}

// now reads the one clock, cut to the millisecond (R1.1).
func (d *Desk) now() license.Instant { return license.InstantOf(d.opts.Clock()) }

// Now is the server's instant.
func (d *Desk) Now() license.Instant { return d.now() }

// committer returns the one committer of a team. A team's commands all go there, so its decisions have one
// order without any lock in the database.
func (d *Desk) committer(team string) *committer {
	shard := d.opts.Shard
	if shard == nil {
		shard = func(team string) uint64 { return maphash.String(d.seed, team) }
	}
	return d.committers[shard(team)%uint64(len(d.committers))]
}

// command is one decision that waits for its turn.
type command struct {
	team string
	// lane is where it waits, until ctx ends.
	lane   lane
	ctx    context.Context
	weight int // decisions in it: those of a batch are bounded
	// decide may run again, on a state loaded anew, when a commit fails; it overwrites what it answered.
	decide func(*turn) error
	reads  bool // it records nothing
	err    error
	pos    int64
	done   chan struct{}
	then   func()        // called when it is over, instead of waking who waits for done
	gone   bool          // its caller has given up: it was not decided, or not again
	queued time.Duration // see Metrics.queued

	since time.Duration // by the queue's clock: it came no earlier
	next  *command      // in its line
}

// end tells who waits for a command that it is over.
func (c *command) end() {
	if c.then != nil {
		c.then()
		return
	}
	c.done <- struct{}{}
}

// givenUp ends a command whose caller has given up.
func (c *command) givenUp() bool {
	if c.err = c.ctx.Err(); c.err == nil {
		return false
	}
	c.gone = true
	c.end()
	return true
}

var commands = sync.Pool{New: func() any { return &command{done: make(chan struct{}, 1)} }}

// turn is what a decision sees: its team, the instant, the catalogue.
type turn struct {
	now     license.Instant
	catalog *license.Catalog
	team    *license.Team
	book    *book
	effects []license.Effect
	people  []journal.Person
	notices []license.Notice // beside those of effects

	invitations []journal.Invitation
}

// add notes what a verb has done, to be made durable before it is answered.
func (t *turn) add(e license.Effect, err error) error {
	if err == nil && (len(e.Entries) > 0 || e.Join != nil || len(e.Notices) > 0) {
		t.effects = append(t.effects, e)
	}
	return err
}

// do takes a decision to the team's committer and waits until it is durable. It returns the team's position.
// A command whose context ends while it waits for its turn is not decided, nor again when its batch was not kept. In
// between the context is not watched: what was decided must be answered.
func (d *Desk) do(ctx context.Context, team string, decide func(*turn) error) (int64, error) {
	return d.queue(ctx, team, later, 1, false, decide)
}

// doSooner is do for what goes before anything that begins.
func (d *Desk) doSooner(ctx context.Context, team string, decide func(*turn) error) (int64, error) {
	return d.queue(ctx, team, sooner, 1, false, decide)
}

func (d *Desk) queue(ctx context.Context, team string, in lane, weight int, reads bool, decide func(*turn) error) (pos int64, err error) {
	defer func() { d.opts.Metrics.erred(err) }()
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if d.opts.Span != nil {
		defer d.opts.Span(ctx)()
	}
	c := commands.Get().(*command)
	c.ctx, c.team, c.lane, c.weight, c.decide, c.reads, c.err, c.pos = ctx, team, in, weight, decide, reads, nil, 0
	c.queued = d.opts.Metrics.queued()
	if d.opts.Inline {
		d.committer(team).process([]*command{c})
	} else if err := d.committer(team).queue.put(c); err != nil {
		return 0, err
	}
	<-c.done
	pos, err = c.pos, c.err
	c.decide, c.ctx = nil, nil
	commands.Put(c)
	return pos, err
}

// glance runs a decision at once when the team is in memory and nothing undecided hangs over it; ok is false
// when it has to queue, as everything has whose state another server may have changed. The decision must record
// nothing, and says so.
func (d *Desk) glance(team string, decide func(*turn) (bool, error)) (pos int64, ok bool, err error) {
	if d.journal.Shared() {
		return 0, false, nil
	}
	c := d.committer(team)
	b := c.book(team)
	if b == nil {
		return 0, false, nil
	}
	waiting, pos, ok, err := b.glance(d, decide)
	if waiting == 1 || waiting >= manyJoins {
		c.flush(b, waiting)
	}
	d.opts.Metrics.erred(err)
	return pos, ok, err
}

// glance also returns how many joins wait, when it has added one.
func (b *book) glance(d *Desk, decide func(*turn) (bool, error)) (waiting int, pos int64, ok bool, err error) {
	clock := d.now()
	if b.deciding.Load() {
		return 0, 0, false, nil // queue behind what is decided just now, instead of contending for the lock
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now(clock)
	if b.gone || b.pending || b.broken != nil || tooFarBack(clock, now) {
		return 0, 0, false, nil
	}
	t := turn{now: now, catalog: d.inForce.Load().catalog, team: b.team, book: b}
	if ok, err = decide(&t); !ok {
		return 0, 0, false, nil
	}
	b.seen = now
	b.used.Store(d.use.Add(1))
	for _, e := range t.effects {
		b.joins = append(b.joins, *e.Join)
		waiting = len(b.joins) - b.writing
	}
	return waiting, b.durable, true, err
}

// maxStepBack is how far the clock may stand behind a team's last instant (R1.3).
const maxStepBack = 5 * license.Second

func tooFarBack(clock, now license.Instant) bool { return clock < now-maxStepBack }

// internal reports whether an error is the program's own and not an answer.
func internal(err error) bool {
	var answer *license.Error
	return err != nil && !errors.As(err, &answer)
}
