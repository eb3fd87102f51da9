package desk

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"github.com/daypass/daypass/journal"
)

// keeper writes snapshots in the background. It folds the journal itself and never looks at a state in
// memory, so no fault of a running server gets into a snapshot. Of the servers on one journal one does a team's at a
// time.
type keeper struct {
	journal Journal
	server  string // a name that no other server has
	least   int64  // entries that a snapshot is worth writing for
	lasts   time.Duration
	teams   chan string
	done    chan struct{}
	once    sync.Once
	metrics *Metrics
}

const (
	taskSnapshot = "snapshot"
	// taskLasts is how long a team's snapshot may take before another server does it too: nothing is wrong then.
	taskLasts = 30 * time.Second
)

func newKeeper(j Journal, every int64) *keeper {
	return &keeper{journal: j, server: rand.Text(), least: min(every, 500), lasts: taskLasts, teams: make(chan string, 64), done: make(chan struct{})}
}

// ask queues a team; false when the keeper is too busy to note it.
func (k *keeper) ask(team string) bool {
	select {
	case k.teams <- team:
		return true
	default:
		return false
	}
}

func (k *keeper) stop() { k.once.Do(func() { close(k.done) }) }

// rest is how many times longer the keeper rests than it worked, so that it takes a fifth of one core at
// most, however fast a team grows.
const rest = 4

func (k *keeper) run() {
	for {
		select {
		case team := <-k.teams:
			begin := time.Now()
			k.try(team)
			select {
			case <-time.After(rest * time.Since(begin)):
			case <-k.done:
			}
		case <-k.done:
			return
		}
	}
}

// try writes a team's snapshot, unless another server is at it. That one may be killed before it is done, so the team
// is looked at again.
func (k *keeper) try(team string) {
	ctx, begin := context.Background(), time.Now()
	task := journal.Task{Team: team, Kind: taskSnapshot, Server: k.server}
	mine, err := k.journal.Claim(ctx, task, begin, k.lasts)
	if err == nil && !mine {
		time.AfterFunc(k.lasts, func() { k.ask(team) })
		return
	}
	if err == nil {
		err = k.keep(ctx, team)
	}
	k.metrics.snapshot(time.Since(begin), err)
	if err != nil {
		slog.Warn("no snapshot was written; loading takes longer", "team", team, "error", err)
	}
	if !mine {
		return
	}
	if err := k.journal.Release(ctx, task); err != nil {
		slog.Warn("other servers think for a while that a snapshot is being written", "team", team, "error", err)
	}
}

func (k *keeper) keep(ctx context.Context, team string) error {
	folds, err := loadFolds(ctx, k.journal, team)
	if err != nil {
		return err
	}
	f := folds[team]
	if f.broken == nil {
		f.broken = f.team.Check()
	}
	if f.broken != nil || f.read < k.least {
		return f.broken
	}
	body, err := f.team.Save()
	if err != nil {
		return err
	}
	return k.journal.SaveSnapshot(ctx, journal.Snapshot{Team: team, Seq: f.team.Position, Hash: f.head, Body: body})
}
