package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// pair are two desks on one journal.
func pair(t testing.TB, j Journal) (a, b *Desk) {
	t.Helper()
	clock := NewVirtualClock(start)
	a = opened(t, j, clock, Options{})
	b, err := New(context.Background(), j, Options{Clock: clock.Now, Committers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return a, b
}

func newShared() *memory {
	m := newMemory()
	m.shared = true
	return m
}

// TestTwoDesks lets two desks act for one team in turn: each answers as if it were alone.
func TestTwoDesks(t *testing.T) {
	ctx := context.Background()
	a, b := pair(t, newShared())
	open := func(d *Desk, session, user, product string, code license.Code, left license.Tokens) {
		t.Helper()
		got, err := d.Open(ctx, "acme", license.Open{Session: session, User: user, Product: product})
		if err != nil || got.Code != code || got.Available != left*license.Token {
			t.Errorf("%s: got %s with %v left (%v), want %s with %v", session, got.Code, got.Available, err, code, left*license.Token)
		}
	}
	open(a, "s1", "ben", "autocad", license.CodeTokensCharged, 993)
	open(b, "s2", "ben", "autocad", license.CodePassLive, 993)
	open(a, "s2", "ben", "autocad", license.CodePassLive, 993) // known here too
	open(b, "s1", "ben", "autocad", license.CodeTokensCharged, 993)
	if g, err := b.Renew(ctx, "acme", license.Renew{Session: "s1", InUse: true}); err != nil || g.Code != license.CodePassLive {
		t.Errorf("renew: %v %v", g.Code, err)
	}
	if _, _, err := b.BuyPack(ctx, "acme", license.BuyPack{Pack: "p2", Size: 500 * license.Token}); err != nil {
		t.Error(err)
	}
	if got, _, err := a.Balance(ctx, "acme"); err != nil || got.Available != 1493*license.Token {
		t.Errorf("got %v (%v), want what the other desk has sold", got.Available, err)
	}
	if _, err := a.Unassign(ctx, "acme", license.Caller{}, "ben", license.FlexCode); err != nil {
		t.Error(err)
	}
	open(b, "s3", "ben", "revit", license.CodeFlexNotAssigned, 1493)
	if _, _, err := b.AddUsers(ctx, "acme", license.Caller{}, []AddUser{{"eve", "Eve", "eve@acme.example", license.RoleUser}}); err != nil {
		t.Error(err)
	}
	if _, err := a.Assign(ctx, "acme", license.Caller{}, "EVE@acme.example", license.FlexCode, ""); err != nil {
		t.Errorf("a user that the other desk has added: %v", err)
	}
	if err := b.SetCatalog(ctx, "operator", license.Catalog{Products: []license.Product{
		{Code: "sketch", Kind: license.Daily, Flex: true, Rates: []license.Rate{{From: 0, Tokens: license.Token}}}}}); err != nil {
		t.Error(err)
	}
	open(a, "s4", "eve", "sketch", license.CodeTokensCharged, 1492) // by the catalogue that the other has set
	for _, d := range []*Desk{a, b} {
		if c, err := d.Catalog(ctx); err != nil || c.Product("sketch") == nil || c.Product("autocad") != nil {
			t.Errorf("the catalogue is not what was set last (%v)", err)
		}
	}
}

// TestTwoDesksAtOnce charges one team from both desks at the same time, and another from each alone.
func TestTwoDesksAtOnce(t *testing.T) {
	ctx, j := context.Background(), newShared()
	a, b := pair(t, j)
	if err := a.SetCatalog(ctx, "operator", manyProducts(200)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, d := range []*Desk{a, b} {
		for caller := range 20 {
			wg.Go(func() {
				for n := range 10 {
					product := fmt.Sprint("product-", caller*10+n)
					got, err := d.Open(ctx, "acme", license.Open{Session: fmt.Sprint(i, product), User: "ben", Product: product})
					if err != nil || got.Outcome != license.Granted {
						t.Errorf("%d %s: %v %v", i, product, got.Code, err)
					}
				}
			})
		}
	}
	wg.Wait()
	for _, d := range []*Desk{a, b} {
		if got, _, err := d.Balance(ctx, "acme"); err != nil || got.Used != 200*license.Token {
			t.Errorf("got %v used (%v), want each product charged once", got.Used, err)
		}
	}
	if findings, _, err := Verify(ctx, j, func(Checked) {}); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}

func manyProducts(n int) (c license.Catalog) {
	for i := range n {
		c.Products = append(c.Products, license.Product{Code: fmt.Sprint("product-", i), Kind: license.Daily, Flex: true,
			Rates: []license.Rate{{From: 0, Tokens: license.Token}}})
	}
	return c
}

// TestTwoDesksMove moves tokens from one team to another and back on both desks at once.
func TestTwoDesksMove(t *testing.T) {
	ctx, j := context.Background(), newShared()
	a, b := pair(t, j)
	if _, err := a.CreateTeam(ctx, "operator", NewTeam{ID: "zeta", Name: "Zeta", Plan: license.Standard, Admin: journal.Person{ID: "zoe"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CreateTeam(ctx, "operator", NewTeam{ID: "zeta", Name: "Zeta", Plan: license.Standard, Admin: journal.Person{ID: "zoe"}}); err != nil {
		t.Errorf("the same team once more, on the other desk: %v", err)
	}
	var wg sync.WaitGroup
	for i, d := range []*Desk{a, b} {
		wg.Go(func() {
			for n := range 25 {
				c := license.Withdraw{Caller: license.Caller{Key: fmt.Sprint(i, "-", n), Print: "x"}, Tokens: 3 * license.Token}
				if _, err := d.Move(ctx, "acme", "zeta", c); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for team, want := range map[string]license.Tokens{"acme": 850, "zeta": 150} {
		for _, d := range []*Desk{a, b} {
			if got, _, err := d.Balance(ctx, team); err != nil || got.Available != want*license.Token {
				t.Errorf("%s has %v (%v), want %v", team, got.Available, err, want*license.Token)
			}
		}
	}
}

// questions counts what is asked of a journal, one of whose teams cannot be read.
type questions struct {
	*memory
	damaged string
	asked   atomic.Int32
}

func (q *questions) Snapshots(_ context.Context, teams []string) ([]journal.Snapshot, error) {
	if slices.Contains(teams, q.damaged) {
		return nil, journal.ErrSnapshotDamaged
	}
	return nil, nil
}

func (q *questions) After(ctx context.Context, heads []journal.Head) ([]journal.Entry, error) {
	q.asked.Add(1)
	return q.memory.After(ctx, heads)
}

// TestLoadedTogether has a server that has just started asked for many teams at once: it reads them with few questions,
// and what is wrong with one of them is told to who asks for that one.
func TestLoadedTogether(t *testing.T) {
	const teams = 3 * together
	j := newShared()
	a := opened(t, j, NewVirtualClock(start), Options{Committers: 1})
	name := func(i int) string { return fmt.Sprintf("team-%d", i) }
	for i := range teams {
		found(t, a, name(i))
	}
	q := &questions{memory: j, damaged: name(7)}
	b, err := New(t.Context(), q, Options{Clock: NewVirtualClock(start).Now, Committers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	q.asked.Store(0)

	batch := make([]*command, teams+1) // the last team is not known
	for i := range batch {
		batch[i] = &command{ctx: t.Context(), team: name(i), decide: func(*turn) error { return nil }, done: make(chan struct{}, 1)}
	}
	b.committers[0].process(batch)
	for i, cmd := range batch {
		failed := new(Failure)
		switch {
		case i == 7 && (!errors.As(cmd.err, &failed) || !errors.Is(cmd.err, journal.ErrSnapshotDamaged)),
			i == teams && !errors.Is(cmd.err, errTeamUnknown),
			i != 7 && i < teams && cmd.err != nil:
			t.Errorf("%s: %v", cmd.team, cmd.err)
		}
	}
	if n := int(q.asked.Load()); n > 2*together {
		t.Errorf("for %d teams, %d of which have to be read one by one, %d questions", teams, together, n)
	}
}

// TestBehindTheJournal: a database that has lost its end, as after a failover, is followed, not written on with a gap.
func TestBehindTheJournal(t *testing.T) {
	ctx, j := context.Background(), newShared()
	d, _ := pair(t, j)
	for _, product := range []string{"autocad", "revit"} {
		if _, err := d.Open(ctx, "acme", license.Open{Session: product, User: "ben", Product: product}); err != nil {
			t.Fatal(err)
		}
	}
	j.mu.Lock()
	j.entries["acme"] = j.entries["acme"][:len(j.entries["acme"])-1]
	j.mu.Unlock()
	if got, _, err := d.Balance(ctx, "acme"); err != nil || got.Available != 993*license.Token {
		t.Errorf("got %v (%v), want what the journal has", got.Available, err)
	}
	got, err := d.Open(ctx, "acme", license.Open{Session: "revit", User: "ben", Product: "revit"})
	if err != nil || got.Code != license.CodeTokensCharged || got.Available != 983*license.Token {
		t.Errorf("got %s with %v (%v), want what was lost charged again", got.Code, got.Available, err)
	}
	if findings, _, err := Verify(ctx, j, func(Checked) {}); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}

// TestTurnsAtManyTeams: two servers that fight over many teams at once both get on, however many turns a batch needs.
func TestTurnsAtManyTeams(t *testing.T) {
	ctx, clock := t.Context(), NewVirtualClock(start)
	var desks []*Desk
	for _, j := range twoOnPostgres(t) {
		d, err := New(ctx, j, Options{Clock: clock.Now, Committers: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(d.Close)
		desks = append(desks, d)
	}
	const teams, each = 40, 50
	for team := range teams {
		if _, err := desks[0].CreateTeam(ctx, "operator", NewTeam{ID: fmt.Sprint("t", team), Name: "T", Plan: license.Standard,
			Admin: journal.Person{ID: "ada", Name: "Ada", Email: "ada@t.example"}}); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan error)
	for i, d := range desks {
		for team := range teams {
			go func() {
				var err error
				for n := 0; n < each && err == nil; n++ {
					_, _, err = d.BuyPack(ctx, fmt.Sprint("t", team), license.BuyPack{Pack: fmt.Sprint(i, "-", n), Size: license.Token})
				}
				ended <- err
			}()
		}
	}
	for range len(desks) * teams {
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("nobody gets on")
		}
	}
	for team := range teams {
		if b, _, err := desks[0].Balance(ctx, fmt.Sprint("t", team)); err != nil || b.Bought != 2*each*license.Token {
			t.Errorf("team %d has bought %v (%v)", team, b.Bought, err)
		}
	}
}

// TestSweep: when a server finds that others write to many of its teams it looks at all others at once, and not when each
// is asked for.
func TestSweep(t *testing.T) {
	const teams = 3 * manyCrossed
	j := newShared()
	clock := NewVirtualClock(start)
	a := opened(t, j, clock, Options{Committers: 1})
	name := func(i int) string { return fmt.Sprintf("team-%d", i) }
	for i := range teams {
		found(t, a, name(i))
	}
	q := &questions{memory: j}
	b, err := New(t.Context(), q, Options{Clock: clock.Now, Committers: 1, Others: &other{gone: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	buy := func(d *Desk, i int, pack string) {
		t.Helper()
		if _, _, err := d.BuyPack(t.Context(), name(i), license.BuyPack{Pack: pack, Size: license.Token}); err != nil {
			t.Error(err)
		}
	}
	for i := range teams {
		buy(b, i, "b1")
		buy(a, i, "a1")
	}
	for i := range manyCrossed + 1 {
		buy(b, i, "b2")
	}
	for i := manyCrossed + 1; i < teams; i++ {
		c := b.committers[0]
		c.round.Lock()
		behind := c.books[name(i)].durable != j.head(name(i)).Seq
		c.round.Unlock()
		if behind {
			t.Errorf("what a wrote to %s is not known to b", name(i))
		}
	}
}

// TestFightForgotten: a server goes on alone when it has not heard of a rival for long, whether it is asked for that team
// again or not.
func TestFightForgotten(t *testing.T) {
	j := newShared()
	c, batch := held(t, j)
	fought := c.turns.fight("acme", foughtOver)
	j.marked["acme"] = true
	c.turns.lose("bolt") // once: that is no fight
	c.follow(batch)
	if c.atHand(batch) || c.turns.rivals["acme"] == nil || !j.marked["acme"] {
		t.Error("others were fought a moment ago")
	}
	fought.seen, c.turns.cleared = time.Now().Add(-fightLasts), time.Time{}
	c.follow(batch)
	if !c.atHand(batch) || c.turns.rivals["acme"] != nil || c.turns.rivals["bolt"] == nil || j.marked["acme"] {
		t.Errorf("rivals %v, %d fights, marked %v", c.turns.rivals, c.turns.fights, j.marked)
	}
}

// held is a committer that has the team bolt and does nothing by itself, and a batch of that team.
func held(t *testing.T, j *memory) (*committer, []*command) {
	t.Helper()
	d := opened(t, j, NewVirtualClock(start), Options{Committers: 1})
	found(t, d, "bolt")
	c := d.committers[0]
	c.round.Lock()
	t.Cleanup(c.round.Unlock)
	return c, []*command{{team: "bolt"}}
}

// TestNoFightForThePassedOn: who reads what the server has written that has the team does not take turns for it.
func TestNoFightForThePassedOn(t *testing.T) {
	for _, passed := range []bool{true, false} {
		a, b := pair(t, newShared())
		b.opts.Others = &other{desk: a, gone: !passed}
		if _, _, err := a.BuyPack(t.Context(), "acme", license.BuyPack{Pack: "a1", Size: license.Token}); err != nil {
			t.Fatal(err)
		}
		c := b.committer("acme")
		c.round.Lock()
		defer c.round.Unlock()
		if _, err := c.open("acme"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.BuyPack(t.Context(), "acme", license.BuyPack{Pack: "a2", Size: license.Token}); err != nil {
			t.Fatal(err)
		}
		c.book("acme").size = dearToLoad + 1
		if n, err := c.catchUp([]string{"acme"}); n == 0 || err != nil {
			t.Fatal(n, err)
		}
		if fights := c.turns.fights > 0; fights == passed {
			t.Errorf("passed on %v: fights %v", passed, fights)
		}
	}
}
