package license

import "fmt"

// Ask is a user's request for a product that they may not open (R8.6).
type Ask struct {
	Caller
	Request string
	User    string
	Product string
	Reason  string
}

// WishNotice is what admins and the user are told of a request.
type WishNotice struct {
	Request string    `json:"request"`
	User    string    `json:"user"`
	Product string    `json:"product"`
	State   WishState `json:"state"`
	Reason  string    `json:"reason,omitempty"` // of who asked or, when it was declined, of who did that
	Rate    Tokens    `json:"rate,omitempty"`   // in thousandths, when it was asked for
	Terms
	Until Instant `json:"until,omitempty"`
}

// The kinds of notices about requests: the first to the admins, the second to the user.
const (
	NoticeAccessRequested = "access_requested"
	NoticeAccessDecided   = "access_decided"
)

// tell is the notice of what just became of a request. The number of its entry is part of the id: the ids of requests
// are free again some time after they were decided.
func (t *Team) tell(now Instant, w *Wish, kind, word string, n WishNotice) Notice {
	n.Request, n.User, n.Product, n.State, n.Terms, n.Until = w.ID, w.User, w.Product, w.State, w.Terms, w.Until
	return Notice{ID: fmt.Sprintf("request/%s/%s/%d", w.ID, word, t.Position), Kind: kind, At: now, Body: n}
}

// Ask notes the request and has the admins told. The same again gives the first answer. What the user may open already
// need not be asked for, and neither what is still being decided.
func (t *Team) Ask(now Instant, cat *Catalog, c Ask) (Wish, Effect, error) {
	if err := c.Reach.serves(c.Product); err != nil {
		return Wish{}, Effect{}, err
	}
	if w := t.wish(c.Request, now); w != nil {
		if w.User != c.User || w.Product != c.Product || w.Reason != c.Reason {
			return Wish{}, Effect{}, fail(ErrConflict, "the request id %q was used for another request", c.Request)
		}
		return *w, Effect{}, nil
	}
	rate, err := t.mayAsk(now, cat, c)
	if err != nil {
		return Wish{}, Effect{}, err
	}
	effect, err := t.change(now, c.Caller, &AccessRequested{c.Request, c.User, c.Product, c.Reason})
	if err != nil {
		return Wish{}, effect, err
	}
	w := t.Wishes[c.Request]
	effect.Notices = append(effect.Notices, t.tell(now, w, NoticeAccessRequested, "asked", WishNotice{Reason: w.Reason, Rate: rate}))
	return *w, effect, nil
}

// mayAsk returns the rate of what is asked for, or why it need not or cannot be.
func (t *Team) mayAsk(now Instant, cat *Catalog, c Ask) (Tokens, error) {
	u, err := t.member(c.User)
	if err != nil {
		return 0, err
	}
	p := cat.Product(c.Product)
	if p == nil || p.Retired {
		return 0, fail(ErrWhatUnknown, "there is no product %q in the catalogue that can be opened", c.Product)
	}
	for _, w := range t.Wishes {
		if w.State == WishOpen && w.User == u.ID && w.Product == p.Code {
			return 0, fail(ErrRequestOpen, "%s asked for %s before, and it is still open: %s", u.ID, p.Code, w.ID)
		}
	}
	if t.mayOpen(now, cat, p, u) {
		return 0, fail(ErrAllowed, "%s may open %s already", u.ID, p.Code)
	}
	rate, _ := p.RateAt(now)
	return rate, nil
}

// mayOpen reports whether a user has a right to a product, be there tokens and room for it now or not.
func (t *Team) mayOpen(now Instant, cat *Catalog, p *Product, u *User) bool {
	if t.covered(now, cat, p, u) {
		return true
	}
	_, code := t.mayPay(now, p, u)
	return code == ""
}

// covered reports whether a user needs no tokens for a product, R4.3 to R4.5.
func (t *Team) covered(now Instant, cat *Catalog, p *Product, u *User) bool {
	return (p.Kind != Metered || p.CoveredBySeat) && t.way(now, cat, p, u).code != ""
}

// Decide is an admin's decision on a request.
type Decide struct {
	Caller
	Request string
	Terms          // of an approval
	Reason  string // why it is declined
}

