package license

import (
	"errors"
	"slices"
)

// Caller says who asks, and may name the request with a key (R14.3).
type Caller struct {
	By string // operator, key:<id>, user:<id>
	// Key names the request and Print is the fingerprint of what it says; both are empty when the
	// request has an id of its own, or its repetition changes nothing anyway.
	Key   string
	Print string
	// Reach bounds which sessions and jobs are there for the caller.
	Reach Reach
}

// Reach is the part of a team's sessions and jobs that a caller may touch: what is outside is for the caller as if it
// did not exist. The zero value is all of them.
type Reach struct {
	User     string   // of this user; empty: of all
	Products []string // of these products; nil: of all
}

// serves refuses a product that is out of reach, whether it exists or not.
func (r Reach) serves(product string) error {
	if r.Products == nil || slices.Contains(r.Products, product) {
		return nil
	}
	return fail(ErrNotBound, "the key is bound to other products than %s", product)
}

func (r Reach) has(user, product string) bool {
	return (r.User == "" || r.User == user) && r.serves(product) == nil
}

// Effect is what a decision does, applied to the team already and still to be made durable: entries to
// append before anyone is answered, or, of a glance, a join to write before the next entry.
type Effect struct {
	Entries []*Entry
	Join    *Join
	// Notices become durable with the entries.
	Notices []Notice
}

// record applies what has fallen due and then bodies, all at once, and returns their entries. An error is
// a contradiction inside the rules: the team must be loaded again and nothing answered.
func (t *Team) record(now Instant, c Caller, answer any, due []Body, bodies ...Body) (Effect, error) {
	entries := make([]*Entry, 0, len(due)+len(bodies))
	for _, b := range due {
		entries = append(entries, &Entry{At: b.(settler).dueAt(), Body: b})
	}
	for _, b := range bodies {
		entries = append(entries, &Entry{At: now, By: c.By, Body: b})
	}
	for _, e := range entries {
		if err := t.Apply(e); err != nil {
			return Effect{}, err
		}
	}
	if c.Key != "" && len(bodies) > 0 {
		if err := t.sign(entries[len(entries)-1], c, answer); err != nil {
			return Effect{}, err
		}
	}
	return Effect{Entries: entries}, nil
}

// Open asks for a product (R4) and begins a pass when one is needed (R5). A dry run asks the same
// question with the same code and changes nothing.
type Open struct {
	Caller
	Session string
	User    string
	Product string
	Version string
	Device  string
	DryRun  bool
	// Glance asks for an answer only if nothing has to be durable before it; ErrGlance says that it has.
	// A join is then the caller's to write before the next entry.
	Glance bool
}

// ErrGlance answers a glance that would have to record something.
var ErrGlance = errors.New("the answer has to be recorded")

// Answers reports whether a glance at this opening is likely to succeed.
func (t *Team) Answers(now Instant, c Open) bool {
	return c.DryRun || t.session(c.Session, now) != nil || t.live(c.User, c.Product, now) != nil
}

// Open decides. The error is for commands that are wrong in themselves; a refusal is a Grant.
func (t *Team) Open(now Instant, cat *Catalog, c Open) (Grant, Effect, error) {
	if err := c.Reach.serves(c.Product); err != nil {
		return Grant{}, Effect{}, err
	}
	if s := t.session(c.Session, now); s != nil && !c.DryRun {
		g, e, err := s.again(c)
		if err == nil && g.Charge != nil && len(t.Limits) > 0 {
			g.Limits = t.limitsOf(g.Source, s.User, s.Product, now, t.at(now))
		}
		return g, e, err
	}
	if p := cat.Product(c.Product); p != nil && p.Kind == Metered {
		return Grant{}, Effect{}, fail(ErrKindMismatch, "%s is paid per result: start a job instead of opening it", c.Product)
	}
	q := question{user: c.User, product: c.Product, version: c.Version, device: c.Device}
	return t.enact(now, cat, q, c)
}

// again answers a repeated opening (R6.1).
func (s *Session) again(c Open) (Grant, Effect, error) {
	if !c.Reach.has(s.User, s.Product) {
		return Grant{}, Effect{}, fail(ErrConflict, "the session id %q was used for another opening", s.ID)
	}
	if s.User != c.User || s.Product != c.Product || s.Version != c.Version || s.Device != c.Device {
		return Grant{}, Effect{}, fail(ErrConflict, "the session id %q was used for another opening: %s %s on %s by %s",
			s.ID, s.Product, s.Version, s.Device, s.User)
	}
	g := s.grant()
	g.Replayed = true
	return g, Effect{}, nil
}

