package license

import (
	"cmp"
	"fmt"
)

// WishState is where a user's request for access is (R8.6).
type WishState string

// The states of requests.
const (
	WishOpen     WishState = "open"
	WishApproved WishState = "approved"
	WishDeclined WishState = "declined" // or approved first and taken back
	WishLapsed   WishState = "lapsed"   // the user was removed
)

// Wish is a user's request for a product that they may not open, and what became of it (R8.6). While it is approved,
// tokens may open the product for this user as if they were assigned to Flex and it were on their list.
type Wish struct {
	ID      string    `json:"id"`
	User    string    `json:"user"`
	Product string    `json:"product"`
	Reason  string    `json:"reason,omitempty"` // why they want it
	By      string    `json:"by"`               // who asked
	At      Instant   `json:"at"`
	State   WishState `json:"state"`
	// DecidedBy and DecidedAt are of the last decision; Answer is why it was declined.
	DecidedBy string  `json:"decided_by,omitempty"`
	DecidedAt Instant `json:"decided_at,omitempty"`
	Answer    string  `json:"answer,omitempty"`
	Terms
	Until Instant `json:"until,omitempty"` // from the days; 0: no end
	Used  int     `json:"used,omitempty"`  // passes that began because of it and were not given back
}

// Terms are how long an approval lasts: its days, its passes, or whichever ends first. The zero value is for good.
type Terms struct {
	Days   int `json:"days,omitempty"`   // of 24 hours, from the approval on
	Passes int `json:"passes,omitempty"` // that tokens pay for
}

// Bounds of an approval's terms.
const (
	MaxWishDays   = 3650
	MaxWishPasses = 10_000
)

// Grants reports whether tokens may open the product because of it. Its end needs no record (R1.4).
func (w *Wish) Grants(now Instant) bool {
	return w.State == WishApproved && (w.Until == 0 || now < w.Until) && (w.Passes == 0 || w.Used < w.Passes)
}

// over reports whether nothing can come of it any more and it was decided so long ago that it need not be remembered.
func (w *Wish) over(now Instant) bool {
	return w.State != WishOpen && !w.Grants(now) && now >= max(w.DecidedAt, w.Until)+Retention
}

// wish returns a request that is remembered at an instant (R14.3), or nil.
func (t *Team) wish(id string, at Instant) *Wish {
	w := t.Wishes[id]
	if w == nil || w.over(at) {
		return nil
	}
	return w
}

// approval returns what lets tokens open a product for a user to whom Flex does not open it, or nil.
func (t *Team) approval(now Instant, user, product string) *Wish {
	if len(t.approved) == 0 {
		return nil
	}
	w := t.approved[useKey{user, product}]
	if w == nil || !w.Grants(now) {
		return nil
	}
	return w
}

// opensByFlex reports whether a user may open a product by tokens without anyone's approval.
func (t *Team) opensByFlex(u *User, product string) bool {
	return u.Flex && t.FlexOf(u).allows(product)
}

// approvedFor names the approval without which tokens could not open a product for a user; empty: there is none, or
// none is needed.
func (t *Team) approvedFor(now Instant, u *User, product string) string {
	if t.opensByFlex(u, product) {
		return ""
	}
	if w := t.approval(now, u.ID, product); w != nil {
		return w.ID
	}
	return ""
}

// indexWishes finds the approvals again: of one user and product the last one counts.
func (t *Team) indexWishes() {
	for _, w := range t.Wishes {
		if w.State != WishApproved {
			continue
		}
		key := useKey{w.User, w.Product}
		if old := t.approved[key]; old == nil || cmp.Or(cmp.Compare(old.DecidedAt, w.DecidedAt), cmp.Compare(old.ID, w.ID)) < 0 {
			t.approved[key] = w
		}
	}
}

// AccessRequested notes that a user wants to open a product (R8.6).
type AccessRequested struct {
	Request string `json:"request"`
	User    string `json:"user"`
	Product string `json:"product"`
	Reason  string `json:"reason,omitempty"`
}

// Kind implements Body.
func (*AccessRequested) Kind() string { return "access_requested" }

