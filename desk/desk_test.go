package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// memory is a journal in memory that can be told to fail.
type memory struct {
	mu      sync.Mutex
	entries map[string][]journal.Entry
	people  []journal.Person
	outbox  []journal.Notice
	sent    []journal.Invitation
	fail    func(journal.Batch) error // before anything is kept
	lose    func(journal.Batch) error // after all was kept: the answer is lost
	shared  bool                      // several desks write to it
	refuse  func(team string) bool    // of a shared one: as if another desk were quicker
	marked  map[string]bool           // teams that are written to in turns
}

func newMemory() *memory {
	return &memory{entries: map[string][]journal.Entry{}, marked: map[string]bool{}}
}

// stall has the next append say that it has come and wait until release is closed.
func (m *memory) stall() (entered <-chan struct{}, release chan<- struct{}) {
	come, gone := make(chan struct{}, 1), make(chan struct{})
	m.fail = func(journal.Batch) error {
		select {
		case come <- struct{}{}:
			<-gone
		default:
		}
		return nil
	}
	return come, gone
}

func (m *memory) Append(_ context.Context, b journal.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		if err := m.fail(b); err != nil {
			return err
		}
	}
	lost := map[string]bool{}
	if m.shared {
		if l := b.Last; l.Seq > int64(len(m.entries[l.Team])) {
			return &journal.Conflict{Forgotten: true}
		}
		for _, h := range b.Base {
			if m.head(h.Team) != h {
				return &journal.Conflict{}
			}
		}
		for _, h := range b.Heads {
			lost[h.Team] = m.head(h.Team).Hash != h.Hash || m.refuse != nil && m.refuse(h.Team)
		}
	}
	next := map[string]int64{}
	for _, e := range b.Entries {
		if next[e.Team]++; int64(len(m.entries[e.Team]))+next[e.Team] != e.Seq {
			lost[e.Team] = true
		}
	}
	var conflict journal.Conflict
	for team, is := range lost {
		if is {
			conflict.Teams = append(conflict.Teams, team)
		}
	}
	if len(conflict.Teams) > 0 && (b.Whole || !m.shared) {
		return &journal.Conflict{}
	}
	for _, e := range b.Entries {
		if !lost[e.Team] {
			m.entries[e.Team] = append(m.entries[e.Team], e)
		}
	}
	m.people = append(m.people, b.People...)
	for _, n := range b.Outbox {
		if !lost[n.Team] {
			m.outbox = append(m.outbox, n)
		}
	}
	for _, i := range b.Invitations {
		if !lost[i.Team] {
			m.sent = slices.DeleteFunc(m.sent, func(old journal.Invitation) bool { return old.Team == i.Team && old.Person == i.Person })
			m.sent = append(m.sent, i)
		}
	}
	if m.lose != nil {
		if err := m.lose(b); err != nil {
			return err
		}
	}
	if len(conflict.Teams) > 0 {
		return &conflict
	}
	return nil
}

func (m *memory) head(team string) journal.Head {
	h := journal.Head{Team: team, Seq: int64(len(m.entries[team]))}
	if h.Seq > 0 {
		h.Hash = m.entries[team][h.Seq-1].Hash
	}
	return h
}

