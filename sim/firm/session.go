package firm

import (
	"context"
	"fmt"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

type key struct{ user, product string }

func (v *visit) key() key { return key{v.person.id, v.product} }

// session is a running product.
type session struct {
	id     string
	visit  *visit
	here   license.Instant // until when somebody works in it
	ends   license.Instant // the end of a pass that is on the agenda
	closed bool
}

// by is who a person's products act as.
func by(user string) license.Caller { return license.Caller{By: "user:" + user} }

// come begins visits: who left the product open goes on in it, the others open it.
func (f *firm) come(ctx context.Context, visits []*visit) error {
	var opening []*visit
	var asks []license.Open
	for _, v := range visits {
		if s := f.left[v.key()]; s != nil {
			if err := f.resume(ctx, s, v); err != nil {
				return err
			}
			continue
		}
		opening = append(opening, v)
		asks = append(asks, license.Open{Caller: by(v.person.id), Session: f.name(v), User: v.person.mail,
			Product: v.product, Version: v.version, Device: v.device})
	}
	if len(asks) == 0 {
		return nil
	}
	answers, errs, err := f.desk.OpenAll(ctx, Team, asks)
	if err != nil {
		return fmt.Errorf("opening: %w", err)
	}
	for i, a := range answers {
		if errs[i] != nil {
			return fmt.Errorf("opening %s for %s: %w", asks[i].Product, asks[i].User, errs[i])
		}
		f.opened(opening[i], asks[i].Session, a)
	}
	return nil
}

// name makes a session id: the day, who, what, and a number.
func (f *firm) name(v *visit) string {
	id := date(f.desk.Now().Time()) + "-" + v.person.id + "-" + v.product
	f.names[id]++
	return fmt.Sprintf("%s-%d", id, f.names[id])
}

// opened goes on after the desk's answer.
func (f *firm) opened(v *visit, id string, a desk.Answer) {
	f.heard(v.person.id, v.product, a.Grant)
	if a.Outcome == license.Refused {
		f.again(v, a.Grant)
		return
	}
	s := &session{id: id, visit: v, here: license.InstantOf(v.until)}
	f.goesOn(s, a.Pass.Until)
	f.leaves(s)
}

// heard counts what the desk answered.
func (f *firm) heard(user, product string, g license.Grant) {
	f.played.Commands++
	if g.Charge != nil {
		f.played.Charged += g.Charge.Tokens
	}
	if g.Outcome == license.Refused {
		f.played.Refusals = append(f.played.Refusals, Refusal{g.At, user, product, g.Code})
	}
}

// again lets somebody who was refused for want of tokens try once more later, at work and as long as it is worth it.
func (f *firm) again(v *visit, g license.Grant) {
	if g.Code != license.CodeTokensInsufficient {
		return
	}
	f.runOut(g.At)
	retry := *v
	retry.from = (g.At + 40*license.Minute).Time()
	if retry.from.Hour() >= 18 {
		retry.from = morning(retry.from)
	}
	if !v.glimpse && retry.from.Before(v.until.Add(-20*time.Minute)) {
		f.agenda.visit(&retry)
	}
}

// goesOn asks for the next pass when this one ends with the product still open (R5.3).
func (f *firm) goesOn(s *session, until license.Instant) {
	if s.ends != until && (until < s.here || s.visit.stays) {
		s.ends = until
		f.agenda.note(until, func(ctx context.Context) error { return f.renew(ctx, s, until) })
	}
}

// renew is the end of a pass: with nobody there it is idle, and nothing is charged (R5.5).
func (f *firm) renew(ctx context.Context, s *session, now license.Instant) error {
	if s.closed {
		return nil
	}
	a, err := f.ask(ctx, s, now < s.here)
	if err != nil || a.Outcome == license.Granted {
		return err
	}
	if a.Code == license.CodeIdle {
		return nil
	}
	f.again(s.visit, a.Grant)
	return f.close(ctx, s)
}

// ask renews.
func (f *firm) ask(ctx context.Context, s *session, inUse bool) (desk.Answer, error) {
	a, err := f.desk.Renew(ctx, Team, license.Renew{Caller: by(s.visit.person.id), Session: s.id, InUse: inUse})
	if err != nil {
		return a, fmt.Errorf("renewing %s: %w", s.id, err)
	}
	f.heard(s.visit.person.id, s.visit.product, a.Grant)
	if a.Outcome == license.Granted {
		f.goesOn(s, a.Pass.Until)
	}
	return a, nil
}

// resume goes on in a session that was left open.
func (f *firm) resume(ctx context.Context, s *session, v *visit) error {
	delete(f.left, v.key())
	s.visit, s.here = v, license.InstantOf(v.until)
	a, err := f.ask(ctx, s, true)
	if err != nil {
		return err
	}
	if a.Outcome == license.Refused {
		f.again(v, a.Grant)
		return f.close(ctx, s)
	}
	f.leaves(s)
	return nil
}

// leaves is the end of a visit: the product is closed, or left open.
func (f *firm) leaves(s *session) {
	at := license.InstantOf(s.visit.until)
	f.agenda.note(at, func(ctx context.Context) error {
		if s.visit.stays && !s.closed {
			f.left[s.visit.key()] = s
			return nil
		}
		return f.close(ctx, s)
	})
}

func (f *firm) close(ctx context.Context, s *session) error {
	if s.closed {
		return nil
	}
	s.closed = true
	done, err := f.desk.CloseSession(ctx, Team, license.Close{Caller: by(s.visit.person.id), Session: s.id})
	if err != nil {
		return fmt.Errorf("closing %s: %w", s.id, err)
	}
	f.played.GivenBack += done.Reversed
	f.played.Commands++
	return nil
}