func (b *AccessRequested) apply(t *Team, e *Entry) error {
	if t.wish(b.Request, e.At) != nil {
		return fmt.Errorf("the request %q was made before", b.Request)
	}
	if _, err := t.member(b.User); err != nil {
		return err
	}
	if old := t.Wishes[b.Request]; old != nil {
		t.forgetWish(old) // its id is free, and today's first entry came before
	}
	t.Wishes[b.Request] = &Wish{ID: b.Request, User: b.User, Product: b.Product, Reason: b.Reason, By: e.By, At: e.At, State: WishOpen}
	return nil
}

// AccessApproved lets a user open the product that they asked for.
type AccessApproved struct {
	Request string `json:"request"`
	Terms
	Until Instant `json:"until,omitempty"`
}

// Kind implements Body.
func (*AccessApproved) Kind() string { return "access_approved" }

func (b *AccessApproved) apply(t *Team, e *Entry) error {
	w := t.Wishes[b.Request]
	if w == nil || w.State != WishOpen {
		return fmt.Errorf("the request %q is not open", b.Request)
	}
	w.State, w.DecidedBy, w.DecidedAt, w.Terms, w.Until = WishApproved, e.By, e.At, b.Terms, b.Until
	key := useKey{w.User, w.Product}
	if old := t.approved[key]; old != nil {
		old.endAt(e.At)
	}
	t.approved[key] = w
	return nil
}

// AccessDeclined refuses a request, or takes an approval back: passes that are live run to their end.
type AccessDeclined struct {
	Request string `json:"request"`
	Reason  string `json:"reason"`
}

// Kind implements Body.
func (*AccessDeclined) Kind() string { return "access_declined" }

func (b *AccessDeclined) apply(t *Team, e *Entry) error {
	w := t.Wishes[b.Request]
	if w == nil || w.State != WishOpen && w.State != WishApproved {
		return fmt.Errorf("the request %q cannot be declined any more", b.Request)
	}
	t.endWish(w, WishDeclined, e)
	w.Answer = b.Reason
	return nil
}

// forgetWish drops a request of which nothing can come any more.
func (t *Team) forgetWish(w *Wish) {
	delete(t.Wishes, w.ID)
	t.unlist(w)
}

// unlist takes a request off the index of approvals, if it is there.
func (t *Team) unlist(w *Wish) {
	if key := (useKey{w.User, w.Product}); t.approved[key] == w {
		delete(t.approved, key)
	}
}

// endWish ends a request or an approval.
func (t *Team) endWish(w *Wish, state WishState, e *Entry) {
	w.State, w.DecidedBy, w.DecidedAt, w.Terms, w.Until, w.Used = state, e.By, e.At, Terms{}, 0, 0
	t.unlist(w)
}

// endAt ends an approval whose passes are used up: one that comes back does not open it again.
func (w *Wish) endAt(at Instant) {
	if w.Until == 0 || w.Until > at {
		w.Until = at
	}
}

// lapse ends the requests and approvals of a user who leaves.
func (t *Team) lapse(user string, e *Entry) {
	for _, w := range t.Wishes {
		switch {
		case w.User != user:
		case w.State == WishOpen || w.Grants(e.At):
			t.endWish(w, WishLapsed, e)
		case w.State == WishApproved:
			w.endAt(e.At)
		}
	}
}

// countWish counts a pass that began because of an approval, or one that was given back. An approval that was taken back
// in between counts nothing any more.
func (t *Team) countWish(id string, n int) {
	if id == "" {
		return
	}
	if w := t.Wishes[id]; w != nil && w.State == WishApproved {
		w.Used += n
	}
}

// checkWishes looks whether requests are of users, and the index of approvals is what the requests say.
func (t *Team) checkWishes() error {
	for id, w := range t.Wishes {
		if t.Users[w.User] == nil || w.Used < 0 || w.ID != id {
			return fmt.Errorf("the request %s is of nobody, or misused (R8.6)", id)
		}
		if w.Grants(t.Last) && t.approved[useKey{w.User, w.Product}] != w {
			return fmt.Errorf("the request %s grants what is not found (R8.6)", id)
		}
	}
	for key, w := range t.approved {
		if w.State != WishApproved || t.Wishes[w.ID] != w || (useKey{w.User, w.Product}) != key {
			return fmt.Errorf("the request %s is taken for approved (R8.6)", w.ID)
		}
	}
	return nil
}
