package license

import "fmt"

// Outcome says whether a user may.
type Outcome string

// The outcomes.
const (
	Granted Outcome = "granted"
	Refused Outcome = "refused"
)

// Source says what pays for a pass.
type Source string

// The sources.
const (
	SourceFree   Source = "free"
	SourceSeat   Source = "seat"
	SourceTrial  Source = "trial"
	SourceTokens Source = "tokens"
)

// Code is the reason of an answer; each is one line of R4.
type Code string

// The codes of grants.
const (
	CodeFree          Code = "free"
	CodeSeat          Code = "seat"
	CodeFloatingSeat  Code = "floating_seat"
	CodeTrial         Code = "trial"
	CodePassLive      Code = "pass_live"
	CodeTokensCharged Code = "tokens_charged"
	CodeTokensHeld    Code = "tokens_held" // of jobs (R7.2)
)

// The codes of refusals, in the order in which they are looked for (R4).
const (
	CodeProductUnknown     Code = "product_unknown"
	CodeProductRetired     Code = "product_retired"
	CodeVersionUnsupported Code = "version_unsupported"
	CodeUserUnknown        Code = "user_unknown"
	CodeUserInactive       Code = "user_inactive"
	CodeTeamSuspended      Code = "team_suspended"
	CodeFlexNotAssigned    Code = "flex_not_assigned"
	CodeProductNotInFlex   Code = "product_not_in_flex"
	CodeProductExcluded    Code = "product_excluded"
	CodeLimitReached       Code = "limit_reached"
	CodeTokensInsufficient Code = "tokens_insufficient"
	CodeDevicesExceeded    Code = "devices_exceeded"
	CodeIdle               Code = "idle" // a renewal of a session that nobody uses (R5.5)
)

// Grant is the answer to the question of R4: granted, or refused with a code.
type Grant struct {
	Session string  `json:"session"`
	Outcome Outcome `json:"outcome"`
	Code    Code    `json:"code"`
	Source  Source  `json:"source,omitempty"`
	// Pass and LeaseUntil are set when granted. Charge is what was charged by this very answer.
	Pass       PassRef `json:"pass,omitzero"`
	Charge     *Charge `json:"charge,omitempty"`
	LeaseUntil Instant `json:"lease_until,omitempty"`
	// At is the instant of the decision, the start of its lease.
	At Instant `json:"at"`
	// Needed and Available are set with CodeTokensInsufficient.
	Needed    Tokens `json:"needed,omitempty"`
	Available Tokens `json:"available,omitempty"`
	// Limit is set with CodeLimitReached.
	Limit *Limit `json:"limit,omitempty"`
	// Limits are those that bounded the charge, or would have: how far each is used now. Of a repetition they are
	// today's, like the balance.
	Limits []LimitState `json:"limits,omitempty"`
	// Replayed says that this is the first answer to a request that was made before (R14.3).
	Replayed bool `json:"-"`
}

// question is what R4 is asked.
type question struct {
	session *Session // the running session that renews, or nil
	user    string
	product string
	version string
	device  string
}

// verdict is the answer of R4 and what it will do: a refusal nothing, a grant with join only the noting of
// the session, any other grant a new pass.
type verdict struct {
	// user and product are those of an opening, but the team's and the catalogue's own strings: what is kept holds on
	// to nothing of the request.
	user     string
	product  string
	refusal  Code
	limit    *Limit
	limits   []LimitState // that bound what it takes
	access   string       // the approval that lets tokens pay
	needed   Tokens
	has      Tokens
	way      way
	join     *Pass
	rate     Tokens
	draws    []Draw
	versions []string
}

// way is how a user is covered without tokens; the zero way is not at all.
type way struct {
	code       Code
	source     Source
	floating   string  // the pool
	leaseUntil Instant // 0: with the pass
}

func refuse(c Code) verdict { return verdict{refusal: c} }

// decide answers the question of R4 for a daily or free product. It changes nothing.
func (t *Team) decide(now Instant, cat *Catalog, q question, o outlook) verdict {
	p := cat.Product(q.product)
	u, code := t.admit(p, q)
	if code != "" {
		return refuse(code)
	}
	live := t.live(q.user, q.product, now)
	v := t.cover(now, cat, p, u, live, q, o)
	v.user, v.product, v.versions = u.ID, p.Code, p.Openable()
	inside := live != nil && q.session != nil && q.session.Pass == live.Seq
	if v.refusal == "" && !inside && t.devicesExceeded(live, q.device) {
		return refuse(CodeDevicesExceeded)
	}
	return v
}

