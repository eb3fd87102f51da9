package main

import (
	"runtime"
	"testing"
)

func TestThreadsOnOneProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, c := range []struct {
		said            string
		shared          bool
		processors, are int
	}{
		{"", false, 1, 2}, // others go on while it waits for the disk
		{"", true, 1, 1},
		{"", false, 4, 4},
		{"1", false, 1, 1}, // as the operator says
	} {
		t.Setenv("GOMAXPROCS", c.said)
		runtime.GOMAXPROCS(c.processors)
		if overlap(c.shared); runtime.GOMAXPROCS(0) != c.are {
			t.Errorf("%+v: %d threads", c, runtime.GOMAXPROCS(0))
		}
	}
}