func (m *memory) Read(_ context.Context, team string, after int64, fn func(journal.Entry) error) error {
	m.mu.Lock()
	entries := m.entries[team]
	m.mu.Unlock()
	for _, e := range entries[min(after, int64(len(entries))):] {
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Shared() bool { return m.shared }

func (m *memory) After(_ context.Context, heads []journal.Head) (all []journal.Entry, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range heads {
		all = append(all, m.entries[h.Team][min(h.Seq, int64(len(m.entries[h.Team]))):]...)
	}
	return all, nil
}

func (m *memory) TeamsAfter(ctx context.Context, after string, limit int64) ([]string, error) {
	teams, err := m.Teams(ctx)
	teams = slices.DeleteFunc(slices.Sorted(slices.Values(teams)), func(t string) bool { return t <= after })
	return teams[:min(limit, int64(len(teams)))], err
}

func (m *memory) Snapshot(context.Context, string) (journal.Snapshot, bool, error) {
	return journal.Snapshot{}, false, nil
}
func (m *memory) Snapshots(context.Context, []string) ([]journal.Snapshot, error) { return nil, nil }
func (m *memory) SaveSnapshot(context.Context, journal.Snapshot) error            { return nil }

func (m *memory) PeopleOf(_ context.Context, teams []string, fn func(journal.Person) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.people {
		if slices.Contains(teams, p.Team) {
			if err := fn(p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *memory) Invitations(_ context.Context, team, from, to string, fn func(journal.Invitation) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, i := range m.sent {
		if i.Team == team && from <= i.Person && i.Person <= to {
			if err := fn(i); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *memory) InvitationOf(_ context.Context, team string, hash journal.Hash) (journal.Invitation, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := slices.IndexFunc(m.sent, func(i journal.Invitation) bool { return i.Team == team && i.Hash == hash })
	if at < 0 {
		return journal.Invitation{}, false, nil
	}
	return m.sent[at], true, nil
}

func (m *memory) AcceptInvitation(_ context.Context, team string, hash journal.Hash, at int64, request string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for n, i := range m.sent {
		if i.Team == team && i.Hash == hash && i.AcceptedAt == 0 && at < i.ExpiresAt {
			m.sent[n].AcceptedAt, m.sent[n].Request = at, request
			return true, nil
		}
	}
	return false, nil
}

func (m *memory) Teams(context.Context) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var teams []string
	for t := range m.entries {
		teams = append(teams, t)
	}
	return teams, nil
}

var start = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// opened returns a desk on j with a catalogue, one team, a user with Flex and 1 000 tokens.
func opened(t testing.TB, j Journal, clock *VirtualClock, opts Options) *Desk {
	t.Helper()
	ctx := context.Background()
	opts.Clock, opts.Committers = clock.Now, cmp.Or(opts.Committers, 2) // more than one on any machine
	d, err := New(ctx, j, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	check := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(0, d.SetCatalog(ctx, "operator", license.Catalog{Products: []license.Product{
		{Code: "autocad", Kind: license.Daily, Flex: true, Rates: []license.Rate{{From: 0, Tokens: 7 * license.Token}}},
		{Code: "revit", Kind: license.Daily, Flex: true, Rates: []license.Rate{{From: 0, Tokens: 10 * license.Token}}}}}))
	check(d.CreateTeam(ctx, "operator", NewTeam{ID: "acme", Name: "Acme", Plan: license.Standard, Admin: journal.Person{ID: "ada", Name: "Ada", Email: "ada@acme.example"}}))
	_, _, err = d.AddUsers(ctx, "acme", license.Caller{}, []AddUser{{"ben", "Ben", "Ben@acme.example", license.RoleUser}})
	check(0, err)
	check(d.Assign(ctx, "acme", license.Caller{}, "ben@ACME.example", license.FlexCode, ""))
	_, _, err = d.BuyPack(ctx, "acme", license.BuyPack{Pack: "p1", Size: 1000 * license.Token})
	check(0, err)
	return d
}

func TestOpenJoinsAndForgetsNothing(t *testing.T) {
	ctx, clock, j := context.Background(), NewVirtualClock(start), newMemory()
	d := opened(t, j, clock, Options{})
	open := func(d *Desk, session string) Answer {
		t.Helper()
		a, err := d.Open(ctx, "acme", license.Open{Session: session, User: "ben@acme.example", Product: "autocad"})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := open(d, "s1"); a.Code != license.CodeTokensCharged || a.Available != 993*license.Token || a.User != "ben" {
		t.Fatalf("%+v", a)
	}
	if a := open(d, "s2"); a.Code != license.CodePassLive {
		t.Fatalf("%+v", a)
	}
	if a := open(d, "s1"); a.Code != license.CodeTokensCharged || !a.Replayed {
		t.Fatalf("%+v", a)
	}
	if r, err := d.CloseSession(ctx, "acme", license.Close{Session: "s1"}); r.Reversed != 0 || err != nil {
		t.Fatal(r, err)
	}
	d.Close()
	again, err := New(ctx, j, Options{Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if r, err := again.CloseSession(ctx, "acme", license.Close{Session: "s2"}); r.Reversed != 7*license.Token || err != nil {
		t.Fatal("the joined session was forgotten", r, err)
	}
	if findings, checked, err := Verify(ctx, j, func(Checked) {}); err != nil || len(findings) != 0 || checked.Teams != 2 {
		t.Fatal(findings, checked, err)
	}
}

// TestFailedCommits lets every commit fail once, before and after it was kept: each command is answered as if
// nothing had happened, and has one effect.
func TestFailedCommits(t *testing.T) {
	for name, arm := range map[string]func(*memory, func(journal.Batch) error){
		"before": func(m *memory, f func(journal.Batch) error) { m.fail = f },
		"after":  func(m *memory, f func(journal.Batch) error) { m.lose = f },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, clock, j := context.Background(), NewVirtualClock(start), newMemory()
			d := opened(t, j, clock, Options{})
			failed := false
			arm(j, func(journal.Batch) error {
				if failed = !failed; failed {
					return fmt.Errorf("the line was cut")
				}
				return nil
			})
			for i := range 20 {
				for _, product := range []string{"autocad", "revit"} {
					s := fmt.Sprint(product, i)
					a, err := d.Open(ctx, "acme", license.Open{Session: s, User: "ben", Product: product})
					if err != nil || a.Outcome != license.Granted {
						t.Fatal(a, err)
					}
				}
				if err := clock.Advance(24 * time.Hour); err != nil {
					t.Fatal(err)
				}
			}
			b, _, err := d.Balance(ctx, "acme")
			if err != nil || b.Used != 20*17*license.Token {
				t.Fatalf("used %d, %v", b.Used, err)
			}
		})
	}
}

func TestManyCallers(t *testing.T) {
	ctx, clock, j := context.Background(), NewVirtualClock(start), newMemory()
	d := opened(t, j, clock, Options{Queue: 16})
	var wg sync.WaitGroup
	var mu sync.Mutex
	charged := 0
	for i := range 64 {
		wg.Go(func() {
			for k := range 20 {
				s := fmt.Sprint("s", i, "-", k)
				for {
					a, err := d.Open(ctx, "acme", license.Open{Session: s, User: "ben", Product: "autocad"})
					if err == errBusy {
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					if a.Charge != nil {
						mu.Lock()
						charged++
						mu.Unlock()
					}
					break
				}
			}
		})
	}
	wg.Wait()
	if charged != 1 {
		t.Fatalf("%d charges for one pass", charged)
	}
}

func TestClockBehind(t *testing.T) {
	ctx, j := context.Background(), newMemory()
	now := start
	d, err := New(ctx, j, Options{Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, err = d.CreateTeam(ctx, "operator", NewTeam{ID: "acme", Name: "Acme", Plan: license.Standard, Admin: journal.Person{ID: "ada"}})
	if err != nil {
		t.Fatal(err)
	}
	now = start.Add(-5 * time.Second)
	if _, _, err := d.BuyPack(ctx, "acme", license.BuyPack{Pack: "p", Size: 1}); err != nil {
		t.Fatal("5 s behind is within bounds:", err)
	}
	now = now.Add(-time.Millisecond)
	_, _, err = d.BuyPack(ctx, "acme", license.BuyPack{Pack: "q", Size: 1})
	var e *license.Error
	if !errors.As(err, &e) || e.Code != "clock_behind" {
		t.Fatal(err)
	}
}

// TestFullQueueAnswersBusy: while a commit is under way one batch is decided ahead, and the queue fills; what does not
// fit is answered at once, and what was queued is answered when the disk is back.
func TestFullQueueAnswersBusy(t *testing.T) {
	ctx, clock, j := context.Background(), NewVirtualClock(start), newMemory()
	d := opened(t, j, clock, Options{Committers: 1, Queue: 6, Batch: 1})
	entered, release := j.stall()
	answers := make(chan error, 5)
	buy := func(pack string) {
		_, _, err := d.BuyPack(ctx, "acme", license.BuyPack{Pack: pack, Size: license.Token})
		answers <- err
	}
	go buy("slow")
	<-entered
	ahead := make(chan struct{})
	go func() {
		_, err := d.do(ctx, "acme", func(*turn) error { close(ahead); return nil })
		answers <- err
	}()
	<-ahead
	for _, pack := range []string{"one", "two", "three"} {
		go buy(pack)
	}
	for d.committers[0].queue.len() < 3 {
		runtime.Gosched()
	}
	if _, _, err := d.BuyPack(ctx, "acme", license.BuyPack{Pack: "four", Size: license.Token}); !errors.Is(err, errBusy) {
		t.Fatalf("a full queue answers %v", err)
	}
	close(release)
	for range 5 {
		if err := <-answers; err != nil {
			t.Fatal(err)
		}
	}
	b, _, err := d.Balance(ctx, "acme")
	if err != nil || b.Bought != 1004*license.Token {
		t.Fatalf("bought %d, %v", b.Bought, err)
	}
}

// TestFullDisk: a full disk is an answer, nothing has changed, and it works again when there is room.
func TestFullDisk(t *testing.T) {
	ctx, clock, j := context.Background(), NewVirtualClock(start), newMemory()
	d := opened(t, j, clock, Options{})
	j.fail = func(journal.Batch) error { return fmt.Errorf("writing: %w", journal.ErrStorageFull) }
	_, err := d.Open(ctx, "acme", license.Open{Session: "s", User: "ben", Product: "autocad"})
	if !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	if b, _, err := d.Balance(ctx, "acme"); err != nil || b.Used != 0 {
		t.Fatal(b.Used, err)
	}
	j.fail = nil
	a, err := d.Open(ctx, "acme", license.Open{Session: "s", User: "ben", Product: "autocad"})
	if err != nil || a.Code != license.CodeTokensCharged {
		t.Fatal(a, err)
	}
}

// TestMemoryIsBounded: teams beyond the bound leave memory, and come back as they were.
func TestMemoryIsBounded(t *testing.T) {
	ctx, clock, j := context.Background(), NewVirtualClock(start), newMemory()
	d := opened(t, j, clock, Options{Memory: 100_000, Committers: 1})
	for i := range 40 {
		team := fmt.Sprintf("team-%d", i)
		if _, err := d.CreateTeam(ctx, "operator", NewTeam{ID: team, Name: team, Plan: license.Standard, Admin: journal.Person{ID: "ada"}}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.BuyPack(ctx, team, license.BuyPack{Pack: "p", Size: license.Tokens(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(d.committers[0].books); n > 15 {
		t.Errorf("%d teams are in memory", n)
	}
	for i := range 40 {
		b, _, err := d.Balance(ctx, fmt.Sprintf("team-%d", i))
		if err != nil || b.Available != license.Tokens(i+1) {
			t.Fatal(i, b.Available, err)
		}
	}
}

// TestPanicCostsOneCommand: a fault in the rules is answered as a failure; the team's state is loaded anew, and the
// commands of others go on.
func TestPanicCostsOneCommand(t *testing.T) {
	ctx, clock, j := context.Background(), NewVirtualClock(start), newMemory()
	d := opened(t, j, clock, Options{})
	_, err := d.do(ctx, "acme", func(t *turn) error {
		t.team.Packs["p1"].Left = 0 // whatever it did to the state
		panic("a fault")
	})
	var failure *Failure
	if !errors.As(err, &failure) {
		t.Fatal(err)
	}
	if b, _, err := d.Balance(ctx, "acme"); err != nil || b.Available != 1000*license.Token {
		t.Fatal(b.Available, err)
	}
}

// Claim implements desk.Journal.
func (m *memory) Claim(context.Context, journal.Task, time.Time, time.Duration) (bool, error) {
	return true, nil
}

// Release implements desk.Journal.
func (m *memory) Release(context.Context, journal.Task) error { return nil }

// WantTurns implements desk.Journal.
func (m *memory) WantTurns(_ context.Context, team string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.marked[team] = true
	return nil
}

// TakeTurns implements desk.Journal.
func (m *memory) TakeTurns(context.Context, []string) (*journal.Turn, error) {
	return new(journal.Turn), nil
}

// EndTurns implements desk.Journal.
func (m *memory) EndTurns(_ context.Context, team string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.marked, team)
	return nil
}

// TestShard: no batch holds teams of two places.
func TestShard(t *testing.T) {
	ctx, j := context.Background(), newMemory()
	place := func(team string) uint64 { return uint64(team[len(team)-1]) }
	var mixed atomic.Bool
	j.fail = func(b journal.Batch) error {
		for _, e := range b.Entries {
			if place(e.Team)%4 != place(b.Entries[0].Team)%4 {
				mixed.Store(true)
			}
		}
		return nil
	}
	d := opened(t, j, NewVirtualClock(start), Options{Committers: 4, Shard: place})
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			team := fmt.Sprintf("t%d", i)
			if _, err := d.CreateTeam(ctx, "operator", NewTeam{ID: team, Name: team, Plan: license.Standard, Admin: journal.Person{ID: "ada"}}); err != nil {
				t.Error(err)
			}
			for n := range 20 {
				if _, _, err := d.BuyPack(ctx, team, license.BuyPack{Pack: fmt.Sprint("p", n), Size: license.Token}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if mixed.Load() {
		t.Error("a batch held teams of two places")
	}
}
