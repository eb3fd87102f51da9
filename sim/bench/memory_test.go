package bench

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
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
		for range 2 * len(h.teams) {
			if _, err := h.open(ctx); err != nil {
				b.Fatal(err)
			}
		}
		for _, team := range h.teams {
			if _, _, err := h.desk.Balance(ctx, team); err != nil {
				b.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "heap_MB")
		b.ReportMetric(resident(b), "resident_MB")
		h.close(b)
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
	entries, _, err := h.journal.Head(ctx, h.teams[0])
	if err != nil {
		b.Fatal(err)
	}
	h.abandon(b)
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
		if _, _, err := d.Balance(ctx, h.teams[0]); err != nil {
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
	h.all(b, sessions, func(i int) error {
		n := h.next.Add(1)
		ids[i] = "s-" + strconv.FormatInt(n, 10)
		_, err := h.desk.Open(ctx, h.teams[0], license.Open{Session: ids[i], User: userName(i % h.users), Product: productName(i / h.users), Device: fmt.Sprint("laptop-", i%h.users)})
		return err
	})
	if err := h.clock.Advance(30 * time.Minute); err != nil {
		b.Fatal(err)
	}
	h.all(b, sessions, func(i int) error {
		_, err := h.desk.CloseSession(ctx, h.teams[0], license.Close{Session: ids[i]})
		return err
	})
}

func (h *house) all(b *testing.B, n int, do func(int) error) {
	b.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := do(i); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
}

// abandon leaves the journal as a killed server does: what the keeper had written by then is all there is.
func (h *house) abandon(b *testing.B) {
	b.Helper()
	h.desk.Close()
	if err := h.journal.Close(); err != nil {
		b.Fatal(err)
	}
}
