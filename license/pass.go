package license

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Pass is the time in which one user may use one product, however it is paid (R5.1): [From, Until), 24
// hours unless a short launch or a later decision ended it.
type Pass struct {
	// Seq is the number of the entry that opened it; its id is made of it.
	Seq        int64   `json:"seq"`
	User       string  `json:"user"`
	Product    string  `json:"product"`
	Source     Source  `json:"source"`
	Floating   string  `json:"floating,omitempty"` // the pool whose floating seat pays
	From       Instant `json:"from"`
	Until      Instant `json:"until"`
	LeaseUntil Instant `json:"lease_until"`
	Charge     *Charge `json:"charge,omitempty"`
	// Access is the approval without which tokens could not have opened it (R8.6); Groups are those of the user then,
	// whose limits it counts for (R8.7).
	Access string   `json:"access,omitempty"`
	Groups []string `json:"groups,omitempty"`

	open    []*Session   // not closed; those of an ended pass stay until they renew or close
	only    [1]*Session  // where open is as long as it is one: most passes have no other
	devices []usedDevice // those in use, the unnamed one left out (R4.10)
	afloat  *afloat      // where its floating seat is counted; nil: it has none
}

// Charge is tokens taken for one pass or one job (R3.4).
type Charge struct {
	ID     ChargeID `json:"id"`
	Tokens Tokens   `json:"tokens"`
	Draws  []Draw   `json:"draws"`
}

// ChargeID names a charge, by the number of the entry that made it. As a text it is charge- and the number; a team has
// many in memory, so it is not kept as one.
type ChargeID int64

const chargePrefix = "charge-"

// String returns the id as it is written everywhere.
func (id ChargeID) String() string { return numbered(chargePrefix, int64(id)) }

