package sim

import (
	"flag"
	"strings"
	"testing"
)

var (
	oneSeed = flag.Uint64("seed", 0, "run the world of this seed alone, with its trace")
	seeds   = flag.Int("seeds", 120, "how many worlds to run")
	steps   = flag.Int("steps", 250, "how many steps a world takes")
)

// TestWorlds runs seeded worlds, each with its faults, and fails with the first that goes wrong.
func TestWorlds(t *testing.T) {
	first, n := uint64(1), uint64(*seeds)
	if *oneSeed != 0 {
		first, n = *oneSeed, 1
	}
	crashes, faults, races := 0, 0, 0
	for seed := first; seed < first+n; seed++ {
		w := New(seed)
		failure := w.Run(*steps)
		crashes, faults, races = crashes+w.Crashes, faults+w.Faults, races+w.Races
		if failure == nil {
			continue
		}
		trace := failure.Trace
		if *oneSeed == 0 {
			trace = trace[max(0, len(trace)-30):]
		}
		t.Fatalf("%s\n\n%v", strings.Join(trace, "\n"), failure)
	}
	t.Logf("%d worlds of %d steps, %d crashes, %d faults, %d races between servers", n, *steps, crashes, faults, races)
}
