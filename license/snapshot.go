package license

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// saved is a team as a snapshot keeps it: with the indexes that hold state of their own as sorted lists.
type saved struct {
	*Team
	Uses  []*Use   `json:"uses"`
	Spent []*Spent `json:"spent"`
	// Zoned says that the spent of a team with a time zone are those of its own days.
	Zoned bool `json:"zoned,omitempty"`
}

// ErrSnapshotOld says that a snapshot was written by a release that counted limits otherwise: the team is to be folded
// from its first entry.
var ErrSnapshotOld = errors.New("an older release has written the snapshot, and counted otherwise")

// Save returns the team's state as bytes; equal states give equal bytes. A snapshot makes loading cheaper
// and never changes what is true.
func (t *Team) Save() ([]byte, error) {
	s := saved{Team: t, Zoned: t.TimeZone != ""}
	s.Uses = slices.SortedFunc(maps.Values(t.uses), func(a, b *Use) int {
		return cmp.Or(cmp.Compare(a.Pass.User, b.Pass.User), cmp.Compare(a.Pass.Product, b.Pass.Product))
	})
	s.Spent = slices.SortedFunc(maps.Values(t.spent), func(a, b *Spent) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Group, b.Group))
	})
	return json.Marshal(s)
}

// LoadTeam reads what Save returned.
func LoadTeam(b []byte) (*Team, error) {
	s := saved{Team: NewTeam()}
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("reading a snapshot: %w", err)
	}
	if s.Zoned != (s.TimeZone != "") {
		return nil, ErrSnapshotOld
	}
	s.index(s.Uses, s.Spent)
	return s.Team, nil
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
	for _, u := range uses {
		t.uses[useKey{u.Pass.User, u.Pass.Product}] = u
	}
	for _, s := range spent {
		t.spent[spentKey{s.User, s.Product, s.Group}] = s
	}
	t.indexWishes()
	t.reopen()
}

// reopen puts the open sessions back into their passes.
func (t *Team) reopen() {
	open := slices.SortedFunc(maps.Values(t.Sessions), func(a, b *Session) int { return cmp.Compare(a.ID, b.ID) })
	for _, s := range open {
		u := t.uses[useKey{s.User, s.Product}]
		if s.Closed != 0 || u == nil || u.Pass.Seq != s.Pass {
			continue
		}
		u.Pass.join(s)
		if u.Pass.Floating != "" {
			t.pool(u.Pass.Floating).float(u.Pass)
		}
	}
}

// Check compares the team's state with itself in ways that the folding does not use: the packs with
// the totals, the holds with the jobs, the seats with the users.
func (t *Team) Check() error {
	if err := t.CheckPacks(); err != nil {
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
	return t.checkPeople()
}

// CheckPacks is the part of Check that is cheap enough for every commit: each pack adds up (R3.7), and the
// totals, counted on their own, are those of the packs.
func (t *Team) CheckPacks() error {
	var sum Totals
	for _, p := range t.Packs {
		if err := p.check(); err != nil {
			return err
		}
		sum.Bought += p.Size
		sum.Drawn += p.Drawn
		sum.Held += p.Held
		sum.Expired += p.Expired
		sum.Withdrawn += p.Withdrawn
	}
	if sum != t.Totals {
		return fmt.Errorf("the totals %+v are not those of the packs %+v (R3.7)", t.Totals, sum)
	}
	return nil
}
