package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

const (
	products = 50
	hotUsers = 2000 // users of the one hot team
	spell    = 600 * time.Millisecond
)

func teamName(i int) string    { return "team-" + strconv.Itoa(i) }
func userName(i int) string    { return "user-" + strconv.Itoa(i) }
func productName(i int) string { return "product-" + strconv.Itoa(i) }

// house is a desk on a journal on the disk, under a virtual clock, with teams whose users can all be charged.
type house struct {
	desk    *desk.Desk
	journal *journal.Journal
	clock   *desk.VirtualClock
	teams   []string
	users   int
	next    atomic.Int64
	days    atomic.Int64
}

func newHouse(b *testing.B, dir string, teams, users int) *house {
	b.Helper()
	ctx := context.Background()
	j, err := journal.Open(ctx, dir, journal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	clock := desk.NewVirtualClock(time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC))
	d, err := desk.New(ctx, j, desk.Options{Clock: clock.Now})
	if err != nil {
		b.Fatal(err)
	}
	h := &house{desk: d, journal: j, clock: clock, users: users}
	catalog := license.Catalog{}
	for i := range products {
		catalog.Products = append(catalog.Products, license.Product{Code: productName(i), Kind: license.Daily, Flex: true,
			Rates: []license.Rate{{From: 0, Tokens: 7 * license.Token}}})
	}
	if err := d.SetCatalog(ctx, "operator", catalog); err != nil {
		b.Fatal(err)
	}
	for i := range teams {
		h.teams = append(h.teams, teamName(i))
	}
	var wg sync.WaitGroup
	for part := range slices.Chunk(h.teams, max(1, teams/64)) {
		wg.Go(func() {
			for _, team := range part {
				if err := h.found(ctx, team, users); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
	return h
}

func (h *house) found(ctx context.Context, team string, users int) error {
	if _, err := h.desk.CreateTeam(ctx, "operator", desk.NewTeam{ID: team, Name: team, Plan: license.Standard, Admin: journal.Person{ID: "admin", Name: "Admin", Email: "admin@" + team + ".example"}}); err != nil {
		return err
	}
	for i := range 2 {
		if _, _, err := h.desk.BuyPack(ctx, team, license.BuyPack{Pack: fmt.Sprint("p", i), Size: license.MaxTokens / 100}); err != nil {
			return err
		}
	}
	people := make([]desk.AddUser, users)
	for i := range people {
		people[i] = desk.AddUser{ID: userName(i), Name: userName(i), Email: userName(i) + "@" + team + ".example", Role: license.RoleUser}
	}
	if _, _, err := h.desk.AddUsers(ctx, team, license.Caller{}, people); err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make([]error, users)
	for i := range people {
		wg.Go(func() {
			_, errs[i] = h.desk.Assign(ctx, team, license.Caller{}, people[i].ID, license.FlexCode, "")
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// open opens a product for a user who has no live pass: the clock moves on a day when all have one.
func (h *house) open(ctx context.Context) (bool, error) {
	n := h.next.Add(1) - 1
	triples := int64(len(h.teams) * h.users * products)
	if day := n / triples; day > h.days.Load() {
		if h.days.CompareAndSwap(day-1, day) {
			if err := h.clock.Advance(24 * time.Hour); err != nil {
				return false, err
			}
		}
	}
	i := n % triples
	team := h.teams[i%int64(len(h.teams))]
	i /= int64(len(h.teams))
	a, err := h.desk.Open(ctx, team, license.Open{Session: "s-" + strconv.FormatInt(n, 10),
		User: userName(int(i % int64(h.users))), Product: productName(int(i / int64(h.users)))})
	return a.Charge != nil, err
}

func (h *house) close(b *testing.B) {
	h.desk.Close()
	if err := h.journal.Close(); err != nil {
		b.Error(err)
	}
}

// BenchmarkCharges is one hot team and 10 000 teams from 1 to 2 048 callers. Each iteration is a round in which
// the desk and its yardsticks take turns; the figures are medians over the rounds.
func BenchmarkCharges(b *testing.B) {
	for _, shape := range []struct {
		name         string
		teams, users int
	}{{"one_hot_team", 1, hotUsers}, {"10000_teams", 10_000, 2}} {
		for _, callers := range []int{1, 32, 256, 2048} {
			b.Run(fmt.Sprintf("%s/callers=%d", shape.name, callers), func(b *testing.B) {
				charges(b, shape.teams, shape.users, callers)
			})
		}
	}
}

func charges(b *testing.B, teams, users, callers int) {
	ctx := context.Background()
	h := newHouse(b, b.TempDir(), teams, users)
	defer h.close(b)
	colliding, queued := newNaive(b, teams, min(callers, 256)), newNaive(b, teams, 1)
	p := newPlain(b, sampleBody(b, h))
	f, err := os.Create(filepath.Join(b.TempDir(), "sync"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var ours, collide, queue, plains, p50, p99, sync []float64
	b.ResetTimer()
	for b.Loop() {
		rate, times := load(b, callers, spell, func(int) (bool, error) { return h.open(ctx) })
		ours, p50, p99 = append(ours, rate), append(p50, quantile(times, 0.5)), append(p99, quantile(times, 0.99))
		collide = append(collide, colliding.rate(ctx, b, callers, h.teams))
		queue = append(queue, queued.rate(ctx, b, callers, h.teams))
		batch := min(callers, 1024)
		rate, _ = load(b, 1, spell, func(int) (bool, error) { return true, p.insert(ctx, h.teams, batch) })
		plains = append(plains, rate*float64(batch))
		var disk []time.Duration
		for range 100 {
			disk = append(disk, syncedWrite(b, f))
		}
		sync = append(sync, quantile(disk, 0.5))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ours), "charges/s")
	b.ReportMetric(median(ours)/median(collide), "x_one_tx_per_charge")
	b.ReportMetric(median(ours)/median(queue), "x_one_tx_queued")
	b.ReportMetric(median(ours)/median(plains), "x_plain_insertion")
	b.ReportMetric(median(p50), "p50_µs")
	b.ReportMetric(median(p99), "p99_µs")
	b.ReportMetric(median(p50)/median(sync), "p50_x_synced_write")
	b.ReportMetric(median(collide), "one_tx_per_charge/s")
	b.ReportMetric(median(queue), "one_tx_queued/s")
	b.ReportMetric(median(plains), "plain_rows/s")
}

// sampleBody is the entry of a charge as the journal has it.
func sampleBody(b *testing.B, h *house) (body []byte) {
	b.Helper()
	if _, err := h.open(context.Background()); err != nil {
		b.Fatal(err)
	}
	err := h.journal.Read(context.Background(), h.teams[0], 0, func(e journal.Entry) error {
		body = slices.Clone(e.Body)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return body
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// quantile is in microseconds.
func quantile(times []time.Duration, q float64) float64 {
	slices.Sort(times)
	return float64(times[int(float64(len(times)-1)*q)].Nanoseconds()) / 1000
}
