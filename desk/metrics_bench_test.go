package desk

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/daypass/daypass/license"
)

// BenchmarkMetrics is what it costs to measure: 256 callers ask, in turns, a desk that is measured and one that is not.
// The figures are medians; measured_x is the processor time of the first over that of the second, and
// measured_wall_x the time that went by.
func BenchmarkMetrics(b *testing.B) {
	b.Run("charged", func(b *testing.B) {
		compare(b, 20_000, (*crowd).open)
	})
	b.Run("live_pass", func(b *testing.B) {
		compare(b, 200_000, (*crowd).again)
	})
}

// again repeats an opening whose pass is live, which is answered from memory.
func (c *crowd) again() error {
	if c.n.CompareAndSwap(0, 1) {
		return c.open()
	}
	_, err := c.Open(context.Background(), "acme", license.Open{Session: "session-00000002", User: c.users[1].ID, Product: "revit"})
	return err
}

func compare(b *testing.B, turn int64, ask func(*crowd) error) {
	off := newCrowd(b, Options{})
	on := newCrowd(b, Options{Metrics: NewMetrics(prometheus.NewRegistry())})
	var cpuOn, cpuOff, wallOn, wallOff []time.Duration
	side := func(c *crowd, cpu, wall *[]time.Duration) {
		used, took := c.turn(b, turn, ask)
		*cpu, *wall = append(*cpu, used/time.Duration(turn)), append(*wall, took/time.Duration(turn))
	}
	for b.Loop() {
		side(off, &cpuOff, &wallOff)
		side(on, &cpuOn, &wallOn)
		side(on, &cpuOn, &wallOn)
		side(off, &cpuOff, &wallOff)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(middle(cpuOff)), "bare_cpu_ns")
	b.ReportMetric(float64(middle(cpuOn)), "measured_cpu_ns")
	b.ReportMetric(float64(middle(cpuOn))/float64(middle(cpuOff)), "measured_x")
	b.ReportMetric(float64(middle(wallOn))/float64(middle(wallOff)), "measured_wall_x")
}

func middle(all []time.Duration) time.Duration { return slices.Sorted(slices.Values(all))[len(all)/2] }

// turn has 256 callers ask so many times together, and returns the processor time and the time that it took.
func (c *crowd) turn(b *testing.B, times int64, ask func(*crowd) error) (cpu, wall time.Duration) {
	var all sync.WaitGroup
	var asked atomic.Int64
	before, begin := processorTime(b), time.Now()
	for range 256 {
		all.Go(func() {
			for asked.Add(1) <= times {
				if err := ask(c); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return processorTime(b) - before, time.Since(begin)
}

func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
