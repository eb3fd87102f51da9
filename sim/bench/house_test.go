package bench

import (
	"strconv"
	"testing"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
)

// house is a desk on a journal on the disk under a virtual clock, with teams that can be charged.
type house struct {
	*ours
	clock *desk.VirtualClock
}

func newHouse(b *testing.B, dir string, teams, users int) *house {
	b.Helper()
	ctx := b.Context()
	j, err := journal.Open(ctx, dir, journal.Options{})
	must(b, err)
	clock := desk.NewVirtualClock(time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC))
	d, err := desk.New(ctx, j, desk.Options{Clock: clock.Now})
	must(b, err)
	w := newWorld(Shape{"a house", teams, users}, time.Minute)
	must(b, w.found(ctx, j, d))
	return &house{&ours{world: w, journal: &counted{Journal: j}, desk: d}, clock}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkHotTeam is the charges of one team at 256 callers alone, for profiles.
func BenchmarkHotTeam(b *testing.B) {
	h := newHouse(b, b.TempDir(), 1, 2000)
	defer func() { must(b, h.close()) }()
	b.SetParallelism(128)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := h.open(b.Context()); err != nil {
				b.Error(err)
			}
		}
	})
}

func session(i int64) string { return "s-" + strconv.FormatInt(i, 10) }
