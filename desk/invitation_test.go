package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/license"
)

// codes are the codes that the outbox brings a user, oldest first.
func (m *memory) codes(t *testing.T, team, user string) (codes []string) {
	t.Helper()
	for _, n := range m.outbox {
		var b Invited
		if err := json.Unmarshal(n.Body, &b); err != nil {
			t.Fatal(err)
		}
		if n.Kind == NoticeInvited && n.Team == team && b.User == user {
			codes = append(codes, b.Code)
		}
	}
	return codes
}

func wantCode(t *testing.T, err error, code, about string) {
	t.Helper()
	var answer *license.Error
	if !errors.As(err, &answer) || answer.Code != code {
		t.Errorf("%s: got %v, want %s", about, err, code)
	}
}

// An invitation is accepted once, within seven days, by the code that was sent last, by who is in the team; all else is
// refused alike. A request that was lost gets its answer again.
func TestInvitation(t *testing.T) {
	ctx, j, clock := context.Background(), newMemory(), NewVirtualClock(start)
	d := opened(t, j, clock, Options{})
	refused := func(code, about string) {
		t.Helper()
		_, err := d.AcceptInvitation(ctx, code, "")
		wantCode(t, err, "invitation_invalid", about)
	}
	first := j.codes(t, "acme", "ben")
	if len(first) != 1 || !strings.HasPrefix(first[0], "dpi_acme_") {
		t.Fatalf("who was added has the codes %v", first)
	}
	for about, code := range map[string]string{
		"no code": "", "a word": "dpi", "cut short": first[0][:len(first[0])-1], "made up": newCode("acme"),
		"another team's": newCode("globex"), "of another team": strings.Replace(first[0], "acme", "globex", 1),
		"another sum": first[0][:len(first[0])-8] + "00000000", "parts": "dpi____", "upper case": strings.ToUpper(first[0]),
	} {
		refused(code, about)
	}
	must(t, clock.Advance(7*24*time.Hour-time.Millisecond))
	got, err := d.AcceptInvitation(ctx, first[0], "key-1")
	pos := int64(len(j.entries["acme"]))
	if want := (Accepted{"acme", "ben", false, pos}); err != nil || got != want {
		t.Fatalf("got %+v, %v, want %+v", got, err, want)
	}
	refused(first[0], "once more")
	_, err = d.AcceptInvitation(ctx, first[0], "key-2")
	wantCode(t, err, "invitation_invalid", "once more with another key")
	if got, err := d.AcceptInvitation(ctx, first[0], "key-1"); err != nil || !got.Replayed || got.User != "ben" {
		t.Errorf("the same request: %+v, %v", got, err)
	}
	_, _, err = d.Invite(ctx, "acme", license.Caller{}, "ben@ACME.example")
	wantCode(t, err, "invitation_accepted", "sending again what was accepted")
	_, _, err = d.Invite(ctx, "acme", license.Caller{}, "nobody")
	wantCode(t, err, license.ErrUserUnknown, "inviting a stranger")
}

// Sent again, an invitation gets seven days anew, and the code before is worth nothing; a repeated request sends none.
func TestInvitedAgain(t *testing.T) {
	ctx, j, clock := context.Background(), newMemory(), NewVirtualClock(start)
	d := opened(t, j, clock, Options{})
	must(t, clock.Advance(7*24*time.Hour))
	old := j.codes(t, "acme", "ben")[0]
	_, err := d.AcceptInvitation(ctx, old, "")
	wantCode(t, err, "invitation_invalid", "after seven days")
	for i := range 2 {
		replayed, _, err := d.Invite(ctx, "acme", license.Caller{By: "operator", Key: "again", Print: "p"}, "ben")
		if err != nil || replayed != (i == 1) || len(j.codes(t, "acme", "ben")) != 2 {
			t.Fatalf("%d: %v, %v, %d codes", i, replayed, err, len(j.codes(t, "acme", "ben")))
		}
	}
	if _, _, err := d.Invite(ctx, "acme", license.Caller{}, "ben"); err != nil {
		t.Fatal(err)
	}
	codes := j.codes(t, "acme", "ben")
	for _, code := range codes[:2] {
		_, err := d.AcceptInvitation(ctx, code, "")
		wantCode(t, err, "invitation_invalid", "replaced")
	}
	if _, err := d.RemoveUser(ctx, "acme", license.Caller{}, "ben"); err != nil {
		t.Fatal(err)
	}
	_, err = d.AcceptInvitation(ctx, codes[2], "")
	wantCode(t, err, "invitation_invalid", "removed")
	sent, err := d.Invitations(ctx, "acme", "ben", "ben")
	if i := sent["ben"]; err != nil || i.AcceptedAt != 0 || i.ExpiresAt-i.SentAt != int64(7*license.Day) {
		t.Errorf("%+v, %v", i, err)
	}
	for _, e := range j.entries["acme"] {
		for _, code := range codes {
			if strings.Contains(string(e.Body), code) {
				t.Errorf("a code is in the ledger: %s", e.Body)
			}
		}
	}
}

