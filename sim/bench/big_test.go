package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/license"
)

// The two sizes that are compared.
const (
	bigTeam   = 50_000
	smallTeam = 50
)

// engines are where a team is kept.
var engines = []struct {
	name string
	open func(b *testing.B, dir string) *journal.Journal
}{
	{"sqlite", func(b *testing.B, dir string) *journal.Journal {
		j, err := journal.Open(b.Context(), dir, journal.Options{})
		must(b, err)
		return j
	}},
	{"postgres", func(b *testing.B, dir string) *journal.Journal {
		j, err := journal.OpenPostgres(b.Context(), dir, journal.Options{})
		must(b, err)
		return j
	}},
}

// place is where the data of an engine is: a folder, or the address of a database.
func place(b *testing.B, engine string) string {
	if engine == "postgres" {
		return pgtest.URL(b)
	}
	return b.TempDir()
}

// crowd is a desk with one team, in which every user has Flex, an assigned seat and the right to a floating one, is in a
// group, and has a pass by each.
type crowd struct {
	*ours
	clock *desk.VirtualClock
}

func newCrowd(b *testing.B, j *journal.Journal, users int) *crowd {
	b.Helper()
	ctx := b.Context()
	clock := desk.NewVirtualClock(time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC))
	d, err := desk.New(ctx, j, desk.Options{Clock: clock.Now})
	must(b, err)
	w := newWorld(Shape{"a crowd", 1, users}, 3*time.Second)
	must(b, w.found(ctx, j, d))
	c := &crowd{&ours{world: w, journal: &counted{Journal: j}, desk: d}, clock}
	c.seat(b, users)
	for k, product := range []string{"own", "shared"} {
		must(b, times(ctx, founders, users, func(ctx context.Context, i int) error {
			_, err := d.Open(ctx, teamName(0), license.Open{Session: fmt.Sprint("first-", k, "-", i), User: userName(int64(i)),
				Product: product, Device: fmt.Sprint("laptop-", i)})
			return err
		}))
	}
	must(b, times(ctx, founders, users, func(ctx context.Context, _ int) error { return c.open(ctx) }))
	return c
}

// seat gives everyone a seat of one product and the right to a floating one of another.
func (c *crowd) seat(b *testing.B, users int) {
	b.Helper()
	ctx, now := b.Context(), c.desk.Now()
	catalog := c.world.catalog()
	for _, code := range []string{"own", "shared"} {
		catalog.Products = append(catalog.Products, license.Product{Code: code, Kind: license.Daily})
	}
	must(b, c.desk.SetCatalog(ctx, "operator", catalog))
	people := make([]journal.Person, users)
	for i := range people {
		id := userName(int64(i))
		people[i] = journal.Person{ID: id, Name: id, Email: id + "@" + teamName(0) + ".example"}
	}
	for what, kind := range map[string]license.SeatKind{"own": license.SingleUser, "shared": license.MultiUser} {
		_, err := c.desk.AddSubscription(ctx, teamName(0), license.Caller{}, license.Subscription{ID: what, What: what, Kind: kind,
			Seats: users, From: now, Until: now + 365*license.Day})
		must(b, err)
		_, _, _, err = c.desk.Import(ctx, teamName(0), desk.Import{People: people, What: what})
		must(b, err)
	}
}

// keep writes the team's snapshot, as a server does in the background.
func keep(b *testing.B, j *journal.Journal) {
	b.Helper()
	t, last := license.NewTeam(), journal.Entry{}
	must(b, j.Read(b.Context(), teamName(0), 0, func(e journal.Entry) error {
		entry, err := license.DecodeEntry(e.Body)
		last = e
		return errors.Join(err, t.Apply(entry))
	}))
	body, err := t.Save()
	must(b, err)
	must(b, j.SaveSnapshot(b.Context(), journal.Snapshot{Team: teamName(0), Seq: last.Seq, Hash: last.Hash, Body: body}))
}

// BenchmarkBigTeam loads a team of 50 000 users from its snapshot until it has answered its first question, and measures
// what the team takes in memory.
func BenchmarkBigTeam(b *testing.B) {
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			at := place(b, engine.name)
			j := engine.open(b, at)
			newCrowd(b, j, bigTeam).desk.Close()
			keep(b, j)
			defer func() { must(b, j.Close()) }()
			var took time.Duration
			var grown float64
			for b.Loop() {
				before := heap()
				d, err := desk.New(b.Context(), j, desk.Options{Clock: func() time.Time { return time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) }})
				must(b, err)
				begin := time.Now()
				_, _, err = d.Balance(b.Context(), teamName(0))
				must(b, err)
				took += time.Since(begin)
				grown += heap() - before
				d.Close()
			}
			b.ReportMetric(took.Seconds()*1000/float64(b.N), "ms_to_first_answer")
			b.ReportMetric(grown/float64(b.N), "heap_MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// heap is what is in use after a collection, in MB.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}

// BenchmarkOpenInBigTeam is charged openings at 64 callers in a small team and in one of 50 000 users, in turns.
func BenchmarkOpenInBigTeam(b *testing.B) {
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			var crowds [2]*crowd
			for i, users := range []int{smallTeam, bigTeam} {
				crowds[i] = newCrowd(b, engine.open(b, place(b, engine.name)), users)
				crowds[i].callers = 64
				_, err := crowds[i].turn(b.Context(), time.Second) // warm
				must(b, err)
			}
			var ratios, perSecond []float64
			for range 7 {
				var rates [2]float64
				for i, c := range crowds {
					p, err := c.turn(b.Context(), time.Second)
					must(b, err)
					rates[i] = float64(p.done) / p.took.Seconds()
				}
				ratios, perSecond = append(ratios, rates[1]/rates[0]), append(perSecond, rates[1])
			}
			for _, c := range crowds {
				must(b, c.close())
			}
			b.ReportMetric(median(perSecond), "big/s")
			b.ReportMetric(median(ratios), "big_x_small")
			b.ReportMetric(0, "ns/op")
		})
	}
}
