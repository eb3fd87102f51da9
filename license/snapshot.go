package license

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// saved is a team as a snapshot keeps it: with the indexes that hold state of their own as sorted lists.
type saved struct {
	*Team
	Uses  []*Use   `json:"uses"`
	Spent []*Spent `json:"spent"`
	// What is stowed.
	OldSessions []*stowedHour `json:"old_sessions"`
	OldJobs     []*stowedHour `json:"old_jobs"`
	OldReceipts []*stowedHour `json:"old_receipts"`
}

// Save returns the team's state as bytes; equal states give equal bytes. A snapshot makes loading cheaper
// and never changes what is true. It may stow before, which changes nothing else.
func (t *Team) Save() ([]byte, error) {
	for _, m := range t.memories() {
		m.stowAllOld(t.Last)
	}
	s := saved{Team: t, OldSessions: t.sessions.saved(), OldJobs: t.jobs.saved(), OldReceipts: t.receipts.saved()}
	for _, u := range t.uses {
		if u.Pass != nil {
			s.Uses = append(s.Uses, u)
		}
	}
	slices.SortFunc(s.Uses, byUse)
	for key, a := range t.counters() {
		s.Spent = append(s.Spent, &Spent{key.user, key.product, key.group, *a})
	}
	slices.SortFunc(s.Spent, func(a, b *Spent) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Group, b.Group))
	})
	return s.bytes(), nil
}

func (s saved) bytes() []byte {
	w := formWriter{b: slices.Clone(mark), texts: map[string]uint64{}}
	savedForm.write(&w, reflect.ValueOf(s))
	return w.b
}

// IsSnapshot reports whether bytes have the form that LoadTeam reads.
func IsSnapshot(b []byte) bool { return bytes.HasPrefix(b, mark) }

// LoadTeam reads what Save returned. The error is ErrSnapshotOld when another version of the program did.
func LoadTeam(b []byte) (*Team, error) {
	rest, ours := bytes.CutPrefix(b, mark)
	if !ours {
		return nil, fmt.Errorf("reading a snapshot: %w", ErrSnapshotOld)
	}
	s, r := saved{Team: NewTeam()}, formReader{b: rest}
	savedForm.read(&r, reflect.ValueOf(&s).Elem())
	if r.bad || len(r.b) > 0 || !whole(s.Uses) ||
		!s.sessions.load(s.OldSessions, s.Sessions) || !s.jobs.load(s.OldJobs, s.Jobs) || !s.receipts.load(s.OldReceipts, s.Receipts) {
		return nil, fmt.Errorf("reading a snapshot: %w", errDamaged)
	}
	s.index(s.Uses, s.Spent)
	return s.Team, nil
}

// byUse is the order of the uses in a snapshot.
func byUse(a, b *Use) int {
	return cmp.Or(cmp.Compare(a.Pass.User, b.Pass.User), cmp.Compare(a.Pass.Product, b.Pass.Product))
}

// whole reports whether the uses of a snapshot are such as Save lists: each with a pass, in order, and once.
func whole(uses []*Use) bool {
	for i, u := range uses {
		if u.Pass == nil || i > 0 && byUse(uses[i-1], u) >= 0 {
			return false
		}
	}
	return true
}

