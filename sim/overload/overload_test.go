package overload

import (
	"flag"
	"fmt"
	"testing"
	"time"
)

var spell = flag.Duration("overload.spell", time.Second, "how long each load is offered")

func TestExplore(t *testing.T) {
	h := newHouse(t, 100)
	for _, lines := range []int{16, 64, 256, 1024, 2048} {
		h.nextDay()
		f := newFlow(t, h.address, lines, opens(h.teams))
		f.n.Store(int64(lines) * 1_000_000_000)
		before := h.cpu()
		got := f.press(*spell)
		used := h.cpu() - before
		f.hangUp()
		now, most := h.memory()
		fmt.Printf("%4d lines: %.0f/s p50 %v p99 %v refused %d failed %v cpu/op %v MB %d %d\n", lines, got.perSecond(), got.done.at(5000), got.done.at(9900), got.refused, got.failed,
			used/time.Duration(max(1, len(got.done))), now, most)
	}
}
