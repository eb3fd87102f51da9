package server

import (
	"errors"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// opening is the command that a request makes. A product key speaks for users and so has to name one.
func opening(c *call, in api.SessionRequest) (license.Open, error) {
	whose, err := c.mine(in.User)
	return license.Open{Caller: c.caller(), Session: in.ID, User: whose, Product: in.Product,
		Version: in.Version, Device: in.Device, DryRun: in.DryRun}, err
}

func (s *Server) openSession(c *call, in api.SessionRequest) (api.SessionAnswer, error) {
	open, err := opening(c, in)
	if err != nil {
		return api.SessionAnswer{}, err
	}
	a, err := s.desk.Open(c.r.Context(), c.team, open)
	if err != nil {
		return api.SessionAnswer{}, err
	}
	c.replayed = a.Replayed
	return s.sessionAnswer(&a, in.DryRun), nil
}

// sessionAnswer says what was decided, with a lease for what was granted: by now the grant is durable (R6.2).
func (s *Server) sessionAnswer(a *desk.Answer, dryRun bool) api.SessionAnswer {
	out := decided(a, dryRun)
	if leased(a, dryRun) {
		out.Lease = new(s.signer.sign(leaseOf(a)))
	}
	return out
}

func (s *Server) openSessions(c *call, in api.BulkRequest) (api.BulkAnswer, error) {
	opens := make([]license.Open, len(in.Items))
	var missing []api.FieldError
	for i, item := range in.Items {
		open, err := opening(c, item)
		switch {
		case errors.Is(err, errNotMine):
			return api.BulkAnswer{}, err
		case err != nil:
			missing = append(missing, api.FieldError{Path: at("/items", i) + "/user", Message: "is required"})
		}
		opens[i] = open
	}
	if missing != nil {
		return api.BulkAnswer{}, api.NewProblem(api.CodeBodyInvalid, "", missing[:min(len(missing), 100)]...)
	}
	answers, errs, err := s.desk.OpenAll(c.r.Context(), c.team, opens)
	if err != nil {
		return api.BulkAnswer{}, err
	}
	return s.bulkAnswer(in.Items, answers, errs), nil
}

// bulkAnswer puts the answers in order, their leases signed together.
func (s *Server) bulkAnswer(items []api.SessionRequest, answers []desk.Answer, errs []error) api.BulkAnswer {
	out := api.BulkAnswer{Items: make([]api.SessionAnswer, len(answers))}
	leases, of := make([]api.Lease, 0, len(answers)), make([]int, 0, len(answers))
	for i := range answers {
		a := &answers[i]
		out.Position = a.Position
		if out.Items[i] = decided(a, items[i].DryRun); errs[i] != nil {
			out.Items[i] = wrong(a, errs[i], items[i].ID)
		} else if leased(a, items[i].DryRun) {
			leases, of = append(leases, leaseOf(a)), append(of, i)
		}
	}
	tokens := s.signer.key.SignTogether(leases)
	for i, item := range of {
		out.Items[item].Lease = &tokens[i]
	}
	return out
}

// wrong is the answer of an item that is wrong in itself: its problem's code.
func wrong(a *desk.Answer, err error, session string) api.SessionAnswer {
	p := problemOf(err)
	return api.SessionAnswer{Session: session, Outcome: api.OutcomeError, Code: p.Code, Message: p.Title,
		Balance: api.Available{Available: api.Tokens(a.Available)}, Position: a.Position}
}

// held is what an answer points to, in one piece.
type held struct {
	pass   api.Pass
	charge api.Charge
	until  api.Instant
}

// leased reports whether an answer comes with a lease.
func leased(a *desk.Answer, dryRun bool) bool { return a.Outcome == license.Granted && !dryRun }

// decided says what was decided, without the lease.
func decided(a *desk.Answer, dryRun bool) api.SessionAnswer {
	out := api.SessionAnswer{Session: a.Session, Outcome: api.Outcome(a.Outcome), Code: api.Code(a.Code),
		Source: api.Source(a.Source), Balance: api.Available{Available: api.Tokens(a.Available)}, Position: a.Position}
	out.Limits = limitsLeft(a.Limits)
	if a.Outcome != license.Granted {
		return refused(out, a)
	}
	h := &held{pass: api.Pass{ID: a.Pass.ID, From: api.Instant(a.Pass.From), Until: api.Instant(a.Pass.Until)},
		until: api.Instant(a.LeaseUntil)}
	out.Pass = &h.pass
	if a.Charge != nil {
		h.charge = api.Charge{ID: a.Charge.ID.String(), Tokens: api.Tokens(a.Charge.Tokens), Draws: draws(a.Charge.Draws)}
		out.Charge = &h.charge
	}
	if dryRun { // nothing is there yet that an id could name
		h.pass.ID, h.charge.ID = "", ""
		return out
	}
	out.LeaseExpiresAt = &h.until
	return out
}

func leaseOf(a *desk.Answer) api.Lease {
	return api.Lease{Team: a.Team, User: a.User, Product: a.Product, Device: a.Device, Session: a.Session,
		Pass: a.Pass.ID, Source: api.Source(a.Source), IssuedAt: api.Instant(a.At), ExpiresAt: api.Instant(a.LeaseUntil)}
}

func refused(out api.SessionAnswer, a *desk.Answer) api.SessionAnswer {
	out.Source, out.Message = "", out.Code.Message()
	if a.Code == license.CodeTokensInsufficient {
		needed, has := api.Tokens(a.Needed), api.Tokens(a.Grant.Available)
		out.Needed, out.Available = &needed, &has
	}
	return out
}

func draws(from []license.Draw) []api.Draw {
	to := make([]api.Draw, len(from))
	for i, d := range from {
		to[i] = api.Draw{Pack: d.Pack, Tokens: api.Tokens(d.Tokens)}
	}
	return to
}

func (s *Server) renewSession(c *call, in api.RenewRequest) (api.SessionAnswer, error) {
	renew := license.Renew{Caller: c.keyed(in), Session: c.r.PathValue("session"), InUse: *in.InUse}
	a, err := s.desk.Renew(c.r.Context(), c.team, renew)
	if err != nil {
		return api.SessionAnswer{}, err
	}
	c.replayed = a.Replayed
	return s.sessionAnswer(&a, false), nil
}

func (s *Server) closeSession(c *call, _ api.CloseRequest) (api.CloseAnswer, error) {
	id := c.r.PathValue("session")
	done, err := s.desk.CloseSession(c.r.Context(), c.team, license.Close{Caller: c.caller(), Session: id})
	c.replayed = done.Replayed
	return api.CloseAnswer{Session: id, Reversed: api.Tokens(done.Reversed), Position: done.Position}, err
}

// errSeen stops a look.
var errSeen = errors.New("seen")

// seen looks whether what a request makes is there before it, to say in the answer that this is a repetition.
// The decision itself does not hang on it.
func (s *Server) seen(c *call, there func(desk.View) bool) {
	_, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		if there(v) {
			return errSeen
		}
		return nil
	})
	c.replayed = errors.Is(err, errSeen)
}