// admit is R4.1 and R4.2.
func (t *Team) admit(p *Product, q question) (*User, Code) {
	u := t.Users[q.user]
	switch {
	case p == nil:
		return nil, CodeProductUnknown
	case p.Retired:
		return nil, CodeProductRetired
	case p.Kind != Metered && !p.supports(q.version):
		return nil, CodeVersionUnsupported
	case u == nil:
		return nil, CodeUserUnknown
	case !u.Active:
		return nil, CodeUserInactive
	case t.Suspended:
		return nil, CodeTeamSuspended
	}
	return u, ""
}

// cover is R4.3 to R4.8.
func (t *Team) cover(now Instant, cat *Catalog, p *Product, u *User, live *Pass, q question, o outlook) verdict {
	w := t.way(now, cat, p, u)
	if live != nil && t.holds(live, now, cat, p, u) {
		if w.code == "" {
			w = way{code: CodePassLive, source: live.Source}
		}
		w.leaseUntil = t.leaseIn(live, now, cat, p, u)
		return verdict{way: w, join: live}
	}
	if live != nil && q.session != nil && q.session.Pass == live.Seq {
		// A running session keeps its pass to the end, even when its reason is gone (R5.9); its lease
		// no longer outlives the pass (R6.5).
		return verdict{way: way{code: CodePassLive, source: live.Source, leaseUntil: live.Until}, join: live}
	}
	if w.code != "" {
		return verdict{way: w}
	}
	v := t.flex(now, p, u, o)
	v.way = way{code: CodeTokensCharged, source: SourceTokens}
	return v
}

// way finds what covers the user without tokens: R4.3, R4.4, R4.5, in this order.
func (t *Team) way(now Instant, cat *Catalog, p *Product, u *User) way {
	if p.Kind == Free {
		return way{code: CodeFree, source: SourceFree}
	}
	if until := t.seatUntil(now, cat, p, u); until > now {
		return way{code: CodeSeat, source: SourceSeat, leaseUntil: min(now+SeatLease, until)}
	}
	if what := t.floatingOf(now, cat, p, u); what != "" {
		return way{code: CodeFloatingSeat, source: SourceSeat, floating: what}
	}
	if until := u.Trials[p.Code]; now < until {
		return way{code: CodeTrial, source: SourceTrial, leaseUntil: min(now+PassLength, until)}
	}
	return way{}
}

// floatingOf returns the first pool with a floating seat for u and p, or "".
func (t *Team) floatingOf(now Instant, cat *Catalog, p *Product, u *User) string {
	for _, a := range u.Assigned {
		if a.Kind == MultiUser && cat.Covers(a.What, p.Code) && t.Pools[a.What].floatingFor(u.ID, now) {
			return a.What
		}
	}
	return ""
}

// holds reports whether a live pass still covers openings: one that tokens paid for always does (R4.6), any
// other as long as its reason lasts.
func (t *Team) holds(live *Pass, now Instant, cat *Catalog, p *Product, u *User) bool {
	switch {
	case live.Source == SourceTokens:
		return true
	case live.Source == SourceFree:
		return p.Kind == Free
	case live.Source == SourceTrial:
		return now < u.Trials[p.Code]
	case live.Floating != "":
		a := u.assignment(live.Floating)
		return a != nil && a.Kind == MultiUser && cat.Covers(live.Floating, p.Code) &&
			t.Pools[live.Floating].floatingFor(u.ID, now)
	default:
		return t.seatUntil(now, cat, p, u) > now
	}
}

// leaseIn returns the end of a lease inside a live pass that holds: by what pays for the pass, and by today's
// terms, so that a prolonged one prolongs the lease (R6.3).
func (t *Team) leaseIn(live *Pass, now Instant, cat *Catalog, p *Product, u *User) Instant {
	switch {
	case live.Source == SourceTrial:
		return min(live.Until, u.Trials[p.Code])
	case live.Source == SourceSeat && live.Floating == "":
		return min(live.From+SeatLease, t.seatUntil(now, cat, p, u))
	}
	return live.Until
}

