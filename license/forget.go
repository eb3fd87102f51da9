package license

import "fmt"

// leaving is what will be forgotten, so that the first entry of a day need not look at everything that is remembered: most
// of it is sessions, of which a day's share leaves. None of it says more than the state does.
type leaving struct {
	sessions agenda[*Session]
	jobs     agenda[*Job]
	passes   agenda[useKey] // the uses that have a pass
	periods  periods        // when counters were last looked at: they are over only when a week or a month is
}

func newLeaving() leaving {
	return leaving{sessions: agenda[*Session]{}, jobs: agenda[*Job]{}, passes: agenda[useKey]{}}
}

// agenda is what can be forgotten on a UTC day at the earliest.
type agenda[T any] map[int64][]T

func (a agenda[T]) add(earliest Instant, one T) {
	day := earliest.date()
	a[day] = append(a[day], one)
}

// take takes out what it is the day of, or was.
func (a agenda[T]) take(now Instant) (all []T) {
	for day, some := range a {
		if day <= now.date() {
			all = append(all, some...)
			delete(a, day)
		}
	}
	return all
}

// lasting is a session or a job: it is remembered for some time after its end, lest a late request has a second effect.
type lasting interface {
	comparable
	id() string
	end() Instant
	over(now Instant) bool
}

// keep notes when something can be forgotten at the earliest. Its end can still change, but to none that is over by now.
func keep[T lasting](a agenda[T], one T, now Instant) { a.add(min(one.end(), now)+Retention, one) }

// keepPass notes the same of the pass of a use, which another may follow.
func (l *leaving) keepPass(key useKey, p *Pass, now Instant) {
	l.passes.add(min(p.Until, now)+Day, key)
}

// forgetAmong drops what is over and calls gone with it.
func forgetAmong[T lasting](all map[string]T, a agenda[T], now Instant, gone func(T)) {
	for _, one := range a.take(now) {
		switch {
		case all[one.id()] != one: // another has its id by now
		case one.over(now):
			delete(all, one.id())
			gone(one)
		default:
			keep(a, one, now)
		}
	}
}

// forget drops what no question can be about any more: it runs at the first entry of each UTC day, so
// every fold forgets alike.
func (t *Team) forget(now Instant) {
	forgetAmong(t.Sessions, t.leaving.sessions, now, func(s *Session) {
		if pass := t.latest(s.User, s.Product); pass != nil {
			pass.leave(s)
		}
	})
	forgetAmong(t.Jobs, t.leaving.jobs, now, func(*Job) {})
	for key, r := range t.Receipts {
		if now >= r.At+Retention {
			delete(t.Receipts, key)
		}
	}
	for _, w := range t.Wishes {
		if w.over(now) {
			t.forgetWish(w)
		}
	}
	t.forgetUses(now)
}

func (t *Team) forgetUses(now Instant) {
	today := t.periodsAt(now)
	for _, key := range t.leaving.passes.take(now) {
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

func (s *Session) id() string   { return s.ID }
func (s *Session) end() Instant { return s.Until }

func (s *Session) over(now Instant) bool { return now >= s.end()+Retention }

func (j *Job) id() string { return j.ID }

func (j *Job) over(now Instant) bool { return j.State != JobHeld && now >= j.end()+Retention }

// idle reports whether nothing of a use's pass matters any more, nor what was given back.
func (u *Use) idle(now Instant) bool { return u.Pass.Until+Day <= now && u.recent(now) == 0 }

// CheckForgotten looks at everything that is remembered for what should have been forgotten when the last entry's day
// began, if not earlier. It costs memory and no more, and is no reason not to write to a team.
func (t *Team) CheckForgotten() error {
	began := Instant(t.Last.date()) * Day
	today := t.periodsAt(began)
	for id, s := range t.Sessions {
		if s.over(began) {
			return fmt.Errorf("session %s is remembered, and was over at %d", id, s.Until)
		}
	}
	for id, j := range t.Jobs {
		if j.over(began) {
			return fmt.Errorf("job %s is remembered, and was over at %d", id, j.end())
		}
	}
	for key, u := range t.uses {
		if u.Pass != nil && u.idle(began) || u.Pass == nil && u.spent.over(today) {
			return fmt.Errorf("the use of %s by %s is remembered, and was over", key.product, key.user)
		}
	}
	return nil
}