// An import invites whom it adds, and nobody when it fails, is dry, or is repeated.
func TestImportInvites(t *testing.T) {
	ctx, j := context.Background(), newMemory()
	d := opened(t, j, NewVirtualClock(start), Options{})
	list := Import{Caller: license.Caller{By: "operator", Key: "k", Print: "p"}, What: license.FlexCode,
		People: []journal.Person{{ID: "x1", Name: "Ben", Email: "BEN@acme.example"}, {ID: "x2", Name: "Eve", Email: "eve@acme.example"}}}
	for i, step := range []struct {
		dry, fail bool
		users     []string
		codes     int
	}{{dry: true, users: []string{"ben", ""}}, {fail: true}, {users: []string{"ben", "x2"}, codes: 1}, {users: []string{"ben", "x2"}, codes: 1}} {
		j.fail = nil
		if step.fail {
			j.fail = func(journal.Batch) error { return journal.ErrStorageFull }
		}
		c := list
		if c.DryRun = step.dry; step.dry {
			c.Caller = license.Caller{}
		}
		done, users, _, err := d.Import(ctx, "acme", c)
		if step.fail {
			wantCode(t, err, "storage_full", "a full disk")
		} else if diff := cmp.Diff(step.users, users); err != nil || diff != "" || done.Added != 1 || !done.WhoAdded.Has(1) || !done.WhoAssigned.Has(1) {
			t.Errorf("step %d: %v, %+v, %s", i, err, done, diff)
		}
		if n := len(j.codes(t, "acme", "x2")); n != step.codes {
			t.Errorf("step %d: %d codes, want %d", i, n, step.codes)
		}
	}
}

// bothEngines runs a test on journals of one database: one on SQLite, two on PostgreSQL.
func bothEngines(t *testing.T, test func(t *testing.T, kept []*journal.Journal)) {
	t.Run("SQLite", func(t *testing.T) {
		j, err := journal.Open(t.Context(), t.TempDir(), journal.Options{})
		test(t, []*journal.Journal{closed(t, j, err)})
	})
	t.Run("PostgreSQL", func(t *testing.T) { test(t, twoOnPostgres(t)) })
}

// twoOnPostgres are journals of one database, as two servers have them.
func twoOnPostgres(t *testing.T) (kept []*journal.Journal) {
	t.Helper()
	address := pgtest.URL(t)
	for range 2 {
		j, err := journal.OpenPostgres(t.Context(), address, journal.Options{})
		kept = append(kept, closed(t, j, err))
	}
	return kept
}

