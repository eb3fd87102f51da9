package license

import "fmt"

// leaving is what will be packed or forgotten, so that the first entry of an hour or a day need not look at everything that
// is remembered. None of it says more than the state does.
type leaving struct {
	sessions agenda[*Session] // by the hour in which they end
	jobs     agenda[*Job]
	passes   agenda[useKey] // the uses that have a pass
	periods  periods        // when counters were last looked at: they are over only when a week or a month is
}

func newLeaving() leaving {
	return leaving{sessions: agenda[*Session]{}, jobs: agenda[*Job]{}, passes: agenda[useKey]{}}
}

// agenda is what is to be looked at from a UTC day or hour on.
type agenda[T any] map[int64][]T

func (a agenda[T]) add(from int64, one T) { a[from] = append(a[from], one) }

// take takes out what was to be looked at until a day or hour.
func (a agenda[T]) take(until int64) (all []T) {
	for from, some := range a {
		if from <= until {
			all = append(all, some...)
			delete(a, from)
		}
	}
	return all
}

// keepJob notes when a job can be forgotten at the earliest. Its end can still change, but to none that is over by now.
func (l *leaving) keepJob(j *Job, now Instant) { l.jobs.add((min(j.end(), now) + Retention).date(), j) }

// keepPass notes the same of the pass of a use, which another may follow.
func (l *leaving) keepPass(key useKey, p *Pass, now Instant) {
	l.passes.add((min(p.Until, now) + Day).date(), key)
}

// keepSession notes when a session can be packed. Should it end sooner than it seems now, it is packed later than it could
// be.
func (l *leaving) keepSession(s *Session) { l.sessions.add(s.ended(), s) }

// packOld packs the sessions that ended long enough ago, and forgets those that are over: it runs at the first entry of
// each UTC hour, so every fold forgets alike.
func (t *Team) packOld(now Instant) {
	lapsed, packed := (now - Retention).hour(), now.hour()-packedAfter
	t.past.forget(lapsed)
	old := map[int64][]*Session{}
	for _, s := range t.leaving.sessions.take(packed - 1) {
		switch {
		case t.Sessions[s.ID] != s: // another has its id by now
		case s.ended() < lapsed:
			delete(t.Sessions, s.ID)
		case s.packs(packed):
			old[s.ended()] = append(old[s.ended()], s)
		default:
			t.leaving.keepSession(s)
		}
	}
	t.packAll(old)
}

// packAll packs sessions by the hours in which they ended.
func (t *Team) packAll(old map[int64][]*Session) {
	for hour, sessions := range old {
		for _, s := range sessions {
			delete(t.Sessions, s.ID)
		}
		t.past.pack(hour, sessions)
	}
}

// settle packs every session that ended long enough ago, so that what is packed follows from the state alone.
func (t *Team) settle() {
	old := map[int64][]*Session{}
	for _, s := range t.Sessions {
		if s.packs(t.Last.hour() - packedAfter) {
			old[s.ended()] = append(old[s.ended()], s)
		}
	}
	t.packAll(old)
}

// forget drops what no question can be about any more, but for sessions: it runs at the first entry of each UTC day, so
// every fold forgets alike.
func (t *Team) forget(now Instant) {
	for _, j := range t.leaving.jobs.take(now.date()) {
		switch {
		case t.Jobs[j.ID] != j: // another has its id by now
		case j.over(now):
			delete(t.Jobs, j.ID)
		default:
			t.leaving.keepJob(j, now)
		}
	}
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
	for _, key := range t.leaving.passes.take(now.date()) {
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

func (j *Job) over(now Instant) bool { return j.State != JobHeld && now >= j.end()+Retention }

// idle reports whether nothing of a use's pass matters any more, nor what was given back.
func (u *Use) idle(now Instant) bool { return u.Pass.Until+Day <= now && u.recent(now) == 0 }

// CheckForgotten looks at everything that is remembered for what should have been forgotten when the last entry's day
// began, of sessions its hour, if not earlier. It costs memory and no more, and is no reason not to write to a team.
func (t *Team) CheckForgotten() error {
	began := Instant(t.Last.date()) * Day
	today := t.periodsAt(began)
	lapsed := (t.Last - Retention).hour()
	for id, s := range t.Sessions {
		if s.ended() < lapsed {
			return fmt.Errorf("session %s is remembered, and was over at %d", id, s.Until)
		}
	}
	for hour := range t.past.hours {
		if hour < lapsed {
			return fmt.Errorf("the sessions that ended in hour %d are remembered", hour)
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