// flex is R4.7 and R4.8: whether tokens may pay, and from which packs.
func (t *Team) flex(now Instant, p *Product, u *User, o outlook) verdict {
	rate, code := t.mayPay(now, p, u)
	if code != "" {
		return refuse(code)
	}
	v := t.pay(now, u, p.Code, rate, o)
	v.access = t.approvedFor(now, u, p.Code)
	return v
}

// mayPay returns the rate in force, or why tokens may not pay for this user and product.
func (t *Team) mayPay(now Instant, p *Product, u *User) (Tokens, Code) {
	rate, priced := p.RateAt(now)
	allowed := t.opensByFlex(u, p.Code) || t.approval(now, u.ID, p.Code) != nil // R8.6
	switch {
	case !u.Flex && !allowed:
		return rate, CodeFlexNotAssigned
	case !p.Flex || !priced:
		return rate, CodeProductNotInFlex
	case !allowed:
		return rate, CodeProductExcluded
	}
	return rate, ""
}

// pay finds the draws for an amount, within the limits (R8.7) and whole or not at all (R3.4).
func (t *Team) pay(now Instant, u *User, product string, need Tokens, o outlook) verdict {
	limits, full := t.limitsOn(u, product, need, now, o)
	if full != nil {
		return verdict{refusal: CodeLimitReached, limit: full, limits: limits}
	}
	draws, ok := draw(o.packs, now, need)
	if !ok {
		return verdict{refusal: CodeTokensInsufficient, needed: need, has: available(o.packs, now)}
	}
	return verdict{rate: need, draws: draws, limits: limits}
}

// devicesExceeded is R4.10.
func (t *Team) devicesExceeded(live *Pass, device string) bool {
	if t.Settings.Devices == 0 || device == "" || live == nil {
		return false
	}
	return live.device(device) < 0 && len(live.devices) >= t.Settings.Devices
}

// Error is a command that cannot be carried out, with a stable code. Nothing has changed.
type Error struct {
	Code    string
	Message string
}

func (e *Error) Error() string { return e.Message }

func fail(code, format string, args ...any) error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// The codes of errors.
const (
	ErrConflict        = "idempotency_conflict" // the same id or key with another request (R14.3)
	ErrKindMismatch    = "kind_mismatch"        // a metered product opened, or a daily one started as a job
	ErrSessionUnknown  = "session_unknown"
	ErrSessionClosed   = "session_closed"
	ErrJobUnknown      = "job_unknown"
	ErrJobEnded        = "job_ended"
	ErrHoldExpired     = "hold_expired"
	ErrUserUnknown     = "user_unknown"
	ErrUserExists      = "user_exists"
	ErrLastPrimary     = "last_primary_admin" // a team is never without one (R8.1)
	ErrNotSecondary    = "not_secondary_admin"
	ErrForbidden       = "forbidden"         // the caller is not one who may (R8.1)
	ErrNotBound        = "product_forbidden" // the key is bound to other products
	ErrWhatUnknown     = "what_unknown"      // neither product, collection nor flex
	ErrSeatsShort      = "seats_short"       // R8.3
	ErrNotAssigned     = "not_assigned"
	ErrAssigned        = "already_assigned"
	ErrGroupUnknown    = "group_unknown"
	ErrGroupGives      = "group_gives" // R8.8: to be taken away where it was given
	ErrPackUnknown     = "pack_unknown"
	ErrWithdrawTooMuch = "withdraw_too_much" // R3.8
	ErrRequestUnknown  = "request_unknown"
	ErrRequestOpen     = "request_open"    // one for the same user and product is still to be decided (R8.6)
	ErrRequestDecided  = "request_decided" // otherwise than it is decided now
	ErrAllowed         = "already_allowed" // nobody has to be asked
	ErrSeatNeeded      = "seat_needed"     // tokens cannot do it
	ErrInvalid         = "body_invalid"

	ErrSubscriptionUnknown = "subscription_unknown"
	ErrTradeTokens         = "trade_in_tokens" // there is none (R8.10)
	ErrTradeRefused        = "trade_in_refused"
	ErrSeatsInUse          = "seats_in_use" // more than would be left
)
