package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/sim/process"
)

// fault is one of a plan: what happens when, to whom, and for how long.
type fault struct {
	at     time.Duration
	kind   string
	target int // a server
	lasts  time.Duration
}

// kinds of faults, and how often each is drawn. Those of the database need one.
var kinds = []struct {
	kind     string
	weight   int
	database bool
}{
	{"kill", 10, false}, {"terminate", 2, false}, {"pause", 3, false},
	{"cut", 12, true}, {"reset", 2, true}, {"delay", 2, true}, {"hold", 3, true}, {"immediate", 1, true}, {"postmaster", 1, true},
}

// plan draws the faults of a round: several a second, many of them at the same time.
func plan(rng *rand.Rand, lasts time.Duration, servers int, database bool) (faults []fault) {
	total := 0
	for _, k := range kinds {
		if database || !k.database {
			total += k.weight
		}
	}
	for at := time.Duration(0); at < lasts; at += time.Duration(100+rng.IntN(600)) * time.Millisecond {
		n := rng.IntN(total)
		f := fault{at: at, target: rng.IntN(servers), lasts: time.Duration(rng.IntN(1200)) * time.Millisecond}
		for _, k := range kinds {
			if k.database && !database {
				continue
			}
			if n -= k.weight; n < 0 {
				f.kind = k.kind
				break
			}
		}
		if (f.kind == "pause" || f.kind == "hold") && rng.IntN(3) == 0 {
			f.lasts += patience // longer than a customer waits
		}
		faults = append(faults, f)
	}
	return faults
}

// nemesis carries out a plan. What is disturbed already is left alone.
type nemesis struct {
	fleet    *fleet
	database sync.Mutex
}

func (n *nemesis) carry(ctx context.Context, faults []fault) error {
	var under sync.WaitGroup
	errs := make(chan error, len(faults))
	began := time.Now()
	for _, f := range faults {
		select {
		case <-time.After(time.Until(began.Add(f.at))):
		case <-ctx.Done():
			continue
		}
		under.Go(func() {
			if err := n.inflict(f); err != nil {
				errs <- fmt.Errorf("%s of %s: %w", f.kind, n.fleet.servers[f.target].name, err)
			}
		})
	}
	under.Wait()
	for _, s := range n.fleet.servers {
		if s.proxy != nil {
			s.proxy.pass()
		}
	}
	close(errs)
	return <-errs
}

func (n *nemesis) inflict(f fault) error {
	s, c := n.fleet.servers[f.target], n.fleet.counts
	switch f.kind {
	case "cut":
		s.proxy.cutNext(1 + int(f.lasts/(300*time.Millisecond)))
	case "reset":
		c.add(countResets, 1)
		s.proxy.reset()
	case "delay":
		c.add(countDelays, 1)
		s.proxy.slow(f.lasts / 10)
		time.Sleep(f.lasts)
		s.proxy.slow(0)
	case "hold":
		c.add(countHolds, 1)
		s.proxy.hold()
		time.Sleep(f.lasts)
		s.proxy.pass()
		s.proxy.reset()
	case "immediate":
		return n.restart(pgtest.Immediate, countImmediate, f.lasts)
	case "postmaster":
		return n.restart(pgtest.Kill, countPostmaster, f.lasts)
	default:
		return n.strike(s, f)
	}
	return nil
}

// restart stops PostgreSQL and starts it again.
func (n *nemesis) restart(mode pgtest.Mode, what count, after time.Duration) error {
	if !n.database.TryLock() {
		return nil
	}
	defer n.database.Unlock()
	n.fleet.counts.add(what, 1)
	if err := n.fleet.cluster.Stop(mode); err != nil {
		return err
	}
	time.Sleep(after / 2)
	return n.fleet.cluster.Start()
}

// strike does something to a server's process.
func (n *nemesis) strike(s *server, f fault) error {
	if !s.turn.TryLock() {
		return nil
	}
	defer s.turn.Unlock()
	c := n.fleet.counts
	switch f.kind {
	case "pause":
		c.add(countPauses, 1)
		if err := s.process.Signal(syscall.SIGSTOP); err != nil {
			return err
		}
		time.Sleep(f.lasts)
		return s.process.Signal(syscall.SIGCONT)
	case "terminate":
		c.add(countTerms, 1)
		if err := s.end(syscall.SIGTERM); err != nil {
			return fmt.Errorf("it did not end well: %w\n%s", err, s.tail())
		}
	case "kill":
		c.add(countKills, 1)
		if err := s.end(syscall.SIGKILL); err != nil {
			return err
		}
		if f.lasts < 400*time.Millisecond {
			c.add(countStillborn, 1)
			s.stillborn(f.lasts)
		}
	}
	time.Sleep(f.lasts / 2)
	return s.launch()
}

// stillborn starts the process and kills it at once.
func (s *server) stillborn(after time.Duration) {
	cmd := exec.Command(s.fleet.binary, append([]string{"serve", "--listen", "127.0.0.1:0"}, s.data...)...)
	cmd.Dir, cmd.Env = s.fleet.dir, append(cmd.Environ(), process.Promptly, "DAYPASS_OPERATOR_KEY="+operatorKey)
	if err := cmd.Start(); err != nil {
		s.fleet.t.Error(err)
		return
	}
	time.Sleep(after)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}