// index rebuilds what follows from the saved state.
func (t *Team) index(uses []*Use, spent []*Spent) {
	t.zone = calendarOf(t.TimeZone)
	for _, s := range slices.SortedFunc(maps.Values(t.Subscriptions), func(a, b *Subscription) int { return cmp.Compare(a.ID, b.ID) }) {
		p := t.pool(s.What)
		p.Subscriptions = append(p.Subscriptions, s)
	}
	for _, id := range slices.Sorted(maps.Keys(t.Groups)) {
		t.members += len(t.Groups[id].Members)
		for _, user := range t.Groups[id].Members {
			if u := t.Users[user]; u != nil {
				u.Groups = append(u.Groups, id)
			}
		}
	}
	for _, p := range t.Packs {
		t.touch(p)
		if !p.Recorded {
			t.drawable = append(t.drawable, p)
			t.expect(p.ExpiresAt)
		}
	}
	slices.SortFunc(t.drawable, drawOrder)
	for _, j := range t.Jobs {
		if j.State == JobHeld {
			t.holding[j.ID] = j
			t.expect(j.ExpiresAt)
		}
	}
	for key, r := range t.Receipts {
		r.Key = key
	}
	t.uses = make(map[useKey]*Use, len(uses))
	for _, u := range uses {
		key := useKey{u.Pass.User, u.Pass.Product}
		t.uses[key] = u
		t.leaving.keepPass(key, u.Pass, t.Last)
	}
	for _, s := range spent {
		*t.counter(spentKey{s.User, s.Product, s.Group}) = s.Amounts
	}
	t.indexWishes()
	t.reopen()
}

// reopen puts the open sessions back into their passes.
func (t *Team) reopen() {
	for _, s := range t.Sessions {
		if s.Closed != 0 || s.Until <= t.Last { // nothing hangs on who is in a pass that is over
			continue
		}
		if pass := t.latest(s.User, s.Product); pass != nil && pass.Seq == s.Pass {
			pass.join(s)
		}
	}
	for _, u := range t.uses {
		pass := u.Pass
		if pass == nil {
			continue
		}
		slices.SortFunc(pass.open, func(a, b *Session) int { return cmp.Compare(a.ID, b.ID) })
		if pass.Floating != "" && len(pass.open) > 0 {
			t.pool(pass.Floating).float(pass)
		}
	}
}

// Check compares the team's state with itself in ways that the folding does not use: the packs with
// the totals, the holds with the jobs, the seats with the users.
func (t *Team) Check() error {
	if err := t.checkAllPacks(); err != nil {
		return err
	}
	if err := t.checkPrimary(); err != nil {
		return err
	}
	heldBy := map[string]Tokens{}
	for _, j := range t.holding {
		for _, d := range j.Draws {
			heldBy[d.Pack] += d.Tokens
		}
	}
	for id, p := range t.Packs {
		if p.Held != heldBy[id] {
			return fmt.Errorf("pack %s holds %d and its jobs %d (R7.2)", id, p.Held, heldBy[id])
		}
	}
	if err := t.checkWishes(); err != nil {
		return err
	}
	for _, m := range t.memories() {
		if err := m.check(); err != nil {
			return err
		}
	}
	return t.checkPeople()
}

// CheckPacks is the part of Check that is cheap enough for every commit: each pack that was touched since the last time
// adds up (R3.7), and the totals, counted on their own, are those of the packs.
func (t *Team) CheckPacks() error {
	for _, p := range t.touched {
		if err := p.check(); err != nil {
			return err
		}
		is := p.totals()
		t.counted.add(is, 1)
		t.counted.add(p.counted, -1)
		p.counted, p.touched = is, false
	}
	t.touched = t.touched[:0]
	if t.counted != t.Totals {
		return fmt.Errorf("the totals %+v are not those of the packs %+v (R3.7)", t.Totals, t.counted)
	}
	return nil
}

// checkAllPacks is CheckPacks of every pack anew, whatever was noted of what has changed.
func (t *Team) checkAllPacks() error {
	var sum Totals
	for _, p := range t.Packs {
		if err := p.check(); err != nil {
			return err
		}
		sum.add(p.totals(), 1)
	}
	if sum != t.Totals {
		return fmt.Errorf("the totals %+v are not those of the packs %+v (R3.7)", t.Totals, sum)
	}
	return t.CheckPacks()
}

// add adds figures, or with -1 takes them away.
func (t *Totals) add(u Totals, sign Tokens) {
	t.Bought += sign * u.Bought
	t.Drawn += sign * u.Drawn
	t.Held += sign * u.Held
	t.Expired += sign * u.Expired
	t.Withdrawn += sign * u.Withdrawn
}
