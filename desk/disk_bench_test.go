//go:build unix

package desk

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/license"
)

// BenchmarkDisk is what charges and closings take on the disk, for sizing: 256 callers, so that batches are as under
// load, once on one team and once spread over many, whose rows lie apart in the index. It counts bytes, so it says the
// same on a busy machine. Run it with -benchtime 1x.
func BenchmarkDisk(b *testing.B) {
	for _, teams := range []int{1, 1000} {
		b.Run(fmt.Sprintf("embedded/teams=%d", teams), func(b *testing.B) {
			for b.Loop() {
				measureDisk(b, teams, embedded)
			}
		})
		b.Run(fmt.Sprintf("postgresql/teams=%d", teams), func(b *testing.B) {
			for b.Loop() {
				measureDisk(b, teams, postgresql)
			}
		})
	}
}

// sizes are what a database takes, in bytes.
type sizes struct{ stored, logged int64 }

// embedded opens a SQLite journal. Its log is used again from its start, so it does not count.
func embedded(b *testing.B) (*journal.Journal, func() sizes) {
	j, err := journal.Open(b.Context(), b.TempDir(), journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return j, func() (s sizes) {
		query(b, j, `PRAGMA wal_checkpoint(TRUNCATE)`, new(int), new(int), new(int))
		var pages, each int64
		query(b, j, `PRAGMA page_count`, &pages)
		query(b, j, `PRAGMA page_size`, &each)
		s.stored = pages * each
		return s
	}
}

// postgresql opens a PostgreSQL one. Its log counts: it is what goes to replicas and archives.
func postgresql(b *testing.B) (*journal.Journal, func() sizes) {
	j, err := journal.OpenPostgres(b.Context(), pgtest.URL(b), journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return j, func() (s sizes) {
		query(b, j, `SELECT pg_total_relation_size('entry'), (pg_current_wal_lsn() - '0/0')::bigint`, &s.stored, &s.logged)
		return s
	}
}

func query(b *testing.B, j *journal.Journal, text string, into ...any) {
	b.Helper()
	if err := j.Writer().QueryRowContext(b.Context(), text).Scan(into...); err != nil {
		b.Fatal(err)
	}
}

// measureDisk has users open and close, each a product a day, and reports what one of each took.
func measureDisk(b *testing.B, teams int, engine func(*testing.B) (*journal.Journal, func() sizes)) {
	const users, days = 2000, 20
	j, size := engine(b)
	defer func() {
		if err := j.Close(); err != nil {
			b.Error(err)
		}
	}()
	clock := NewVirtualClock(start)
	d := opened(b, j, clock, Options{SnapshotEvery: 1 << 40}) // a team has one snapshot, whatever its journal's length
	defer d.Close()
	people(b, d, teams, users)
	team := func(i int) string { return fmt.Sprint("team-", i%users%teams) }
	user := func(i int) string { return fmt.Sprint("user-", i%users) }
	session := func(day, i int) string { return fmt.Sprintf("ses-%024x", day<<32|i) } // as long as a client makes them
	var open, closed sizes
	for day := range days {
		before := size()
		side(b, users, func(ctx context.Context, i int) error {
			a, err := d.Open(ctx, team(i), license.Open{Session: session(day, i), User: user(i), Product: "autocad", Version: "2026", Device: "laptop-4711"})
			if err == nil && a.Code != license.CodeTokensCharged {
				err = fmt.Errorf("the answer is %s", a.Code)
			}
			return err
		})
		between := size()
		if err := clock.Advance(8 * time.Hour); err != nil {
			b.Fatal(err)
		}
		side(b, users, func(ctx context.Context, i int) error {
			_, err := d.CloseSession(ctx, team(i), license.Close{Session: session(day, i)})
			return err
		})
		after := size()
		if err := clock.Advance(16 * time.Hour); err != nil {
			b.Fatal(err)
		}
		open, closed = open.add(between.less(before)), closed.add(after.less(between))
	}
	b.ReportMetric(float64(open.stored)/users/days, "B/charge")
	b.ReportMetric(float64(closed.stored)/users/days, "B/closing")
	if open.logged > 0 {
		b.ReportMetric(float64(open.logged)/users/days, "log_B/charge")
		b.ReportMetric(float64(closed.logged)/users/days, "log_B/closing")
	}
	b.ReportMetric(0, "ns/op") // nobody was timed
}

func (s sizes) add(o sizes) sizes  { return sizes{s.stored + o.stored, s.logged + o.logged} }
func (s sizes) less(o sizes) sizes { return sizes{s.stored - o.stored, s.logged - o.logged} }

// people makes the teams, with users that tokens open products for, and more tokens than they need.
func people(b *testing.B, d *Desk, teams, users int) {
	ctx := b.Context()
	for t := range teams {
		team := fmt.Sprint("team-", t)
		_, err := d.CreateTeam(ctx, "operator", NewTeam{ID: team, Name: team, Plan: license.Standard,
			Admin: journal.Person{ID: "ada", Name: "Ada", Email: "ada@acme.example"}})
		if err != nil {
			b.Fatal(err)
		}
		var some []AddUser
		for u := t; u < users; u += teams {
			id := fmt.Sprint("user-", u)
			some = append(some, AddUser{id, id, id + "@acme.example", license.RoleUser})
		}
		if _, _, err := d.AddUsers(ctx, team, license.Caller{}, some); err != nil {
			b.Fatal(err)
		}
		for _, u := range some {
			if _, err := d.Assign(ctx, team, license.Caller{}, u.ID, license.FlexCode, ""); err != nil {
				b.Fatal(err)
			}
		}
		if _, _, err := d.BuyPack(ctx, team, license.BuyPack{Pack: "big", Size: 1_000_000 * license.Token}); err != nil {
			b.Fatal(err)
		}
	}
}

// side has 256 callers do n things.
func side(b *testing.B, n int, do func(ctx context.Context, i int) error) {
	b.Helper()
	var next atomic.Int64
	var callers sync.WaitGroup
	for range 256 {
		callers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := do(b.Context(), i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	callers.Wait()
}
