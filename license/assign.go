package license

import (
	"fmt"
	"strings"
)

// SubscriptionAdded adds seats for a term.
type SubscriptionAdded struct {
	Subscription
}

// Kind implements Body.
func (*SubscriptionAdded) Kind() string { return "subscription_added" }

func (b *SubscriptionAdded) apply(t *Team, _ *Entry) error {
	if t.Subscriptions[b.ID] != nil {
		return fmt.Errorf("the subscription %q was added before", b.ID)
	}
	t.subscribe(b.Subscription)
	return nil
}

func (t *Team) subscribe(s Subscription) {
	t.Subscriptions[s.ID] = &s
	p := t.pool(s.What)
	p.Subscriptions = append(p.Subscriptions, &s)
}

// AddSubscription adds seats; the same again changes nothing. A term that begins with fewer single-user seats than are
// assigned is refused, unless it says that it may: then those who were assigned last are not covered.
func (t *Team) AddSubscription(now Instant, cat *Catalog, c Caller, s Subscription) (Effect, error) {
	if old := t.Subscriptions[s.ID]; old != nil {
		if old.ordered() != s {
			return Effect{}, fail(ErrConflict, "the subscription %q is another one", s.ID)
		}
		return Effect{}, nil
	}
	switch {
	case !cat.Sells(s.What):
		return Effect{}, fail(ErrWhatUnknown, "there is no product or collection %q in the catalogue", s.What)
	case s.Kind != SingleUser && s.Kind != MultiUser:
		return Effect{}, fail(ErrInvalid, "the kind %q is not single_user or multi_user", s.Kind)
	case s.Seats < 1 || s.Seats > 1_000_000 || s.From >= s.Until:
		return Effect{}, fail(ErrInvalid, "a subscription has 1 to 1000000 seats and ends after it begins")
	}
	if n := t.short(now, s); n > 0 && !s.OverAssign {
		return Effect{}, fail(ErrSeatsShort, "%d users who are assigned to %s would have no seat: %d more are needed, or to be told to assign more than there are",
			n, s.What, n)
	}
	return t.change(now, c, &SubscriptionAdded{s})
}

// Assigned gives a user a seat, the right to a floating seat, or Flex (R8.5).
type Assigned struct {
	User string   `json:"user"`
	What string   `json:"what"`
	Seat SeatKind `json:"seat,omitempty"` // empty for Flex
}

// Kind implements Body.
func (*Assigned) Kind() string { return "assigned" }

func (b *Assigned) apply(t *Team, _ *Entry) error {
	u, err := t.member(b.User)
	if err != nil {
		return err
	}
	return t.give(u, b.What, b.Seat, "")
}

// Assign gives a user what may be a product, a collection or Flex. Kind may be empty: a single-user seat
// when there is one, else a floating one. Whoever has it already gets no second (R8.3).
func (t *Team) Assign(now Instant, cat *Catalog, c Caller, user, what string, kind SeatKind) (Effect, error) {
	u, err := t.member(user)
	if err != nil {
		return Effect{}, err
	}
	if what != FlexCode && !cat.Sells(what) {
		return Effect{}, fail(ErrWhatUnknown, "there is no product or collection %q in the catalogue", what)
	}
	a := u.assignment(what)
	from := u.source(what)
	switch {
	case a != nil && kind != "" && kind != a.Kind:
		return Effect{}, fail(ErrSeatsShort, "%s has a %s seat of %s: take it away first", user, a.Kind, what)
	case from != nil && from.Direct():
		return Effect{}, nil
	case what == FlexCode:
		return t.change(now, c, &Assigned{User: user, What: what})
	case a != nil: // what a group gave is now theirs as well
		return t.change(now, c, &Assigned{User: user, What: what, Seat: a.Kind})
	}
	seats := t.freeSeats(now, what, kind)
	if kind = seats.take(); kind == "" {
		return Effect{}, seats.short(what, 1)
	}
	return t.change(now, c, &Assigned{User: user, What: what, Seat: kind})
}

// Unassigned takes away what was assigned directly; seats that no group gives become free at once.
type Unassigned struct {
	User string `json:"user"`
	What string `json:"what"`
}

// Kind implements Body.
func (*Unassigned) Kind() string { return "unassigned" }

func (b *Unassigned) apply(t *Team, _ *Entry) error {
	u := t.Users[b.User]
	if u == nil {
		return fmt.Errorf("user %q is unknown", b.User)
	}
	t.takeBack([]*User{u}, b.What, "")
	return nil
}

// Unassign takes away; what was never assigned stays so. What groups give stays as long as they give it, so it is an
// error to take away what only they gave.
func (t *Team) Unassign(now Instant, c Caller, user, what string) (Effect, error) {
	u, err := t.member(user)
	if err != nil {
		return Effect{}, err
	}
	from := u.source(what)
	switch {
	case from == nil:
		return Effect{}, nil
	case !from.Direct():
		return Effect{}, fail(ErrGroupGives, "%s has %s from %s: take it from there, or %s out of it", user, what, groupNames(from.Groups), user)
	}
	return t.change(now, c, &Unassigned{user, what})
}

// groupNames lists groups for people to read.
func groupNames(ids []string) string {
	if len(ids) == 1 {
		return "the group " + ids[0]
	}
	return "the groups " + strings.Join(ids, ", ")
}
