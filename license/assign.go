package license

import (
	"fmt"
	"slices"
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

// AddSubscription adds seats; the same again changes nothing.
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
	u := t.Users[b.User]
	if u == nil || !u.Active || (b.What != FlexCode && u.assignment(b.What) != nil) {
		return fmt.Errorf("%q cannot be assigned to %q", b.What, b.User)
	}
	if b.What == FlexCode {
		u.Flex = true
		return nil
	}
	u.Assigned = append(u.Assigned, Assignment{b.What, b.Seat})
	if b.Seat == SingleUser {
		p := t.pool(b.What)
		p.Single = append(p.Single, b.User)
	}
	return nil
}

// Assign gives a user what may be a product, a collection or Flex. Kind may be empty: a single-user seat
// when there is one, else a floating one. Whoever has it already gets no second (R8.3).
func (t *Team) Assign(now Instant, cat *Catalog, c Caller, user, what string, kind SeatKind) (Effect, error) {
	u, err := t.member(user)
	if err != nil {
		return Effect{}, err
	}
	if what == FlexCode {
		if u.Flex {
			return Effect{}, nil
		}
		return t.change(now, c, &Assigned{User: user, What: what})
	}
	if !cat.Sells(what) {
		return Effect{}, fail(ErrWhatUnknown, "there is no product or collection %q in the catalogue", what)
	}
	if a := u.assignment(what); a != nil && (kind == "" || kind == a.Kind) {
		return Effect{}, nil
	} else if a != nil {
		return Effect{}, fail(ErrSeatsShort, "%s has a %s seat of %s: take it away first", user, a.Kind, what)
	}
	kind, err = t.seatKind(now, what, kind)
	if err != nil {
		return Effect{}, err
	}
	return t.change(now, c, &Assigned{User: user, What: what, Seat: kind})
}

// seatKind finds a seat to assign, or says how many there are.
func (t *Team) seatKind(now Instant, what string, kind SeatKind) (SeatKind, error) {
	p := t.Pools[what]
	if p == nil {
		p = &Pool{}
	}
	single, floating := p.room(SingleUser, now), p.room(MultiUser, now)
	switch {
	case kind != MultiUser && len(p.Single) < single:
		return SingleUser, nil
	case kind != SingleUser && floating > 0:
		return MultiUser, nil
	}
	return "", fail(ErrSeatsShort, "all %d seats of %s are assigned: 1 more is needed", single, what)
}

// Unassigned takes away what was assigned; seats become free at once.
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
	t.unassign(u, b.What)
	return nil
}

func (t *Team) unassign(u *User, what string) {
	if what == FlexCode {
		u.Flex = false
		return
	}
	is := func(a Assignment) bool { return a.What == what }
	u.Assigned = slices.DeleteFunc(u.Assigned, is)
	if p := t.Pools[what]; p != nil {
		p.Single = slices.DeleteFunc(p.Single, func(id string) bool { return id == u.ID })
	}
}

// Unassign takes away; what was never assigned stays so.
func (t *Team) Unassign(now Instant, c Caller, user, what string) (Effect, error) {
	u, err := t.member(user)
	if err != nil {
		return Effect{}, err
	}
	if (what == FlexCode && !u.Flex) || (what != FlexCode && u.assignment(what) == nil) {
		return Effect{}, nil
	}
	return t.change(now, c, &Unassigned{user, what})
}
