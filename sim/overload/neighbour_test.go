package overload

import (
	"sync"
	"testing"
	"time"
)

// parts of the peak that the others take, as one of so many. At half of it a machine whose speed swings is at its limit
// every now and then without any noise.
var parts = []int{4, 2}

// TestNoisyNeighbour has a calm team open at a modest rate while others take a part of what the server can do, with and
// without one team that asks for ten times as much as the server can do, in turns.
func TestNoisyNeighbour(t *testing.T) {
	h := newHouse(t, 20)
	peak := h.best()
	calm := newFlow(t, h.address, 64, opens(h.teams[:1]))
	others := newFlow(t, h.address, 512, opens(h.teams[1:19]))
	noisy := newFlow(t, h.address, 1024, opens(h.teams[19:]))
	noisy.deaf = true
	for i, f := range []*flow{calm, others, noisy} {
		f.n.Store(int64(i+1) << 40) // sessions of their own
	}
	h.nextDay()
	top := peak.press(*spell)
	h.must("at the peak", top)
	n := neighbours{peak: int(top.perSecond())}
	shares := parts
	if !whole() {
		shares = parts[:1]
	}
	for round := range *rounds {
		for _, part := range shares {
			for i := range 2 {
				with := (round+i)%2 == 1 // what grows with time is on neither's side
				n.add(part, with, h.neighbours(calm, others, noisy, n.peak, part, with))
			}
		}
	}
	n.write(t, *report)
}

// calmRate is what the calm team asks for in a second.
const calmRate = 200

// beside is what each of three saw of one spell; noisy is nil when it was quiet.
type beside struct{ calm, others, noisy *tally }

// lead is how long the others and the noisy team are there before it is looked at the calm one.
const lead = time.Second

func (h *house) neighbours(calm, others, noisy *flow, peak, part int, with bool) (b beside) {
	h.nextDay()
	time.Sleep(100 * time.Millisecond)
	var all sync.WaitGroup
	all.Go(func() { b.others = others.offer(max(1, peak/part), lead+*spell) })
	if with {
		all.Go(func() { b.noisy = noisy.offer(10*peak, lead+*spell) })
	}
	time.Sleep(lead)
	b.calm = calm.offer(calmRate, *spell)
	all.Wait()
	h.must("of the calm team", b.calm)
	h.must("of the others", b.others)
	b.others.skip(lead)
	if with {
		h.must("of the noisy team", b.noisy)
	}
	return b
}
