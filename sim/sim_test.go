package sim

import (
	"flag"
	"strings"
	"testing"
)

var (
	seed  = flag.Uint64("seed", 1, "of the first world")
	seeds = flag.Int("seeds", 120, "how many worlds to run; of a single one the whole trace is shown")
	steps = flag.Int("steps", 250, "how many steps a world takes")
)

// TestWorlds runs seeded worlds, each with its faults, and fails with the first that goes wrong.
func TestWorlds(t *testing.T) {
	n := uint64(*seeds)
	crashes, faults, races := 0, 0, 0
	for i := range n {
		w := New(*seed + i)
		failure := w.Run(*steps)
		crashes, faults, races = crashes+w.Crashes, faults+w.Faults, races+w.Races
		if failure == nil {
			continue
		}
		trace := failure.Trace
		if n > 1 {
			trace = trace[max(0, len(trace)-30):]
		}
		t.Fatalf("%s\n\n%v", strings.Join(trace, "\n"), failure)
	}
	t.Logf("%d worlds of %d steps, %d crashes, %d faults, %d races between servers", n, *steps, crashes, faults, races)
}