// MarshalText implements encoding.TextMarshaler.
func (id ChargeID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It takes what String returns and nothing else.
func (id *ChargeID) UnmarshalText(text []byte) error {
	number, _ := strings.CutPrefix(string(text), chargePrefix)
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil || ChargeID(seq).String() != string(text) {
		return fmt.Errorf("%q is no id of a charge", text)
	}
	*id = ChargeID(seq)
	return nil
}

// PassRef names a pass in an answer.
type PassRef struct {
	ID    string  `json:"id"`
	From  Instant `json:"from"`
	Until Instant `json:"until"`
}

// Ref returns the pass's name and time.
func (p *Pass) Ref() PassRef { return PassRef{passID(p.Seq), p.From, p.Until} }

// chargeOf is a charge that an entry makes. Most are drawn from one pack, and then it is one piece of memory.
func chargeOf(seq int64, tokens Tokens, draws []Draw) *Charge {
	c := &struct {
		Charge
		only [1]Draw
	}{Charge: Charge{ChargeID(seq), tokens, draws}}
	if len(draws) == 1 {
		c.Draws = append(c.only[:0], draws[0])
	}
	return &c.Charge
}

func passID(seq int64) string { return numbered("pass-", seq) }

func numbered(what string, seq int64) string {
	var space [32]byte
	return string(strconv.AppendInt(append(space[:0], what...), seq, 10))
}

func (p *Pass) join(s *Session) {
	if p.open == nil {
		p.open = p.only[:0]
	}
	p.open = append(p.open, s)
	if s.Device == "" {
		return
	}
	if i := p.device(s.Device); i >= 0 {
		p.devices[i].open++
		return
	}
	p.devices = append(p.devices, usedDevice{s.Device, 1})
}

// usedDevice is a device with open sessions. They are a list, because there are three at most as a rule, and a map for
// each pass of a large team takes a good part of its memory.
type usedDevice struct {
	name string
	open int
}

// device is the place of a device in the list, or -1.
func (p *Pass) device(name string) int {
	return slices.IndexFunc(p.devices, func(d usedDevice) bool { return d.name == name })
}

func (p *Pass) leave(s *Session) {
	if s.Pass != p.Seq {
		return
	}
	i := slices.Index(p.open, s)
	if i < 0 {
		return
	}
	p.open = slices.Delete(p.open, i, i+1)
	if len(p.open) == 0 && p.afloat != nil {
		p.afloat.release(p)
	}
	if i := p.device(s.Device); i >= 0 {
		if p.devices[i].open--; p.devices[i].open == 0 {
			p.devices = slices.Delete(p.devices, i, i+1)
		}
	}
}

type useKey struct{ user, product string }

// Use is one user's use of one product: the latest pass, and the short launches given back lately.
type Use struct {
	Pass      *Pass     `json:"pass"` // nil: none is remembered
	Reversals []Instant `json:"reversals,omitempty"`

	spent amounts // of the running periods
}

// use finds a user's use of a product, and begins it the first time.
func (t *Team) use(user, product string) *Use {
	key := useKey{user, product}
	u := t.uses[key]
	if u == nil {
		u = &Use{}
		t.uses[key] = u
	}
	return u
}

// latest returns the latest pass of this user and product, live or over, or nil.
func (t *Team) latest(user, product string) *Pass {
	if u := t.uses[useKey{user, product}]; u != nil {
		return u.Pass
	}
	return nil
}

// recent counts the reversals of the last 24 hours (R5.6).
func (u *Use) recent(now Instant) (n int) {
	for _, at := range u.Reversals {
		if at > now-Day {
			n++
		}
	}
	return n
}

// Session is one running copy of a product on one device (R6).
type Session struct {
	ID      string `json:"id"`
	User    string `json:"user"`
	Product string `json:"product"`
	Version string `json:"version,omitempty"`
	Device  string `json:"device,omitempty"`
	// First is the answer to its opening, which every repetition gets again (R6.1).
	First First `json:"first"`
	// Pass is the pass it is in, by number; Until is when that pass ends or ended.
	Pass  int64   `json:"pass"`
	Until Instant `json:"until"`
	// Closed is when it was closed; 0 while it is open. Reversed is what its closing gave back.
	Closed   Instant `json:"closed,omitempty"`
	Reversed Tokens  `json:"reversed,omitempty"`
}

// First is the answer to a session's opening, without what the session or its pass's number tells.
type First struct {
	At         Instant `json:"at"`
	Code       Code    `json:"code"`
	Source     Source  `json:"source"`
	Pass       int64   `json:"pass"`
	From       Instant `json:"from"`
	Until      Instant `json:"until"`
	LeaseUntil Instant `json:"lease_until"`
	Charge     *Charge `json:"charge,omitempty"`
}

// grant is the answer to the session's opening.
func (s *Session) grant() Grant {
	f := s.First
	return Grant{Session: s.ID, Outcome: Granted, Code: f.Code, Source: f.Source,
		Pass: PassRef{passID(f.Pass), f.From, f.Until}, Charge: f.Charge, At: f.At, LeaseUntil: f.LeaseUntil}
}

// Session returns a session that is remembered, or nil. It must not be changed, nor kept: of one that ended long ago it
// is a copy.
func (t *Team) Session(id string) *Session { return t.sessions.get(id) }

// session returns a session that is remembered at an instant (R14.3), or nil. Who changes it wakes it before.
func (t *Team) session(id string, at Instant) *Session {
	s := t.sessions.get(id)
	if s == nil || s.over(at) {
		return nil
	}
	return s
}

// live returns the pass of this user and product that covers now, or nil.
func (t *Team) live(user, product string, now Instant) *Pass {
	p := t.latest(user, product)
	if p == nil || now >= p.Until {
		return nil
	}
	return p
}

// PassOpened is the entry of a new pass, for a session that opens or renews. It is the most frequent
// entry, so it holds what was decided and nothing that follows from it.
type PassOpened struct {
	Session    string   `json:"session"`
	User       string   `json:"user"`
	Product    string   `json:"product"`
	Version    string   `json:"version,omitempty"`
	Device     string   `json:"device,omitempty"`
	Renewal    bool     `json:"renewal,omitempty"`
	Code       Code     `json:"code"`
	Source     Source   `json:"source"`
	Floating   string   `json:"floating,omitempty"`
	Until      Instant  `json:"until"`
	LeaseUntil Instant  `json:"lease_until"`
	Versions   []string `json:"versions,omitempty"` // that the catalogue allowed
	Rate       Tokens   `json:"rate,omitempty"`     // that was in force, for tokens
	Draws      []Draw   `json:"draws,omitempty"`
	Access     string   `json:"access,omitempty"` // the approval that let tokens pay (R8.6)

	charge *Charge // what it will make of itself, when it was just decided
}

// Kind implements Body.
func (*PassOpened) Kind() string { return "pass_opened" }

func (b *PassOpened) apply(t *Team, e *Entry) error {
	u := t.use(b.User, b.Product)
	pass := &Pass{Seq: t.Position, User: b.User, Product: b.Product, Source: b.Source, Floating: b.Floating,
		From: e.At, Until: b.Until, LeaseUntil: b.LeaseUntil}
	if err := b.supersede(u.Pass, e.At); err != nil {
		return err
	}
	if b.Source == SourceTokens {
		if sum(b.Draws) != b.Rate {
			return fmt.Errorf("draws of %d for a charge of %d (R3.4)", sum(b.Draws), b.Rate)
		}
		if pass.Charge = b.charge; pass.Charge == nil {
			pass.Charge = chargeOf(t.Position, b.Rate, b.Draws)
		}
		if err := t.purse().shift(b.Draws, left, drawn); err != nil {
			return err
		}
		pass.Access, pass.Groups = b.Access, t.groupsOf(b.User)
		t.countWish(b.Access, 1)
		t.spend(u, b.User, b.Product, pass.Groups, b.Rate, e.At)
	}
	if u.Pass == nil {
		t.leaving.keepPass(useKey{b.User, b.Product}, pass, t.Last)
	}
	u.Pass = pass
	t.enter(b, pass, e.At)
	if b.Floating != "" {
		t.pool(b.Floating).float(pass)
	}
	return nil
}

// supersede ends a live pass whose reason is gone, so that passes never overlap (R5.1). One that tokens
// paid for is never cut short.
func (b *PassOpened) supersede(old *Pass, at Instant) error {
	if old == nil || at >= old.Until {
		return nil
	}
	if old.Source == SourceTokens {
		return fmt.Errorf("it overlaps %s, which tokens paid for until %d (R5.1)", passID(old.Seq), old.Until)
	}
	old.end(at)
	return nil
}

// enter puts the session into the pass.
func (t *Team) enter(b *PassOpened, pass *Pass, at Instant) {
	s := t.session(b.Session, at)
	if s == nil {
		s = &Session{ID: b.Session, User: b.User, Product: b.Product, Version: b.Version, Device: b.Device,
			First: First{At: at, Code: b.Code, Source: b.Source, Pass: pass.Seq, From: pass.From, Until: pass.Until,
				LeaseUntil: b.LeaseUntil, Charge: pass.Charge}, Until: pass.Until}
	}
	t.sessions.wake(s)
	s.enter(pass)
}

// enter puts the session into a pass that it was not in; its last one, if it had any, is over.
func (s *Session) enter(pass *Pass) {
	s.Pass, s.Until = pass.Seq, pass.Until
	if s.Closed == 0 {
		pass.join(s)
	}
}

// Join is a session that entered a live pass: nothing is charged, so its answer need not wait for the
// journal. It is noted at once and written before the team's next entry.
type Join struct {
	Session string  `json:"session"`
	User    string  `json:"user"`
	Product string  `json:"product"`
	Version string  `json:"version,omitempty"`
	Device  string  `json:"device,omitempty"`
	At      Instant `json:"at"`
	Pass    int64   `json:"pass"`
	Code    Code    `json:"code"`
	Source  Source  `json:"source"`
	// LeaseUntil is the end of the lease that was given; 0 is that of the pass's first lease.
	LeaseUntil Instant `json:"lease_until,omitempty"`
}

// SessionsJoined records sessions that entered live passes since the entry before.
type SessionsJoined struct {
	Joins []Join `json:"joins"`
}

// Kind implements Body.
func (*SessionsJoined) Kind() string { return "sessions_joined" }

func (b *SessionsJoined) apply(t *Team, _ *Entry) error {
	for i := range b.Joins {
		t.Join(&b.Joins[i])
	}
	return nil
}

// Join notes a session in a live pass. Noting it again changes nothing; one whose pass is gone meanwhile
// is remembered without it.
func (t *Team) Join(j *Join) {
	pass := t.latest(j.User, j.Product)
	if pass == nil || pass.Seq != j.Pass {
		return
	}
	s := t.session(j.Session, j.At)
	switch {
	case s == nil:
		s = &Session{ID: j.Session, User: j.User, Product: j.Product, Version: j.Version, Device: j.Device,
			First: First{At: j.At, Code: j.Code, Source: j.Source, Pass: pass.Seq, From: pass.From, Until: pass.Until,
				LeaseUntil: cmp.Or(j.LeaseUntil, pass.LeaseUntil)}, Until: pass.Until}
	case s.Pass == j.Pass:
		return
	}
	t.sessions.wake(s)
	s.enter(pass)
	if pass.Floating != "" {
		t.pool(pass.Floating).float(pass)
	}
}

// SessionClosed ends a session, and gives back the charge of its pass when that was a short launch
// (R5.6).
type SessionClosed struct {
	Session string `json:"session"`
	// Reversed is set when the charge went back and the pass ended with it.
	Reversed *Charge `json:"reversed,omitempty"`
}

// Kind implements Body.
func (*SessionClosed) Kind() string { return "session_closed" }

func (b *SessionClosed) apply(t *Team, e *Entry) error {
	s := t.Session(b.Session)
	if s == nil || s.Closed != 0 {
		return fmt.Errorf("session %q is unknown or closed already", b.Session)
	}
	t.sessions.wake(s)
	s.Closed = e.At
	pass := t.latest(s.User, s.Product)
	if pass != nil {
		pass.leave(s)
	}
	if b.Reversed == nil {
		return nil
	}
	if pass == nil || pass.Seq != s.Pass || pass.Charge == nil || pass.Charge.ID != b.Reversed.ID || len(pass.open) != 0 {
		return fmt.Errorf("session %q cannot give back %s (R5.6)", b.Session, b.Reversed.ID)
	}
	if err := t.purse().giveBack(b.Reversed.Draws, drawn, e.At); err != nil {
		return err
	}
	t.unspend(s.User, s.Product, pass.Groups, b.Reversed.Tokens, pass.From)
	t.countWish(pass.Access, -1)
	s.Reversed, s.Until = b.Reversed.Tokens, e.At
	pass.Until, pass.Charge = e.At, nil
	u := t.use(s.User, s.Product)
	u.Reversals = append(slices.DeleteFunc(u.Reversals, func(at Instant) bool { return at <= e.At-Day }), e.At)
	return nil
}

// WriteJoins records joins that were answered already (see Join). The entry is dated when the first of them
// joined: their passes were live then, so a fold finds them however late the entry is written.
func (t *Team) WriteJoins(joins []Join) (Effect, error) {
	return t.change(t.Now(joins[0].At), Caller{}, &SessionsJoined{joins})
}
