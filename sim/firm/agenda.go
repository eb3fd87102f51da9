package firm

import (
	"cmp"
	"container/heap"
	"context"
	"time"

	"github.com/daypass/daypass/license"
)

// agenda is what is still to happen, the next first; of one instant, in the order in which it was noted.
type agenda struct {
	items []*item
	noted int
}

// item is a visit that begins, or anything else that happens at an instant.
type item struct {
	at    license.Instant
	order int
	visit *visit
	do    func(context.Context) error
}

func (a *agenda) note(at license.Instant, do func(context.Context) error) {
	a.noted++
	heap.Push(a, &item{at: at, order: a.noted, do: do})
}

func (a *agenda) visit(v *visit) {
	a.noted++
	heap.Push(a, &item{at: license.InstantOf(v.from), order: a.noted, visit: v})
}

// at notes something at a time of a day: at("2025-03-12", "14:05", …).
func (a *agenda) at(day, clock string, do func(context.Context) error) {
	t, err := time.Parse("2006-01-02 15:04", day+" "+clock)
	if err != nil {
		panic(err) // the times are written in this package
	}
	a.note(license.InstantOf(t), do)
}

// next returns the first item before an instant, or nil.
func (a *agenda) next(before license.Instant) *item {
	if len(a.items) == 0 || a.items[0].at >= before {
		return nil
	}
	return heap.Pop(a).(*item)
}

// together returns a visit and all others that begin at the same instant right after it.
func (a *agenda) together(first *item) []*visit {
	visits := []*visit{first.visit}
	for len(a.items) > 0 && a.items[0].at == first.at && a.items[0].visit != nil {
		visits = append(visits, heap.Pop(a).(*item).visit)
	}
	return visits
}

// Len, Less, Swap, Push and Pop are a heap's.
func (a *agenda) Len() int { return len(a.items) }

func (a *agenda) Less(i, j int) bool {
	x, y := a.items[i], a.items[j]
	return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.order, y.order)) < 0
}

func (a *agenda) Swap(i, j int) { a.items[i], a.items[j] = a.items[j], a.items[i] }

func (a *agenda) Push(x any) { a.items = append(a.items, x.(*item)) }

func (a *agenda) Pop() any {
	last := a.items[len(a.items)-1]
	a.items = a.items[:len(a.items)-1]
	return last
}

// run lets everything happen that is due before an instant.
func (f *firm) run(ctx context.Context, before license.Instant) error {
	for next := f.agenda.next(before); next != nil; next = f.agenda.next(before) {
		if err := f.clock.Set(next.at.Time()); err != nil {
			return err
		}
		if next.visit == nil {
			if err := next.do(ctx); err != nil {
				return err
			}
			continue
		}
		if err := f.come(ctx, f.agenda.together(next)); err != nil {
			return err
		}
	}
	return nil
}
