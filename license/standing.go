package license

import (
	"cmp"
	"maps"
	"slices"
)

// Standing is a subscription beside all seats of its kind and who is assigned to them: now, or for a term that is still
// to come, at its beginning.
type Standing struct {
	Subscription
	At       Instant
	Owned    int // seats of this product or collection and kind, of all subscriptions in term
	Assigned int // users who are assigned to such a seat
	// Over is how many users are assigned to a single-user seat that is not there. Uncovered are these users: the last
	// ones to be assigned.
	Over      int
	Uncovered []string
}

// Standings lists the subscriptions, by id. What they reach must not be changed.
func (t *Team) Standings(now Instant) []Standing {
	sharing := map[string]int{} // users with the right to a floating seat, by product or collection
	for _, u := range t.Users {
		for _, a := range u.Assigned {
			if a.Kind == MultiUser {
				sharing[a.What]++
			}
		}
	}
	all := make([]Standing, 0, len(t.Subscriptions))
	for _, s := range slices.SortedFunc(maps.Values(t.Subscriptions), func(a, b *Subscription) int { return cmp.Compare(a.ID, b.ID) }) {
		p := t.Pools[s.What]
		st := Standing{Subscription: *s, At: max(now, s.From), Assigned: sharing[s.What]}
		st.Owned = p.Seats(s.Kind, st.At)
		if s.Kind == SingleUser {
			st.Assigned = len(p.Single)
			st.Uncovered = p.Single[min(st.Owned, len(p.Single)):]
			st.Over = len(st.Uncovered)
		}
		all = append(all, st)
	}
	return all
}

// short returns how many users would have no seat at the beginning of a new term: of the single-user seats, 0 when
// there are enough.
func (t *Team) short(now Instant, s Subscription) int {
	p := t.Pools[s.What]
	at := max(now, s.From)
	if p == nil || s.Kind != SingleUser || at >= s.Until {
		return 0
	}
	return max(len(p.Single)-p.Seats(SingleUser, at)-s.Seats, 0)
}
