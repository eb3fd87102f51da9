package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

// customer opens and closes products for a user, one after the other. Only what was acknowledged is in
// sessions; what was under way when the line broke is in pending.
type customer struct {
	name     string // before the ids of its sessions
	user     string
	rng      *rand.Rand
	n        int
	sessions []*session
	pending  *session
}

// session is an opening, its first answer, and the answer to its closing.
type session struct {
	request  api.SessionRequest
	answer   api.SessionAnswer
	closing  bool // its closing was asked for
	closed   bool // and acknowledged
	reversed api.Tokens
}

func newCustomer(name, user string, seed uint64) *customer {
	return &customer{name: name, user: user, rng: rand.New(rand.NewPCG(seed, 1))}
}

// work goes on until the line breaks.
func (u *customer) work(ctx context.Context, c *client.Client) error {
	for {
		err := u.step(ctx, c)
		var lost *client.Unreachable
		if errors.As(err, &lost) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", u.name, err)
		}
	}
}

// step opens a product, often one that is open already, or closes a session.
func (u *customer) step(ctx context.Context, c *client.Client) error {
	if open := u.open(); len(open) > 0 && u.rng.IntN(3) == 0 {
		u.pending = open[u.rng.IntN(len(open))]
		u.pending.closing = true
	} else {
		u.n++
		product := []string{"autocad", "revit", "maya", "inventor", "flame"}[u.rng.IntN(5)]
		u.pending = &session{request: api.SessionRequest{ID: fmt.Sprintf("%s-%d", u.name, u.n), User: u.user, Product: product, Version: "2026"}}
	}
	return u.finish(ctx, c)
}

func (u *customer) open() (list []*session) {
	for _, s := range u.sessions {
		if !s.closed {
			list = append(list, s)
		}
	}
	return list
}

// finish does what is pending, and notes the answer.
func (u *customer) finish(ctx context.Context, c *client.Client) error {
	s := u.pending
	if s == nil {
		return nil
	}
	if s.closing {
		a, err := c.CloseSession(ctx, crashTeam, s.request.ID)
		if err != nil {
			return err
		}
		s.closed, s.reversed = true, a.Reversed
	} else {
		a, err := c.Open(ctx, crashTeam, s.request)
		if err != nil {
			return err
		}
		if a.Outcome != api.OutcomeGranted {
			return fmt.Errorf("%s was refused: %s", s.request.ID, a.Code)
		}
		s.answer = a
		u.sessions = append(u.sessions, s)
	}
	u.pending = nil
	return nil
}

// sameClaims reports whether two leases say the same; they may have been signed in other company.
func sameClaims(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return strings.Split(*a, ".")[1] == strings.Split(*b, ".")[1]
}

// repeat asks again: decision, pass, charge and lease are those of the first answer, and the position is not
// before it.
func (s *session) repeat(ctx context.Context, c *client.Client) error {
	again, err := c.Open(ctx, crashTeam, s.request)
	if err != nil {
		return fmt.Errorf("opening %s again: %w", s.request.ID, err)
	}
	if again.Position < s.answer.Position {
		return fmt.Errorf("opening %s again: the position went back from %d to %d", s.request.ID, s.answer.Position, again.Position)
	}
	again.Balance, again.Position = s.answer.Balance, s.answer.Position
	claims := cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Lease" }, cmp.Comparer(sameClaims))
	if diff := cmp.Diff(s.answer, again, claims); diff != "" {
		return fmt.Errorf("opening %s again: %s", s.request.ID, diff)
	}
	if !s.closed {
		return nil
	}
	a, err := c.CloseSession(ctx, crashTeam, s.request.ID)
	if err == nil && a.Reversed != s.reversed {
		err = fmt.Errorf("got %s back, the first time %s", a.Reversed, s.reversed)
	}
	if err != nil {
		return fmt.Errorf("closing %s again: %w", s.request.ID, err)
	}
	return nil
}
