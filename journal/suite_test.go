package journal

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/journal/pgtest"
)

func TestSQLite(t *testing.T) {
	testJournal(t, func(t *testing.T) *Journal { return opened(t, t.TempDir()) })
}

func TestPostgres(t *testing.T) {
	testJournal(t, func(t *testing.T) *Journal { return openedPostgres(t, pgtest.URL(t)) })
}

// openedPostgres is a journal in a database, closed with the test.
func openedPostgres(t testing.TB, address string) *Journal {
	t.Helper()
	j, err := OpenPostgres(t.Context(), address, Options{})
	return closed(t, j, err)
}

// opened is a journal in a folder, closed with the test.
func opened(t testing.TB, dir string) *Journal {
	t.Helper()
	j, err := Open(t.Context(), dir, Options{})
	return closed(t, j, err)
}

// closed has a journal that was opened closed with the test.
func closed(t testing.TB, j *Journal, err error) *Journal {
	t.Helper()
	must(t, err)
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// chain is a team's journal as it should be; it makes the entries.
type chain struct {
	team string
	all  []Entry
}

func (c *chain) next(bodies ...string) []Entry {
	from := len(c.all)
	for _, b := range bodies {
		e := Entry{Team: c.team, Seq: int64(len(c.all)) + 1, Body: []byte(b)}
		e.Hash = Chain(c.head(), e.Body)
		c.all = append(c.all, e)
	}
	return c.all[from:]
}

// fill makes n entries of about the length of a charge.
func (c *chain) fill(n int) []Entry {
	bodies := make([]string, n)
	for i := range bodies {
		bodies[i] = fmt.Sprintf(`{"kind":"charge","team":%q,"n":%d,"text":%q}`, c.team, i, strings.Repeat("x", 200))
	}
	return c.next(bodies...)
}

func (c *chain) head() Hash {
	if len(c.all) == 0 {
		return Hash{}
	}
	return c.all[len(c.all)-1].Hash
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, j *Journal, team string, after int64) (all []Entry) {
	t.Helper()
	must(t, j.Read(t.Context(), team, after, func(e Entry) error { all = append(all, e); return nil }))
	return all
}

// same compares entries; the difference is looked for only if there is one, because that takes long.
func same(t testing.TB, want, got []Entry) {
	t.Helper()
	equal := func(a, b Entry) bool {
		return a.Team == b.Team && a.Seq == b.Seq && a.Hash == b.Hash && bytes.Equal(a.Body, b.Body)
	}
	if !slices.EqualFunc(want, got, equal) {
		t.Fatalf("(-want +got):\n%s", cmp.Diff(want, got))
	}
}

// testJournal is what every engine must do; open gives an empty journal.
func testJournal(t *testing.T, open func(t *testing.T) *Journal) {
	for name, test := range map[string]func(t *testing.T, j *Journal){
		"append and read":                     testAppendAndRead,
		"sizes of batches":                    testSizes,
		"many teams in one batch":             testManyTeams,
		"a conflict leaves nothing":           testConflict,
		"a refused batch leaves nothing":      testRefused,
		"bodies come back as they were":       testBodies,
		"a full read opens no transaction":    testReadWhileReading,
		"appends side by side":                testSideBySide,
		"a cancelled context":                 testCancelled,
		"a connection is replaced":            testReplaced,
		"teams":                               testTeams,
		"snapshots":                           testSnapshots,
		"people":                              testPeople,
		"the outbox":                          testOutbox,
		"invitations":                         testInvitations,
		"meta":                                testMeta,
		"verify finds what was changed":       testVerify,
		"nothing is written after a failure":  testBroken,
		"heads":                               testHeads,
		"what was written behind heads":       testAfter,
		"a part of a batch":                   testPart,
		"tasks":                               testTasks,
		"closed":                              testClosed,
		"keys of programs, unique and by key": testKeys,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func testAppendAndRead(t *testing.T, j *Journal) {
	ctx := t.Context()
	must(t, j.Ping(ctx))
	seq, hash, err := j.Head(ctx, "acme")
	must(t, err)
	if seq != 0 || hash != (Hash{}) {
		t.Errorf("the head of an unknown team is %d %x, want zero", seq, hash)
	}
	must(t, j.Append(ctx, Batch{}))

	acme := chain{team: "acme"}
	must(t, j.Append(ctx, Batch{Entries: acme.next(`{"a":1}`)}))
	must(t, j.Append(ctx, Batch{Entries: acme.next(`{"a":2}`, `{"a":3}`)}))

	same(t, acme.all, read(t, j, "acme", 0))
	same(t, acme.all[2:], read(t, j, "acme", 2))
	page, err := j.Page(ctx, "acme", 1, 1)
	must(t, err)
	same(t, acme.all[1:2], page)
	seq, hash, err = j.Head(ctx, "acme")
	must(t, err)
	if seq != 3 || hash != acme.head() {
		t.Errorf("the head is %d %x, want 3 %x", seq, hash, acme.head())
	}
	stop := errors.New("enough")
	if err := j.Read(ctx, "acme", 0, func(Entry) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("read gives %v, want the function's own error", err)
	}
}

// testSizes crosses every border of a statement and of a page.
func testSizes(t *testing.T, j *Journal) {
	acme := chain{team: "acme"}
	for _, n := range []int{1, 7, 8, 9, 31, 32, 33, 40, 41, 63, 64, 256, 1000} {
		must(t, j.Append(t.Context(), Batch{Entries: acme.fill(n)}))
		same(t, acme.all, read(t, j, "acme", 0))
	}
	for _, limit := range []int{1, pageSize - 1, pageSize, pageSize + 1} {
		after := len(acme.all) - limit
		if got := len(read(t, j, "acme", int64(after))); got != limit {
			t.Errorf("read after %d gives %d entries, want %d", after, got, limit)
		}
	}
}

func testManyTeams(t *testing.T, j *Journal) {
	chains := make([]chain, 50)
	var batch []Entry
	for i := range chains {
		chains[i].team = fmt.Sprintf("team-%02d", i)
		batch = append(batch, chains[i].fill(i%4+1)...)
	}
	rand.Shuffle(len(batch), func(a, b int) { batch[a], batch[b] = batch[b], batch[a] })
	given := slices.Clone(batch)
	must(t, j.Append(t.Context(), Batch{Entries: batch}))
	same(t, given, batch) // it is the caller's
	for _, c := range chains {
		same(t, c.all, read(t, j, c.team, 0))
	}
}

func testConflict(t *testing.T, j *Journal) {
	ctx := t.Context()
	acme, zeta := chain{team: "acme"}, chain{team: "zeta"}
	must(t, j.Append(ctx, Batch{Entries: slices.Concat(acme.next("1", "2"), zeta.next("1"))}))
	before := slices.Clone(acme.all)

	lost := chain{team: "zeta", all: slices.Clone(zeta.all[:0])}
	err := j.Append(ctx, Batch{
		Whole:   true,
		Entries: slices.Concat(acme.fill(100), lost.next("other")),
		People:  []Person{{"acme", "ada", "Ada", "ada@acme.example"}},
	})
	if !errors.Is(err, ErrConflict) {
		t.Errorf("append gives %v, want %v", err, ErrConflict)
	}
	same(t, before, read(t, j, "acme", 0))
	must(t, j.People(ctx, "acme", func(p Person) error { return fmt.Errorf("the lost batch left %v", p) }))
	must(t, j.Append(ctx, Batch{Entries: acme.all[2:]}))
}

func testRefused(t *testing.T, j *Journal) {
	good := (&chain{team: "acme"}).next("good", "better")
	for name, bad := range map[string]Entry{
		"no team":      {Seq: 1, Body: []byte("x")},
		"position 0":   {Team: "zeta", Body: []byte("x")},
		"a gap":        {Team: "acme", Seq: 4, Body: []byte("x")},
		"a repetition": {Team: "acme", Seq: 2, Body: []byte("x")},
		"not UTF-8":    {Team: "zeta", Seq: 1, Body: []byte("\xff")},
		"a NUL":        {Team: "zeta", Seq: 1, Body: []byte("a\x00b")},
	} {
		if err := j.Append(t.Context(), Batch{Entries: append(slices.Clone(good), bad)}); err == nil {
			t.Errorf("%s was appended", name)
		}
		if got := read(t, j, "acme", 0); len(got) > 0 {
			t.Errorf("%s left %d entries", name, len(got))
		}
	}
}

func testBodies(t *testing.T, j *Journal) {
	acme := chain{team: "acme ' \" % ? $1 \n é 東京 🎫"}
	must(t, j.Append(t.Context(), Batch{Entries: acme.next("", " ", "1", "NULL", "é 東京 🎫\r\n", `\u0000`, strings.Repeat("long ", 200_000))}))
	same(t, acme.all, read(t, j, acme.team, 0))
}

// testReadWhileReading appends and reads inside a reading, more often than there are connections.
func testReadWhileReading(t *testing.T, j *Journal) {
	ctx := t.Context()
	acme := chain{team: "acme"}
	must(t, j.Append(ctx, Batch{Entries: acme.fill(20)}))
	var nested func(depth int) error
	nested = func(depth int) error {
		return j.Read(ctx, "acme", int64(depth), func(e Entry) error {
			if depth == 20 {
				return nil
			}
			if err := j.Append(ctx, Batch{Entries: acme.fill(1)}); err != nil {
				return err
			}
			if err := nested(depth + 1); err != nil {
				return err
			}
			return errStop
		})
	}
	if err := nested(0); err != nil && !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	same(t, acme.all, read(t, j, "acme", 0))
}

func testSideBySide(t *testing.T, j *Journal) {
	ctx := t.Context()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			c := chain{team: fmt.Sprintf("team-%d", w)}
			for i := range 50 {
				if err := j.Append(ctx, Batch{Entries: c.fill(1 + i%3)}); err != nil {
					t.Error(err)
				}
				if seq, hash, err := j.Head(ctx, c.team); err != nil || seq != int64(len(c.all)) || hash != c.head() {
					t.Errorf("head: %d %v, want what was just appended, %d", seq, err, len(c.all))
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 50 {
			must := func(err error) {
				if err != nil {
					t.Error(err)
				}
			}
			must(j.SaveSnapshot(ctx, Snapshot{Team: "other", Seq: int64(i), Body: []byte("state")}))
			must(j.SetMeta(ctx, "now", fmt.Sprint(i)))
		}
	})
	wg.Wait()
	for w := range 4 {
		if r, err := Verify(ctx, j, fmt.Sprintf("team-%d", w), nil); err != nil || r.Entries < 50 || r.BrokenAt != 0 {
			t.Errorf("verify: %+v %v", r, err)
		}
	}
}

// testCancelled has a context end while an append waits. Once it has begun, it is not given up.
func testCancelled(t *testing.T, j *Journal) {
	acme := chain{team: "acme"}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Append(ctx, Batch{Entries: acme.next("1")}); !errors.Is(err, context.Canceled) {
		t.Errorf("append gives %v, want %v", err, context.Canceled)
	}
	if got := read(t, j, "acme", 0); len(got) > 0 {
		t.Errorf("it left %v", got)
	}
	if err := j.SetMeta(ctx, "clock", "real"); !errors.Is(err, context.Canceled) {
		t.Errorf("set meta gives %v, want %v", err, context.Canceled)
	}
	must(t, j.Append(t.Context(), Batch{Entries: acme.all}))
}

// testReplaced breaks the writer's connection, as an interrupted query of another package does.
func testReplaced(t *testing.T, j *Journal) {
	ctx := t.Context()
	acme := chain{team: "acme"}
	for range 3 {
		must(t, j.Append(ctx, Batch{Entries: acme.fill(3)}))
		conn, err := j.Writer().Conn(ctx)
		must(t, err)
		if err := conn.Raw(func(any) error { return driver.ErrBadConn }); err == nil {
			t.Fatal("the connection was kept")
		}
		conn.Close()
	}
	must(t, j.Append(ctx, Batch{Entries: acme.fill(3)}))
	same(t, acme.all, read(t, j, "acme", 0))
}

func testTeams(t *testing.T, j *Journal) {
	ctx := t.Context()
	got, err := j.Teams(ctx)
	must(t, err)
	if len(got) != 0 {
		t.Errorf("an empty journal has the teams %v", got)
	}
	var want []string
	var batch []Entry
	for i := range 3000 {
		c := chain{team: fmt.Sprintf("team %04d", i)}
		want = append(want, c.team)
		batch = append(batch, c.next("x", "y")...)
	}
	for _, team := range []string{"Z", "a", "é"} { // sorted by bytes, whatever the language
		batch = append(batch, (&chain{team: team}).next("x")...)
	}
	want = slices.Concat([]string{"Z", "a"}, want, []string{"é"})
	must(t, j.Append(ctx, Batch{Entries: batch}))
	got, err = j.Teams(ctx)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, some := range []struct{ from, to int }{{0, 1}, {1, 7}, {2998, 3003}} {
		after := ""
		if some.from > 0 {
			after = want[some.from-1]
		}
		got, err = j.TeamsAfter(ctx, after, int64(some.to-some.from))
		must(t, err)
		if diff := cmp.Diff(want[some.from:some.to], got); diff != "" {
			t.Errorf("after %q (-want +got):\n%s", after, diff)
		}
	}
}

func testSnapshots(t *testing.T, j *Journal) {
	ctx := t.Context()
	if _, ok, err := j.Snapshot(ctx, "acme"); ok || err != nil {
		t.Errorf("an unknown team's snapshot: %v %v", ok, err)
	}
	early := Snapshot{Team: "acme", Seq: 7, Hash: Chain(Hash{}, []byte("7")), Body: []byte("early")}
	late := Snapshot{Team: "acme", Seq: 9, Hash: Chain(Hash{}, []byte("9")), Body: []byte(strings.Repeat("late ", 50_000))}
	check := func(want Snapshot) {
		t.Helper()
		got, ok, err := j.Snapshot(ctx, "acme")
		must(t, err)
		if !ok || got.Team != want.Team || got.Seq != want.Seq || got.Hash != want.Hash || !bytes.Equal(got.Body, want.Body) {
			t.Errorf("got the snapshot of entry %d with %d bytes, want %d with %d", got.Seq, len(got.Body), want.Seq, len(want.Body))
		}
	}
	must(t, j.SaveSnapshot(ctx, early))
	check(early)
	must(t, j.SaveSnapshot(ctx, late))
	check(late)
	must(t, j.SaveSnapshot(ctx, early))
	check(late)

	zeta := Snapshot{Team: "zeta", Seq: 3, Hash: Chain(Hash{}, []byte("3")), Body: []byte("zeta")}
	must(t, j.SaveSnapshot(ctx, zeta))
	all, err := j.Snapshots(ctx, []string{"zeta", "nobody", "acme"})
	must(t, err)
	slices.SortFunc(all, func(a, b Snapshot) int { return strings.Compare(a.Team, b.Team) })
	if diff := cmp.Diff([]Snapshot{late, zeta}, all); diff != "" {
		t.Errorf("snapshots of three teams (-want +got):\n%s", diff)
	}

	_, err = j.Writer().ExecContext(ctx, `UPDATE snapshot SET body = $1 WHERE team = 'acme'`, []byte("nonsense"))
	must(t, err)
	if _, err := j.Snapshots(ctx, []string{"zeta", "acme"}); !errors.Is(err, ErrSnapshotDamaged) {
		t.Errorf("a damaged snapshot among others gives %v, want %v", err, ErrSnapshotDamaged)
	}
	if _, _, err := j.Snapshot(ctx, "acme"); !errors.Is(err, ErrSnapshotDamaged) {
		t.Errorf("a damaged snapshot gives %v, want %v", err, ErrSnapshotDamaged)
	}
}

func testPeople(t *testing.T, j *Journal) {
	ctx := t.Context()
	var want []Person
	for i := range pageSize + 10 {
		id := fmt.Sprintf("user-%04d", i)
		want = append(want, Person{"acme", id, "User " + id, id + "@acme.example"})
	}
	must(t, j.Append(ctx, Batch{People: want}))
	must(t, j.Append(ctx, Batch{
		Entries: (&chain{team: "acme"}).next(`{"kind":"user"}`),
		People:  []Person{{"acme", "user-0003", "New Name", "new@acme.example"}, {"zeta", "ada", "Ada", ""}},
	}))
	must(t, j.ErasePerson(ctx, "acme", "user-0005"))
	must(t, j.ErasePerson(ctx, "acme", "nobody"))
	want[3] = Person{"acme", "user-0003", "New Name", "new@acme.example"}
	want = slices.Delete(want, 5, 6)

	var got []Person
	must(t, j.People(ctx, "acme", func(p Person) error { got = append(got, p); return nil }))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := j.People(ctx, "acme", func(Person) error { return errStop }); err != errStop {
		t.Errorf("people gives %v, want the function's own error", err)
	}
	for _, teams := range [][]string{{"zeta", "nobody", "acme"}, {"zeta"}, {}} {
		var want, got []string
		for _, team := range teams {
			must(t, j.People(ctx, team, func(p Person) error { want = append(want, p.Team+" "+p.ID+" "+p.Email); return nil }))
		}
		must(t, j.PeopleOf(ctx, teams, func(p Person) error { got = append(got, p.Team+" "+p.ID+" "+p.Email); return nil }))
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the people of %q (-want +got):\n%s", teams, diff)
		}
	}
	if err := j.PeopleOf(ctx, []string{"zeta", "acme"}, func(Person) error { return errStop }); err != errStop {
		t.Errorf("the people of two teams give %v, want the function's own error", err)
	}
}

func testOutbox(t *testing.T, j *Journal) {
	ctx := t.Context()
	acme := chain{team: "acme"}
	notice := func(id, body string) Notice {
		return Notice{Team: "acme", ID: id, Kind: "told", At: 1_767_600_000_000, Body: []byte(body)}
	}
	var want []Notice
	for i := range pageSize + 3 {
		want = append(want, notice(fmt.Sprintf("request/%04d/asked", i), `{"n":1}`))
	}
	must(t, j.Append(ctx, Batch{Entries: acme.fill(3), Outbox: want}))
	// A repeated cause writes no second one, within a batch as little as later; without entries it is written too.
	must(t, j.Append(ctx, Batch{Entries: acme.fill(1), Outbox: []Notice{notice("z", `{"n":1}`), notice("z", `{"n":2}`), notice(want[0].ID, `{"n":2}`)},
		People: []Person{{"acme", "ann", "Ann", ""}}}))
	must(t, j.Append(ctx, Batch{Outbox: []Notice{notice("zz", `{}`), {Team: "bolt", ID: "z", Kind: "told", At: 1, Body: []byte(`{}`)}}}))
	want = append(want, notice("z", `{"n":1}`), notice("zz", `{}`))
	// One that is refused leaves none.
	if err := j.Append(ctx, Batch{Entries: acme.all[:1], Outbox: []Notice{notice("zzz", `{}`)}}); !errors.Is(err, ErrConflict) {
		t.Errorf("append gives %v, want %v", err, ErrConflict)
	}
	var got []Notice
	must(t, j.Outbox(ctx, "acme", func(n Notice) error { got = append(got, n); return nil }))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := j.Outbox(ctx, "bolt", func(Notice) error { return errStop }); err != errStop {
		t.Errorf("the outbox gives %v, want the function's own error", err)
	}
}

func testInvitations(t *testing.T, j *Journal) {
	ctx := t.Context()
	acme := chain{team: "acme"}
	to := func(person string, code byte) Invitation {
		return Invitation{Team: "acme", Person: person, Hash: Hash{code}, SentAt: 10, ExpiresAt: 20}
	}
	// A later one replaces the earlier, in one batch as well; another team's is another.
	other := to("ann", 1)
	other.Team = "bolt"
	must(t, j.Append(ctx, Batch{Entries: acme.fill(1), Invitations: []Invitation{to("ann", 1), to("ben", 2), to("cid", 3), to("ann", 4), other}}))
	must(t, j.Append(ctx, Batch{Entries: acme.fill(1), Invitations: []Invitation{to("ben", 5)}}))
	if err := j.Append(ctx, Batch{Entries: acme.all[:1], Invitations: []Invitation{to("cid", 6)}}); !errors.Is(err, ErrConflict) {
		t.Errorf("append gives %v, want %v", err, ErrConflict)
	}
	list := func(team, from, to string) (got []Invitation) {
		t.Helper()
		must(t, j.Invitations(ctx, team, from, to, func(i Invitation) error { got = append(got, i); return nil }))
		return got
	}
	if diff := cmp.Diff([]Invitation{to("ann", 4), to("ben", 5)}, list("acme", "ann", "ben")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Accepted in time, once, in its team; not when it was replaced.
	for _, c := range []struct {
		team string
		code byte
		at   int64
		want bool
	}{{"acme", 1, 15, false}, {"bolt", 4, 15, false}, {"acme", 4, 20, false}, {"acme", 4, 19, true}, {"acme", 4, 19, false}, {"bolt", 1, 15, true}} {
		if ok, err := j.AcceptInvitation(ctx, c.team, Hash{c.code}, c.at, "key"); err != nil || ok != c.want {
			t.Errorf("%+v: got %v, %v", c, ok, err)
		}
	}
	got, ok, err := j.InvitationOf(ctx, "acme", Hash{4})
	want := to("ann", 4)
	want.AcceptedAt, want.Request = 19, "key"
	if err != nil || !ok || got != want {
		t.Errorf("got %+v, %v, %v, want %+v", got, ok, err, want)
	}
	if _, ok, err := j.InvitationOf(ctx, "acme", Hash{1}); ok || err != nil {
		t.Errorf("the replaced code is found (%v)", err)
	}
	must(t, j.ErasePerson(ctx, "acme", "cid"))
	if got := list("acme", "", "zzz"); len(got) != 2 {
		t.Errorf("got %d invitations, want 2", len(got))
	}
	if err := j.Invitations(ctx, "bolt", "", "zzz", func(Invitation) error { return errStop }); err != errStop {
		t.Errorf("invitations gives %v, want the function's own error", err)
	}
}

func testMeta(t *testing.T, j *Journal) {
	ctx := t.Context()
	if _, ok, err := j.Meta(ctx, "clock"); ok || err != nil {
		t.Errorf("what was never set: %v %v", ok, err)
	}
	for _, want := range []string{"virtual", "real", ""} {
		must(t, j.SetMeta(ctx, "clock", want))
		if got, ok, err := j.Meta(ctx, "clock"); got != want || !ok || err != nil {
			t.Errorf("meta gives %q %v %v, want %q", got, ok, err, want)
		}
	}
	must(t, j.DropMeta(ctx, "clock"))
	must(t, j.DropMeta(ctx, "clock"))
	if got, ok, err := j.Meta(ctx, "clock"); ok || err != nil {
		t.Errorf("what was dropped: %q %v %v", got, ok, err)
	}
}

func testVerify(t *testing.T, j *Journal) {
	ctx := t.Context()
	acme := chain{team: "acme"}
	must(t, j.Append(ctx, Batch{Entries: acme.fill(20)}))
	must(t, j.SaveSnapshot(ctx, Snapshot{Team: "acme", Seq: 15, Hash: acme.all[14].Hash}))
	verify := func(at int64) {
		t.Helper()
		var seen int64
		r, err := Verify(ctx, j, "acme", func(Entry) error { seen++; return nil })
		whole := int64(20)
		if at > 0 {
			whole = at - 1
		}
		if err != nil || r.BrokenAt != at || r.Entries != whole || seen != whole || (r.Reason == "") != (at == 0) {
			t.Errorf("verify: %+v %v after %d, want the first break at %d", r, err, seen, at)
		}
		if whole > 0 && r.Head != acme.all[whole-1].Hash {
			t.Errorf("the head is %x, want that of entry %d", r.Head, whole)
		}
	}
	verify(0)
	for _, change := range []struct {
		text string
		at   int64
	}{
		{`UPDATE entry SET body = REPLACE(body, 'charge', 'cHarge') WHERE seq = 7`, 7},
		{`UPDATE entry SET body = body || ' ' WHERE seq = 20`, 20},
		{`DELETE FROM entry WHERE seq = 1`, 1},
		{`DELETE FROM entry WHERE seq = 12`, 12},
		{`DELETE FROM entry WHERE seq > 10`, 11}, // the snapshot knows of 15
		{`UPDATE entry SET seq = seq + 1 WHERE seq = 20`, 20},
		{`UPDATE entry SET hash = (SELECT hash FROM entry WHERE seq = 2) WHERE seq = 3`, 3},
		{`UPDATE entry SET hash = SUBSTR(hash, 1, 31) WHERE seq = 4`, 4},
		{`UPDATE snapshot SET hash = (SELECT hash FROM entry WHERE seq = 2)`, 15},
	} {
		_, err := j.Writer().ExecContext(ctx, change.text)
		must(t, err)
		t.Run(change.text, func(t *testing.T) { verify(change.at) })
		restore(t, j, acme.all)
		must(t, j.SaveSnapshot(ctx, Snapshot{Team: "acme", Seq: 15, Hash: acme.all[14].Hash}))
	}
	verify(0)
	if _, err := Verify(ctx, j, "acme", func(Entry) error { return errors.New("mine") }); err == nil {
		t.Error("verify drops the function's own error")
	}
}

// restore writes the entries anew and drops the snapshots.
func restore(t *testing.T, j *Journal, all []Entry) {
	t.Helper()
	for _, text := range []string{`DELETE FROM entry`, `DELETE FROM snapshot`} {
		_, err := j.Writer().ExecContext(t.Context(), text)
		must(t, err)
	}
	must(t, j.Append(t.Context(), Batch{Entries: all}))
}

func testBroken(t *testing.T, j *Journal) {
	ctx := t.Context()
	acme := chain{team: "acme"}
	must(t, j.Append(ctx, Batch{Entries: acme.fill(2)}))
	select {
	case <-j.Broken():
		t.Error("the journal is broken before anything failed")
	default:
	}
	j.breakOff()
	j.breakOff() // once more changes nothing
	<-j.Broken()
	for name, err := range map[string]error{
		"append":   j.Append(ctx, Batch{Entries: (&chain{team: "zeta"}).fill(1)}),
		"set meta": j.SetMeta(ctx, "clock", "real"),
		"ping":     j.Ping(ctx),
	} {
		if !errors.Is(err, ErrBroken) {
			t.Errorf("%s gives %v, want %v", name, err, ErrBroken)
		}
	}
	if got := read(t, j, "acme", 0); len(got) != 2 {
		t.Errorf("read gives %d entries, want 2", len(got))
	}
}

// testHeads decides on where journals end. One that nobody else can write to does not look.
func testHeads(t *testing.T, j *Journal) {
	ctx := t.Context()
	acme, zeta := chain{team: "acme"}, chain{team: "zeta"}
	must(t, j.Append(ctx, Batch{Entries: slices.Concat(acme.fill(3), zeta.fill(2))}))
	head := func(c chain, seq int64) Head {
		h := Head{Team: c.team, Seq: seq}
		if seq > 0 {
			h.Hash = c.all[seq-1].Hash
		}
		return h
	}
	none := Head{Team: "nobody"}
	must(t, j.Append(ctx, Batch{Heads: []Head{head(acme, 3), head(zeta, 2), none}}))
	must(t, j.Append(ctx, Batch{Heads: []Head{head(acme, 3), head(zeta, 2), none}, Entries: acme.fill(2)}))
	ada := Person{"acme", "ada", "Ada", "ada@acme.example"}
	must(t, j.Append(ctx, Batch{Heads: []Head{head(acme, 5)}, Entries: acme.fill(1), People: []Person{{"acme", "ada", "", ""}, ada}}))
	if !j.Shared() {
		return
	}
	other := head(acme, 6)
	other.Hash[0]++
	next := slices.Clone(acme.fill(1))
	for name, wrong := range map[string]Head{
		"one that was passed":   head(acme, 5),
		"the very first":        head(acme, 0),
		"one with entries":      {Team: "zeta"},
		"one that is not there": {Team: "nobody", Seq: 1, Hash: other.Hash},
		"another history":       other,
		"lost at the end":       {Team: "acme", Seq: 8, Hash: other.Hash},
	} {
		t.Run(name, func(t *testing.T) {
			for _, b := range []Batch{{}, {Entries: next}, {Entries: next, People: []Person{{"acme", "eve", "Eve", ""}}}, {Entries: next, Whole: true}} {
				if b.Heads = []Head{head(zeta, 2), wrong}; wrong.Team == "acme" || len(b.Entries) == 0 {
					if err := j.Append(ctx, b); !errors.Is(err, ErrConflict) {
						t.Errorf("append gives %v, want %v", err, ErrConflict)
					}
				}
				b.Heads, b.Base = b.Heads[:1], b.Heads[1:]
				if err := j.Append(ctx, b); !errors.Is(err, ErrConflict) {
					t.Errorf("append on that base gives %v, want %v", err, ErrConflict)
				}
			}
		})
	}
	same(t, acme.all[:6], read(t, j, "acme", 0))
	must(t, j.People(ctx, "acme", func(p Person) error {
		if p != ada {
			t.Errorf("got %v, want only %v", p, ada)
		}
		return nil
	}))
	must(t, j.Append(ctx, Batch{Heads: []Head{head(acme, 6)}, Entries: next}))
}

// testPart loses the race for some of a batch's teams, and keeps the others.
func testPart(t *testing.T, j *Journal) {
	if !j.Shared() {
		return
	}
	ctx := t.Context()
	chains := []*chain{{team: "acme"}, {team: "bolt"}, {team: "cone"}, {team: "zeta"}}
	var heads []Head
	for _, c := range chains {
		must(t, j.Append(ctx, Batch{Entries: c.fill(2)}))
		heads = append(heads, Head{Team: c.team, Seq: 2, Hash: c.head()})
	}
	slices.Reverse(heads)
	acme, bolt, cone := chains[0], chains[1], chains[2]
	rival := chain{team: "bolt", all: slices.Clone(bolt.all)}
	must(t, j.Append(ctx, Batch{Entries: rival.next("the rival's")}))
	must(t, j.Append(ctx, Batch{Entries: (&chain{"zeta", slices.Clone(chains[3].all)}).next("the rival's")}))

	err := j.Append(ctx, Batch{Heads: heads, Entries: slices.Concat(acme.fill(3), bolt.fill(3), cone.fill(1)),
		People: []Person{{"acme", "ann", "Ann", ""}, {"bolt", "ben", "Ben", ""}},
		Outbox: []Notice{{"acme", "a", "told", 1, []byte("{}")}, {"bolt", "b", "told", 1, []byte("{}")}}})
	var c *Conflict
	if !errors.As(err, &c) || !slices.Equal(slices.Sorted(slices.Values(c.Teams)), []string{"bolt", "zeta"}) {
		t.Fatalf("append gives %v, want the conflict of bolt, which was written, and zeta, which was read", err)
	}
	same(t, acme.all, read(t, j, "acme", 0))
	same(t, cone.all, read(t, j, "cone", 0))
	same(t, rival.all, read(t, j, "bolt", 0))
	must(t, j.People(ctx, "bolt", func(p Person) error { return fmt.Errorf("the lost part left %v", p) }))
	n := 0
	must(t, j.People(ctx, "acme", func(Person) error { n++; return nil }))
	must(t, j.Outbox(ctx, "bolt", func(n Notice) error { return fmt.Errorf("the lost part left %v", n) }))
	must(t, j.Outbox(ctx, "acme", func(Notice) error { n++; return nil }))
	if n != 2 {
		t.Errorf("got %d people and notices of acme, want one of each", n)
	}
}

func testAfter(t *testing.T, j *Journal) {
	ctx := t.Context()
	acme, zeta, bolt := chain{team: "acme"}, chain{team: "zeta"}, chain{team: "bolt"}
	must(t, j.Append(ctx, Batch{Entries: slices.Concat(acme.fill(5), bolt.fill(3), zeta.fill(AfterLimit(4)+1))}))
	got, err := j.After(ctx, nil)
	must(t, err)
	same(t, nil, got)
	got, err = j.After(ctx, []Head{{Team: "zeta"}, {Team: "acme", Seq: 3}, {Team: "nobody"}, {Team: "bolt", Seq: 3}})
	must(t, err)
	of := map[string][]Entry{}
	for _, e := range got {
		of[e.Team] = append(of[e.Team], e)
	}
	same(t, acme.all[3:], of["acme"])
	same(t, zeta.all[:AfterLimit(4)], of["zeta"])
	if len(of) != 2 {
		t.Errorf("got entries of %d teams, want 2", len(of))
	}

	many := make([]Head, 1000) // who is far behind at many teams gets less of each at a time
	for i := range many {
		many[i].Team = fmt.Sprint("nobody-", i)
	}
	many[0].Team = "zeta"
	got, err = j.After(ctx, many)
	must(t, err)
	same(t, zeta.all[:AfterLimit(len(many))], got)
	if all := AfterLimit(len(many)) * len(many); all > 1<<16 {
		t.Errorf("%d entries may come at once", all)
	}
}

// testTasks has two servers after the same work.
func testTasks(t *testing.T, j *Journal) {
	ctx, now := t.Context(), time.UnixMilli(1_767_600_000_000)
	mine, theirs := Task{"acme", "snapshot", "a"}, Task{"acme", "snapshot", "b"}
	claim := func(task Task, after time.Duration, want bool) {
		t.Helper()
		got, err := j.Claim(ctx, task, now.Add(after), time.Minute)
		must(t, err)
		if got != want {
			t.Errorf("%s claims after %v: got %v, want %v", task.Server, after, got, want)
		}
	}
	claim(mine, 0, true)
	claim(theirs, time.Minute-time.Millisecond, false)
	claim(Task{"zeta", "snapshot", "b"}, 0, true)
	claim(Task{"acme", "report", "b"}, 0, true)
	claim(mine, 30*time.Second, true) // goes on
	claim(theirs, time.Minute, false)
	claim(theirs, 90*time.Second, true) // takes over
	must(t, j.Release(ctx, mine))       // is not mine any more
	claim(mine, 91*time.Second, false)
	must(t, j.Release(ctx, theirs))
	claim(mine, 91*time.Second, true)
}

func testClosed(t *testing.T, j *Journal) {
	must(t, j.Append(t.Context(), Batch{Entries: (&chain{team: "acme"}).fill(2)}))
	must(t, j.Close())
	if err := j.Append(t.Context(), Batch{Entries: (&chain{team: "zeta"}).fill(2)}); err == nil {
		t.Error("a closed journal was written")
	}
	must(t, j.Close())
}

func testKeys(t *testing.T, j *Journal) {
	add := func(lookup, team, id string) error {
		_, err := j.Writer().ExecContext(t.Context(), `INSERT INTO api_key (lookup, team, id, role, hash, created_at)
			VALUES ($1, $2, $3, 'product', $4, 1)`, lookup, team, id, []byte{1})
		return err
	}
	must(t, add("k1", "acme", "one"))
	must(t, add("k2", "zeta", "one"))
	if add("k1", "acme", "two") == nil || add("k3", "acme", "one") == nil {
		t.Error("a key is there twice")
	}
}
