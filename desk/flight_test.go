package desk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// TestRoundsAhead has commits that take a while, so that rounds are decided ahead, and that fail in all ways: what was
// decided on something that was not kept must be decided again, and nothing may be charged twice or forgotten.
func TestRoundsAhead(t *testing.T) {
	for _, shared := range []bool{false, true} {
		for seed := range uint64(6) {
			t.Run(fmt.Sprint("shared=", shared, "/", seed), func(t *testing.T) { roundsAhead(t, shared, seed) })
		}
	}
}

const (
	aheadTeams   = 4
	aheadCallers = 40 // on each team
	aheadEach    = 8
)

func roundsAhead(t *testing.T, shared bool, seed uint64) {
	ctx, j := context.Background(), newMemory()
	j.shared = shared
	d := opened(t, j, NewVirtualClock(start), Options{Batch: 32})
	if err := d.SetCatalog(ctx, "operator", manyProducts(aheadCallers*aheadEach)); err != nil {
		t.Fatal(err)
	}
	for i := range aheadTeams {
		found(t, d, fmt.Sprint("team-", i))
	}
	unsteady(j, rand.New(rand.NewPCG(seed, 1)))
	var callers sync.WaitGroup
	var moved atomic.Int64
	for i := range aheadTeams {
		for caller := range aheadCallers {
			callers.Go(func() { openMany(ctx, t, d, fmt.Sprint("team-", i), caller) })
		}
		callers.Go(func() {
			for n := range 3 { // Move is not tried again for what only tests do, and says so
				_, err := d.Move(ctx, fmt.Sprint("team-", i), fmt.Sprint("team-", (i+1)%aheadTeams),
					license.Withdraw{Pack: fmt.Sprint("p-team-", i), Tokens: license.Token, Reason: "test",
						Caller: license.Caller{Key: fmt.Sprint("move-", n), Print: "x"}})
				if failure := new(Failure); err == nil {
					moved.Add(1)
				} else if !errors.As(err, &failure) {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
	j.mu.Lock()
	j.fail, j.lose, j.refuse = nil, nil, nil
	j.mu.Unlock()
	for i := range aheadTeams {
		team := fmt.Sprint("team-", i)
		if b, _, err := d.Balance(ctx, team); err != nil || b.Used != aheadCallers*aheadEach*license.Token {
			t.Errorf("%s: got %v used (%v), want each product charged once", team, b.Used, err)
		}
	}
	if findings, _, err := Verify(ctx, j, func(Checked) {}); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
	if moved.Load() == 0 {
		t.Error("no move got through")
	}
}

// found makes a team like acme.
func found(t *testing.T, d *Desk, team string) {
	t.Helper()
	ctx := context.Background()
	_, err := d.CreateTeam(ctx, "operator", NewTeam{ID: team, Name: team, Plan: license.Standard, Admin: journal.Person{ID: "ada", Name: "Ada", Email: "ada@acme.example"}})
	if err == nil {
		_, err = d.Assign(ctx, team, license.Caller{}, "ada", license.FlexCode, "")
	}
	if err == nil {
		_, _, err = d.BuyPack(ctx, team, license.BuyPack{Pack: "p-" + team, Size: 1000 * license.Token})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// unsteady makes a journal slow, and has it fail before, after and, when it is shared, in part.
func unsteady(j *memory, rng *rand.Rand) {
	j.mu.Lock()
	defer j.mu.Unlock()
	cut := errors.New("the line was cut")
	j.fail = func(journal.Batch) error {
		time.Sleep(time.Duration(rng.IntN(500)) * time.Microsecond)
		if rng.IntN(12) == 0 {
			return cut
		}
		return nil
	}
	j.lose = func(journal.Batch) error {
		if rng.IntN(12) == 0 {
			return cut
		}
		return nil
	}
	j.refuse = func(string) bool { return rng.IntN(24) == 0 }
}

// openMany opens products that nobody else does, each twice, and wants each charged; what could not be kept is asked for
// again.
func openMany(ctx context.Context, t *testing.T, d *Desk, team string, caller int) {
	for n := range aheadEach {
		product := fmt.Sprint("product-", caller*aheadEach+n)
		var position int64
		for again := 0; again < 2; {
			got, err := d.Open(ctx, team, license.Open{Session: product, User: "ada", Product: product})
			if failure := new(Failure); errors.As(err, &failure) || errors.Is(err, errBusy) {
				continue
			}
			if err != nil || got.Outcome != license.Granted || got.Charge == nil && got.Code == license.CodeTokensCharged {
				t.Errorf("%s of %s: %+v %v", product, team, got, err)
				return
			}
			if got.Position < position {
				t.Errorf("%s of %s: position %d after %d", product, team, got.Position, position)
			}
			position = got.Position
			again++
		}
	}
}

// TestAheadAfterFalseAlarm: the queue may have called for what was taken meanwhile. What comes then is decided while the
// commit is still on its way.
func TestAheadAfterFalseAlarm(t *testing.T) {
	j := newMemory()
	d := opened(t, j, NewVirtualClock(start), Options{Committers: 1})
	found(t, d, "bolt")
	q := d.committers[0].queue
	decidesAhead(t, d, j, func() {
		taken := func() time.Duration {
			q.mu.Lock()
			defer q.mu.Unlock()
			return q.taken
		}
		for last := taken(); taken() == last; time.Sleep(time.Millisecond) {
			q.call()
		}
	})
}

// TestAheadInTurn: a server that has its turn at a team decides ahead like one that is alone.
func TestAheadInTurn(t *testing.T) {
	c, batch := held(t, newShared())
	r := c.turns.fight("bolt", foughtOver)
	r.wanted = time.Now().Add(-turnNotice)
	if c.atHand(batch) {
		t.Error("others may write")
	}
	c.follow(batch)
	if !r.mine || !c.atHand(batch) {
		t.Errorf("nobody else can write now: mine %v, known %v", r.mine, r.known)
	}
}

// decidesAhead lets a commit of bolt's stand still, does something, and wants what is asked then to be decided
// meanwhile.
func decidesAhead(t *testing.T, d *Desk, j *memory, do func()) {
	t.Helper()
	var once sync.Once
	begun, goOn := make(chan struct{}), make(chan struct{})
	j.mu.Lock()
	j.fail = func(journal.Batch) error {
		once.Do(func() {
			close(begun)
			<-goOn
		})
		return nil
	}
	j.mu.Unlock()
	var asking sync.WaitGroup
	asking.Go(func() {
		if _, _, err := d.BuyPack(t.Context(), "bolt", license.BuyPack{Pack: "more", Size: license.Token}); err != nil {
			t.Error(err)
		}
	})
	<-begun
	do()
	decided := make(chan struct{}, 1)
	asking.Go(func() {
		_, err := d.do(t.Context(), "bolt", func(*turn) error { decided <- struct{}{}; return nil })
		if err != nil {
			t.Error(err)
		}
	})
	select {
	case <-decided:
	case <-time.After(10 * time.Second):
		t.Error("it waits for the commit")
	}
	close(goOn)
	asking.Wait()
}

// TestForgottenEntries: a database that has lost what it had kept is believed, and nothing in memory is.
func TestForgottenEntries(t *testing.T) {
	ctx, j := context.Background(), newShared()
	d := opened(t, j, NewVirtualClock(start), Options{Committers: 1})
	found(t, d, "bolt")
	open := func(team, user, product string, want license.Tokens) {
		t.Helper()
		got, err := d.Open(ctx, team, license.Open{Session: product, User: user, Product: product})
		if err != nil || got.Charge == nil || got.Available != want*license.Token {
			t.Errorf("%s: got %+v (%v), want it charged and %d left", product, got, err, want)
		}
	}
	open("acme", "ben", "autocad", 993)
	open("bolt", "ada", "autocad", 993)
	open("acme", "ben", "revit", 983)
	j.mu.Lock()
	for _, team := range []string{"acme", "bolt"} { // both openings of the one, and that of the other
		kept := len(j.entries[team]) - 1
		if team == "acme" {
			kept--
		}
		j.entries[team] = j.entries[team][:kept]
	}
	j.mu.Unlock()
	open("bolt", "ada", "revit", 990)
	open("acme", "ben", "revit", 990)
	if findings, _, err := Verify(ctx, j, func(Checked) {}); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}

// TestCatalogueOfARoundAhead: what is asked after a catalogue was set is decided by it, also in a round that was begun
// before.
func TestCatalogueOfARoundAhead(t *testing.T) {
	ctx, j := context.Background(), newMemory()
	d := opened(t, j, NewVirtualClock(start), Options{Committers: 1})
	entered, release := j.stall()
	answers := make(chan error, 3)
	run := func(decide func(*turn) error) {
		go func() {
			_, err := d.do(ctx, "acme", decide)
			answers <- err
		}()
	}
	run(func(t *turn) error {
		return t.add(t.team.SetLimits(t.now, license.Caller{}, []license.Limit{{Scope: license.ScopeTeam, Period: license.PerDay, Tokens: 1, Action: license.ActionWarn}}))
	})
	<-entered
	ahead := make(chan struct{})
	run(func(*turn) error { close(ahead); return nil })
	<-ahead
	later, err := license.NewCatalog(manyProducts(1))
	if err != nil {
		t.Fatal(err)
	}
	now := *d.inForce.Load()
	now.catalog = later
	d.inForce.Store(&now) // as at the end of SetCatalog
	seen := make(chan *license.Catalog, 1)
	run(func(t *turn) error { seen <- t.catalog; return nil })
	if <-seen != later {
		t.Error("it was decided by the catalogue before")
	}
	close(release)
	for range 3 {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
}