// enact decides a question and does what follows from it.
func (t *Team) enact(now Instant, cat *Catalog, q question, c Open) (Grant, Effect, error) {
	o := t.at(now)
	v := t.decide(now, cat, q, o)
	g := Grant{Session: c.Session, Outcome: Granted, Code: v.way.code, Source: v.way.source, At: now}
	switch {
	case v.refusal != "":
		g = Grant{Session: c.Session, Outcome: Refused, Code: v.refusal, At: now,
			Needed: v.needed, Available: v.has, Limit: v.limit, Limits: v.limits}
		return g, Effect{}, nil
	case v.join != nil:
		return t.join(now, q, c, v, g)
	}
	body := &PassOpened{Session: c.Session, User: v.user, Product: v.product, Version: q.version, Device: q.device,
		Renewal: q.session != nil, Code: v.way.code, Source: v.way.source, Floating: v.way.floating,
		Until: now + PassLength, LeaseUntil: v.way.leaseUntil, Versions: v.versions, Rate: v.rate, Draws: v.draws, Access: v.access}
	if body.LeaseUntil == 0 {
		body.LeaseUntil = body.Until
	}
	seq := t.Position + int64(len(o.due)) + 1
	g.Pass, g.LeaseUntil = PassRef{passID(seq), now, body.Until}, body.LeaseUntil
	if v.way.source == SourceTokens {
		g.Charge, g.Limits = chargeOf(seq, v.rate, v.draws), v.limits
		body.charge = g.Charge
	}
	if c.DryRun {
		return g, Effect{}, nil
	}
	if c.Glance {
		return Grant{}, Effect{}, ErrGlance
	}
	var first any // the answer, for a caller who named the request
	if c.Key != "" {
		first = g
	}
	effect, err := t.record(now, c.Caller, first, o.due, body)
	effect.Notices = t.warnings(v.limits, q.user, q.product, now)
	return g, effect, err
}

// join answers from a live pass: nothing is charged.
func (t *Team) join(now Instant, q question, c Open, v verdict, g Grant) (Grant, Effect, error) {
	g.Pass, g.LeaseUntil = v.join.Ref(), v.way.leaseUntil
	if c.DryRun || (q.session != nil && q.session.Pass == v.join.Seq) {
		return g, Effect{}, nil
	}
	j := &Join{Session: c.Session, User: v.user, Product: v.product, Version: q.version, Device: q.device,
		At: now, Pass: v.join.Seq, Code: v.way.code, Source: v.way.source}
	if g.LeaseUntil != v.join.LeaseUntil {
		j.LeaseUntil = g.LeaseUntil
	}
	if !c.Glance {
		effect, err := t.WriteJoins([]Join{*j})
		return g, effect, err
	}
	if t.hangsOn(now, v.join, q) {
		return Grant{}, Effect{}, ErrGlance
	}
	t.Join(j)
	return g, Effect{Join: j}, nil
}

// hangsOn reports whether another decision can hang on a session that joins a pass: on its being open, while the
// pass is a floating seat's (R4.4) or could still be given back (R5.6), or on its device being one more (R4.10).
// Such a session is durable before it is answered.
func (t *Team) hangsOn(now Instant, p *Pass, q question) bool {
	young := p.Charge != nil && p.Charge.Tokens > 0 && now < p.From+t.Settings.ShortLaunch
	another := t.Settings.Devices > 0 && q.device != "" && p.device(q.device) < 0
	return p.Floating != "" || young || another
}

// Renew keeps a session going (R5.3): inside its pass it is free, after it the question of R4 is asked
// again. A session that nobody uses renews nothing (R5.5).
type Renew struct {
	Caller
	Session string
	InUse   bool
	Glance  bool // as of Open
}

// Renew decides.
func (t *Team) Renew(now Instant, cat *Catalog, c Renew) (Grant, Effect, error) {
	var first Grant
	if again, err := t.repeated(now, c.Caller, &first); again || err != nil {
		first.Replayed = again
		return first, Effect{}, err
	}
	s := t.session(c.Session, now)
	switch {
	case s == nil, !c.Reach.has(s.User, s.Product):
		return Grant{}, Effect{}, fail(ErrSessionUnknown, "there is no session %q: open the product again", c.Session)
	case s.Closed != 0:
		return Grant{}, Effect{}, fail(ErrSessionClosed, "the session %q was closed: open the product again", c.Session)
	case !c.InUse && now >= s.Until:
		return Grant{Session: s.ID, Outcome: Refused, Code: CodeIdle, At: now}, Effect{}, nil
	}
	q := question{session: s, user: s.User, product: s.Product, version: s.Version, device: s.Device}
	return t.enact(now, cat, q, Open{Caller: c.Caller, Session: s.ID, Glance: c.Glance})
}

// Close ends a session.
type Close struct {
	Caller
	Session string
}

// Close returns the tokens given back: those of a short launch (R5.6), else 0. Closing again gives the
// first answer.
func (t *Team) Close(now Instant, c Close) (Tokens, Effect, error) {
	s := t.session(c.Session, now)
	if s == nil || !c.Reach.has(s.User, s.Product) {
		return 0, Effect{}, fail(ErrSessionUnknown, "there is no session %q", c.Session)
	}
	if s.Closed != 0 {
		return s.Reversed, Effect{}, nil
	}
	body := &SessionClosed{Session: s.ID, Reversed: t.shortLaunch(now, s)}
	effect, err := t.record(now, c.Caller, nil, t.at(now).due, body)
	if body.Reversed == nil {
		return 0, effect, err
	}
	return body.Reversed.Tokens, effect, err
}

// shortLaunch returns the charge that closing s now gives back, or nil (R5.6).
func (t *Team) shortLaunch(now Instant, s *Session) *Charge {
	pass := t.live(s.User, s.Product, now)
	if pass == nil || pass.Seq != s.Pass || pass.Charge == nil || pass.Charge.Tokens == 0 ||
		now >= pass.From+t.Settings.ShortLaunch {
		return nil
	}
	others := len(pass.open) > 1
	if others || t.uses[useKey{s.User, s.Product}].recent(now) >= t.Settings.ShortLaunches {
		return nil
	}
	return pass.Charge
}