// Approve lets the user open the product, for good or on terms, and has them told. The same again gives the first
// answer.
func (t *Team) Approve(now Instant, cat *Catalog, c Decide) (Wish, Effect, error) {
	w := t.wish(c.Request, now)
	switch {
	case w == nil:
		return Wish{}, Effect{}, fail(ErrRequestUnknown, "there is no request %q", c.Request)
	case c.Days < 0 || c.Days > MaxWishDays || c.Passes < 0 || c.Passes > MaxWishPasses:
		return Wish{}, Effect{}, fail(ErrInvalid, "an approval lasts up to %d days and %d passes", MaxWishDays, MaxWishPasses)
	case w.State == WishApproved && w.Terms == c.Terms:
		return *w, Effect{}, nil
	case w.State != WishOpen:
		return Wish{}, Effect{}, decided(w)
	}
	if err := t.mayApprove(now, cat, w, c.Terms); err != nil {
		return Wish{}, Effect{}, err
	}
	body := &AccessApproved{Request: w.ID, Terms: c.Terms}
	if c.Days > 0 {
		body.Until = now + Instant(c.Days)*Day
	}
	effect, err := t.change(now, c.Caller, body)
	if err != nil {
		return Wish{}, effect, err
	}
	effect.Notices = append(effect.Notices, t.tell(now, w, NoticeAccessDecided, "approved", WishNotice{}))
	return *w, effect, nil
}

// mayApprove refuses an approval that could not have the effect that it promises.
func (t *Team) mayApprove(now Instant, cat *Catalog, w *Wish, terms Terms) error {
	p := cat.Product(w.Product)
	if p == nil || p.Retired {
		return fail(ErrWhatUnknown, "there is no product %q in the catalogue any more that can be opened", w.Product)
	}
	if p.Kind == Metered && terms.Passes > 0 {
		return fail(ErrInvalid, "%s is paid per result and has no passes: approve it for good or for days", p.Code)
	}
	if _, priced := p.RateAt(now); (!p.Flex || !priced) && !t.covered(now, cat, p, t.Users[w.User]) {
		return fail(ErrSeatNeeded, "tokens do not open %s: assign a seat of it to %s, then approve", p.Code, w.User)
	}
	return nil
}

func decided(w *Wish) error {
	return fail(ErrRequestDecided, "the request %q is %s already", w.ID, w.State)
}

// Decline refuses a request with a reason, or takes back what was approved and still holds, and has the user told. The
// same again gives the first answer.
func (t *Team) Decline(now Instant, c Decide) (Wish, Effect, error) {
	w := t.wish(c.Request, now)
	switch {
	case w == nil:
		return Wish{}, Effect{}, fail(ErrRequestUnknown, "there is no request %q", c.Request)
	case c.Reason == "":
		return Wish{}, Effect{}, fail(ErrInvalid, "a request is declined with a reason")
	case w.State == WishDeclined && w.Answer == c.Reason:
		return *w, Effect{}, nil
	case w.State != WishOpen && !w.Grants(now):
		return Wish{}, Effect{}, decided(w)
	}
	effect, err := t.change(now, c.Caller, &AccessDeclined{w.ID, c.Reason})
	if err != nil {
		return Wish{}, effect, err
	}
	effect.Notices = append(effect.Notices, t.tell(now, w, NoticeAccessDecided, "declined", WishNotice{Reason: c.Reason}))
	return *w, effect, nil
}

// WishAt returns a request that is remembered at an instant, or nil.
func (t *Team) WishAt(id string, now Instant) *Wish { return t.wish(id, now) }

// Within reports whether a request is there for a caller.
func (w *Wish) Within(r Reach) bool { return r.has(w.User, w.Product) }

// SpentSoFar is what was charged in the running day, week and month (R10.1).
type SpentSoFar struct{ Day, Week, Month Tokens }

// SpentBy returns what a user was charged for a product, or for all when it is empty, holds of jobs included.
func (t *Team) SpentBy(now Instant, user, product string) SpentSoFar {
	return t.spentSoFar(now, user, product, t.at(now))
}

func (t *Team) spentSoFar(now Instant, user, product string, o outlook) SpentSoFar {
	l := Limit{Scope: ScopeUserProduct}
	if product == "" {
		l.Scope = ScopeUser
	}
	in := func(p Period) Tokens {
		l.Period = p
		return t.spentIn(&l, user, product, now, o)
	}
	return SpentSoFar{in(PerDay), in(PerWeek), in(PerMonth)}
}

// LatestPass returns the latest pass of a user and product, while it is remembered.
func (t *Team) LatestPass(user, product string) (PassRef, bool) {
	p := t.latest(user, product)
	if p == nil {
		return PassRef{}, false
	}
	return p.Ref(), true
}
