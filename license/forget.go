package license

import (
	"errors"
	"fmt"
)

// leaving is what will be stowed or forgotten, so that the first entry of an hour or a day need not look at everything that
// is remembered. None of it says more than the state does.
type leaving struct {
	sessions agenda[*Session] // by the hour in which they end
	jobs     agenda[*Job]     // the same
	passes   agenda[useKey]   // the uses that have a pass, by the day
	periods  periods          // when counters were last looked at: they are over only when a week or a month is
}

func newLeaving() leaving {
	return leaving{sessions: agenda[*Session]{}, jobs: agenda[*Job]{}, passes: agenda[useKey]{}}
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

// keep notes when a session or job can be stowed. Should it end sooner than it seems now, it is stowed later than it could
// be.
func keep[T lasting](a agenda[T], one T) { a.add(one.end().hour(), one) }

// keepPass notes when the pass of a use can be forgotten at the earliest; another may follow it. Its end can still change,
// but to none that is over by now.
func (l *leaving) keepPass(key useKey, p *Pass, now Instant) {
	l.passes.add((min(p.Until, now) + Day).date(), key)
}

// stowOld stows the sessions and jobs that ended long enough ago, and forgets those that no question can be about any more:
// it runs at the first entry of each UTC hour, so every fold forgets alike.
func (t *Team) stowOld(now Instant) {
	stowOld(t.Sessions, t.leaving.sessions, &t.pastSessions, now)
	stowOld(t.Jobs, t.leaving.jobs, &t.pastJobs, now)
}

func stowOld[T lasting](all map[string]T, a agenda[T], p *past[T], now Instant) {
	lapsed, before := lapsedBefore(now), now.hour()-stowedAfter
	p.forget(lapsed)
	stowable := map[int64][]T{}
	for _, one := range a.take(before) {
		hour := one.end().hour()
		switch {
		case all[one.id()] != one: // another has its id by now
		case hour < lapsed && one.ended():
			delete(all, one.id())
		case old(one, before):
			stowable[hour] = append(stowable[hour], one)
		default:
			keep(a, one)
		}
	}
	stowAll(all, p, stowable)
}

// lapsedBefore is the hour before which all has ended that is not remembered any more.
func lapsedBefore(now Instant) int64 { return (now - Retention).hour() }

// stowAll stows some by the hours in which they ended.
func stowAll[T lasting](all map[string]T, p *past[T], some map[int64][]T) {
	for hour, ended := range some {
		for _, one := range ended {
			delete(all, one.id())
		}
		p.stow(hour, ended)
	}
}

// settle stows everything that ended long enough ago, so that what is stowed follows from the state alone.
func settle[T lasting](all map[string]T, p *past[T], now Instant) {
	stowable := map[int64][]T{}
	for _, one := range all {
		if old(one, now.hour()-stowedAfter) {
			hour := one.end().hour()
			stowable[hour] = append(stowable[hour], one)
		}
	}
	stowAll(all, p, stowable)
}

// forget drops what no question can be about any more, but for sessions and jobs: it runs at the first entry of each UTC day,
// so every fold forgets alike.
func (t *Team) forget(now Instant) {
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

func (s *Session) id() string   { return s.ID }
func (s *Session) end() Instant { return s.Until }
func (s *Session) ended() bool  { return true }

func (s *Session) over(now Instant) bool { return now >= s.Until+Retention }

func (j *Job) id() string  { return j.ID }
func (j *Job) ended() bool { return j.State != JobHeld }

// idle reports whether nothing of a use's pass matters any more, nor what was given back.
func (u *Use) idle(now Instant) bool { return u.Pass.Until+Day <= now && u.recent(now) == 0 }

// CheckForgotten looks at everything that is remembered for what should have been forgotten when the last entry's day
// began, of sessions and jobs its hour, if not earlier. It costs memory and no more, and is no reason not to write to a team.
func (t *Team) CheckForgotten() error {
	began := Instant(t.Last.date()) * Day
	today := t.periodsAt(began)
	if err := errors.Join(checkForgotten(t.Sessions, &t.pastSessions, t.Last), checkForgotten(t.Jobs, &t.pastJobs, t.Last)); err != nil {
		return err
	}
	for key, u := range t.uses {
		if u.Pass != nil && u.idle(began) || u.Pass == nil && u.spent.over(today) {
			return fmt.Errorf("the use of %s by %s is remembered, and was over", key.product, key.user)
		}
	}
	return nil
}

func checkForgotten[T lasting](all map[string]T, p *past[T], now Instant) error {
	for id, one := range all {
		if one.ended() && one.end().hour() < lapsedBefore(now) {
			return fmt.Errorf("%s is remembered, and was over at %d", id, one.end())
		}
	}
	for hour := range p.hours {
		if hour < lapsedBefore(now) {
			return fmt.Errorf("what ended in hour %d is remembered", hour)
		}
	}
	return nil
}
