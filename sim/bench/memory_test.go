package bench

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// BenchmarkTeamsInMemory loads 10 000 small teams, each with ten users and a charged session, and reports what
// the process takes.
func BenchmarkTeamsInMemory(b *testing.B) {
	ctx := context.Background()
	for b.Loop() {
		h := newHouse(b, b.TempDir(), 10_000, 10)
		for range 2 * h.world.Teams {
			must(b, h.open(ctx))
		}
		for i := range h.world.Teams {
			if _, _, err := h.desk.Balance(ctx, teamName(int64(i))); err != nil {
				b.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "heap_MB")
		b.ReportMetric(resident(b), "resident_MB")
		must(b, h.close())
	}
	b.ReportMetric(0, "ns/op")
}

// resident is the memory that the kernel counts for this process, in MB.
func resident(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, err := strconv.ParseFloat(f[1], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb / 1000
		}
	}
	b.Fatal("the kernel does not say")
	return 0
}

// BenchmarkStart writes a year of one team, a million entries, lets the server die, and times a new one until it
// has answered the team's first question; and once more without the snapshots, to show what they are for.
func BenchmarkStart(b *testing.B) {
	ctx, dir := context.Background(), b.TempDir()
	h := newHouse(b, dir, 1, 200)
	const days, perDay = 350, 1430 // before the packs end
	for range days {
		if err := h.clock.Advance(24 * time.Hour); err != nil {
			b.Fatal(err)
		}
		h.day(ctx, b, perDay)
	}
	entries, _, err := h.journal.Head(ctx, teamName(0))
	if err != nil {
		b.Fatal(err)
	}
	must(b, h.close()) // as a killed server leaves it: what the keeper had written by then is all there is
	var first time.Duration
	b.ResetTimer()
	for b.Loop() {
		begin := time.Now()
		j, err := journal.Open(ctx, dir, journal.Options{})
		if err != nil {
			b.Fatal(err)
		}
		d, err := desk.New(ctx, j, desk.Options{Clock: h.clock.Now})
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := d.Balance(ctx, teamName(0)); err != nil {
			b.Fatal(err)
		}
		first += time.Since(begin)
		d.Close()
		if err := j.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(entries), "entries")
	b.ReportMetric(first.Seconds()*1000/float64(b.N), "ms_to_first_answer")
}

// day opens and closes sessions of one day: half an hour of work each.
func (h *house) day(ctx context.Context, b *testing.B, sessions int) {
	b.Helper()
	ids := make([]string, sessions)
	must(b, times(ctx, sessions, sessions, func(ctx context.Context, i int) error {
		ids[i] = session(h.world.next.Add(1))
		user := i % h.world.Users
		_, err := h.desk.Open(ctx, teamName(0), license.Open{Session: ids[i], User: userName(int64(user)),
			Product: productName(int64(i / h.world.Users)), Device: fmt.Sprint("laptop-", user)})
		return err
	}))
	must(b, h.clock.Advance(30*time.Minute))
	must(b, times(ctx, sessions, sessions, func(ctx context.Context, i int) error {
		_, err := h.desk.CloseSession(ctx, teamName(0), license.Close{Session: ids[i]})
		return err
	}))
}
