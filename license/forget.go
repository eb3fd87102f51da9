package license

import "fmt"

// leaving is what will be forgotten, so that the first entry of a day need not look at everything that is remembered. None of
// it says more than the state does.
type leaving struct {
	passes  agenda[useKey] // the uses that have a pass, by the day
	periods periods        // when counters were last looked at: they are over only when a week or a month is
}

// agenda is what is to be looked at from a UTC hour or day on.
type agenda[T any] map[int64][]T

func (a agenda[T]) add(from int64, one T) { a[from] = append(a[from], one) }

// take takes out what was to be looked at before an hour or day.
func (a agenda[T]) take(before int64) (all []T) {
	for from, some := range a {
		if from < before {
			all = append(all, some...)
			delete(a, from)
		}
	}
	return all
}

// keepPass notes when the pass of a use can be forgotten at the earliest; another may follow it. Its end can still change,
// but to none that is over by now.
func (l *leaving) keepPass(key useKey, p *Pass, now Instant) {
	l.passes.add((min(p.Until, now) + Day).date(), key)
}

// stowOld stows what ended long enough ago, and forgets it when it is over: it runs at the first entry of each UTC hour, so
// every fold forgets alike.
func (t *Team) stowOld(now Instant) {
	for _, m := range t.memories() {
		m.stowOld(now)
	}
}

// forget drops what no question can be about any more, but for what is stowed: it runs at the first entry of each UTC day,
// so every fold forgets alike.
func (t *Team) forget(now Instant) {
	for _, w := range t.Wishes {
		if w.over(now) {
			t.forgetWish(w)
		}
	}
	t.forgetUses(now)
}

func (t *Team) forgetUses(now Instant) {
	today := t.periodsAt(now)
	for _, key := range t.leaving.passes.take(now.date() + 1) {
		u := t.uses[key]
		if !u.idle(now) {
			t.leaving.keepPass(key, u.Pass, now)
			continue
		}
		u.Pass, u.Reversals = nil, nil
		if u.spent.over(today) {
			delete(t.uses, key)
		}
	}
	if was := t.leaving.periods; was.Week == today.Week && was.Month == today.Month {
		return
	}
	t.leaving.periods = today
	for key, u := range t.uses {
		if u.Pass == nil && u.spent.over(today) {
			delete(t.uses, key)
		}
	}
	t.spent.forget(today)
}

func (s *Session) over(now Instant) bool { return now >= s.Until+Retention }

// idle reports whether nothing of a use's pass matters any more, nor what was given back.
func (u *Use) idle(now Instant) bool { return u.Pass.Until+Day <= now && u.recent(now) == 0 }

// CheckForgotten looks at everything that is remembered for what should have been forgotten when the last entry's day
// began, of what is stowed its hour, if not earlier. It costs memory and no more, and is no reason not to write to a team.
func (t *Team) CheckForgotten() error {
	began := Instant(t.Last.date()) * Day
	today := t.periodsAt(began)
	for _, m := range t.memories() {
		if err := m.checkForgotten(t.Last); err != nil {
			return err
		}
	}
	for key, u := range t.uses {
		if u.Pass != nil && u.idle(began) || u.Pass == nil && u.spent.over(today) {
			return fmt.Errorf("the use of %s by %s is remembered, and was over", key.product, key.user)
		}
	}
	return nil
}