// closed has a journal that was opened closed with the test.
func closed(t *testing.T, j *journal.Journal, err error) *journal.Journal {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// However many servers are asked at once, a mail address is one person's, in whatever spelling, and an invitation is
// accepted by one.
func TestOnePersonOneAddress(t *testing.T) {
	bothEngines(t, func(t *testing.T, kept []*journal.Journal) {
		ctx, clock := t.Context(), NewVirtualClock(start)
		desks := []*Desk{opened(t, kept[0], clock, Options{})}
		for _, j := range kept[1:] {
			d, err := New(ctx, j, Options{Clock: clock.Now})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(d.Close)
			desks = append(desks, d)
		}
		spellings := []string{"rené@bücher.example", "RENÉ@bücher.example", "rene\u0301@xn--bcher-kva.example", "ｒｅｎé@BÜCHER.example"}
		added := race(12, func(i int) bool {
			user := AddUser{ID: fmt.Sprint("rené-", i), Name: "René", Email: spellings[i%len(spellings)], Role: license.RoleUser}
			_, _, err := desks[i%len(desks)].AddUsers(ctx, "acme", license.Caller{}, []AddUser{user})
			if err != nil {
				wantCode(t, err, license.ErrUserExists, user.Email)
			}
			return err == nil
		})
		if added != 1 {
			t.Errorf("%d people have one address", added)
		}
		imported := race(6, func(i int) bool {
			done, _, _, err := desks[i%len(desks)].Import(ctx, "acme", Import{People: []journal.Person{
				{ID: fmt.Sprint("a-", i), Name: "René", Email: spellings[i%len(spellings)]}, {ID: fmt.Sprint("b-", i), Name: "Eve", Email: "Eve@acme.example"}}})
			if err != nil {
				t.Error(err)
			}
			return done.Added == 1
		})
		if imported != 1 {
			t.Errorf("%d imports have added one person", imported)
		}
		accepted := race(8, func(i int) bool {
			var code string
			err := kept[0].Outbox(ctx, "acme", func(n journal.Notice) error {
				var b Invited
				if err := json.Unmarshal(n.Body, &b); err != nil {
					return err
				}
				if b.User == "ben" {
					code = b.Code
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			_, err = desks[i%len(desks)].AcceptInvitation(ctx, code, "")
			return err == nil
		})
		if accepted != 1 {
			t.Errorf("%d have accepted one invitation", accepted)
		}
	})
}

// race does something n times at once and counts how often it said yes.
func race(n int, do func(i int) bool) (yes int) {
	var all sync.WaitGroup
	won := make([]bool, n)
	for i := range n {
		all.Go(func() { won[i] = do(i) })
	}
	all.Wait()
	for _, w := range won {
		if w {
			yes++
		}
	}
	return yes
}

// What is sent again leaves a code in the outbox each time, also from a server that has the team to itself, and whose appends
// are of the short kind for that.
func TestSentAgainOnBothEngines(t *testing.T) {
	bothEngines(t, func(t *testing.T, kept []*journal.Journal) {
		d := opened(t, kept[0], NewVirtualClock(start), Options{})
		const again = 5
		for range again {
			if _, _, err := d.Invite(t.Context(), "acme", license.Caller{}, "ben"); err != nil {
				t.Fatal(err)
			}
		}
		sent := 0
		must(t, kept[0].Outbox(t.Context(), "acme", func(journal.Notice) error { sent++; return nil }))
		if sent != again+1 {
			t.Errorf("%d codes are in the outbox, want %d", sent, again+1)
		}
		var accepted int
		must(t, kept[0].Outbox(t.Context(), "acme", func(n journal.Notice) error {
			var b Invited
			must(t, json.Unmarshal(n.Body, &b))
			if _, err := d.AcceptInvitation(t.Context(), b.Code, ""); err == nil {
				accepted++
			}
			return nil
		}))
		if accepted != 1 {
			t.Errorf("%d of the codes can be accepted, want the last alone", accepted)
		}
	})
}

// importSize is as many as a file may have.
const importSize = 5000

// crowdOf are people whose addresses no other round has.
func crowdOf(round int) []journal.Person {
	people := make([]journal.Person, importSize)
	for i := range people {
		people[i] = journal.Person{ID: fmt.Sprintf("u-%d-%d", round, i), Name: fmt.Sprint("Person ", i), Email: fmt.Sprintf("p%d.%d@acme.example", round, i)}
	}
	return people
}

// A file of 5 000 people is in the team, assigned and invited, in under two seconds; a second time changes nothing.
func TestImportOfManyIsQuick(t *testing.T) {
	bothEngines(t, func(t *testing.T, kept []*journal.Journal) {
		d := opened(t, kept[0], NewVirtualClock(start), Options{})
		list := Import{People: crowdOf(0), What: license.FlexCode}
		for i, want := range []license.Imported{{Added: importSize, Assigned: importSize}, {Existing: importSize}} {
			begin := time.Now()
			done, _, pos, err := d.Import(t.Context(), "acme", list)
			took := time.Since(begin)
			t.Logf("%d: %v", i, took)
			if err != nil || done.Added != want.Added || done.Existing != want.Existing || done.Assigned != want.Assigned {
				t.Fatalf("%d: %+v at %d, %v", i, done, pos, err)
			}
			if took > 2*time.Second*slowness {
				t.Errorf("%d: it took %v", i, took)
			}
		}
		n := 0
		if err := kept[0].Outbox(t.Context(), "acme", func(journal.Notice) error { n++; return nil }); err != nil || n != importSize+1 {
			t.Errorf("%d notices, want one for each who was added (%v)", n, err)
		}
	})
}

// slowness is how much longer than on a quiet machine a test may take: under the race detector, with others at work beside it.
const slowness = 15

func BenchmarkImport(b *testing.B) {
	for _, engine := range []string{"SQLite", "PostgreSQL"} {
		b.Run(engine, func(b *testing.B) {
			j, err := journal.Open(b.Context(), b.TempDir(), journal.Options{})
			if engine == "PostgreSQL" {
				must(b, j.Close())
				j, err = journal.OpenPostgres(b.Context(), pgtest.URL(b), journal.Options{})
			}
			must(b, err)
			b.Cleanup(func() { must(b, j.Close()) })
			d := opened(b, j, NewVirtualClock(start), Options{})
			for n := 0; b.Loop(); n++ {
				_, _, _, err := d.Import(b.Context(), "acme", Import{People: crowdOf(n), What: license.FlexCode})
				must(b, err)
			}
			b.ReportMetric(float64(importSize*b.N)/b.Elapsed().Seconds(), "people/s")
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
