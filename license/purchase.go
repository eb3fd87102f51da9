package license

import (
	"fmt"
	"slices"
)

// PackAdded adds a pack: bought, granted by the operator, or moved in from another team.
type PackAdded struct {
	Pack      string  `json:"pack"`
	Size      Tokens  `json:"size"`
	ExpiresAt Instant `json:"expires_at"`
	Price     *Money  `json:"price,omitempty"`
	// Reason says why it was granted or moved; empty for a purchase. From names the other team.
	Reason string `json:"reason,omitempty"`
	From   string `json:"from,omitempty"`
}

// Kind implements Body.
func (*PackAdded) Kind() string { return "pack_added" }

func (b *PackAdded) apply(t *Team, e *Entry) error {
	if t.Packs[b.Pack] != nil || b.Size <= 0 || b.ExpiresAt <= e.At {
		return fmt.Errorf("pack %q is there already, empty or over", b.Pack)
	}
	p := &Pack{ID: b.Pack, Size: b.Size, BoughtAt: e.At, ExpiresAt: b.ExpiresAt, Price: b.Price, Reason: b.Reason, From: b.From, Left: b.Size}
	t.Packs[p.ID] = p
	i, _ := slices.BinarySearchFunc(t.drawable, p, drawOrder)
	t.drawable, t.spentPacks = slices.Insert(t.drawable, i, p), 0
	t.touch(p)
	t.Totals.Bought += p.Size
	t.expect(p.ExpiresAt)
	return nil
}

// BuyPack adds tokens to a team: a purchase (R3.1), or a grant when it has a reason (R3.8).
type BuyPack struct {
	Caller
	Pack   string
	Size   Tokens
	Price  *Money // nil: what the price list asks for this size, if it does
	Reason string
}

// BuyPack adds the pack. The same id, size and reason again give the same pack and add nothing.
func (t *Team) BuyPack(now Instant, cat *Catalog, c BuyPack) (Pack, Effect, error) {
	if old := t.Packs[c.Pack]; old != nil {
		if old.Size != c.Size || old.Reason != c.Reason {
			return Pack{}, Effect{}, fail(ErrConflict, "the pack %q has another size or reason", c.Pack)
		}
		return *old, Effect{}, nil
	}
	if c.Size <= 0 || c.Size > MaxTokens || t.Totals.Bought > 1000*MaxTokens {
		return Pack{}, Effect{}, fail(ErrInvalid, "a pack holds up to 10^12 tokens, and more than none")
	}
	if c.Price == nil && c.Reason == "" {
		c.Price = cat.PackPrice(c.Size)
	}
	effect, err := t.change(now, c.Caller, &PackAdded{Pack: c.Pack, Size: c.Size, ExpiresAt: now + PackLife,
		Price: c.Price, Reason: c.Reason})
	if err != nil {
		return Pack{}, effect, err
	}
	return *t.Packs[c.Pack], effect, nil
}

// PackExpired records what was left when a pack ended (R3.5), dated at that instant.
type PackExpired struct {
	Pack   string  `json:"pack"`
	Due    Instant `json:"due"`
	Tokens Tokens  `json:"tokens"`
}

// Kind implements Body.
func (*PackExpired) Kind() string { return "pack_expired" }

func (b *PackExpired) dueAt() Instant { return b.Due }

func (b *PackExpired) settle(w purse) error {
	return w.shift([]Draw{{b.Pack, b.Tokens}}, left, expired)
}

func (b *PackExpired) apply(t *Team, e *Entry) error {
	p := t.Packs[b.Pack]
	if p == nil || p.Recorded || b.Due != p.ExpiresAt || b.Due != e.At || b.Tokens != p.Left {
		return fmt.Errorf("pack %q does not end so (R3.5)", b.Pack)
	}
	p.Recorded = true
	t.drawable, t.spentPacks = slices.DeleteFunc(t.drawable, func(q *Pack) bool { return q == p }), 0
	return b.settle(t.purse())
}

// TokensWithdrawn takes tokens out of packs (R3.8): back to the operator, or to another team.
type TokensWithdrawn struct {
	ID     string `json:"id"`
	Draws  []Draw `json:"draws"`
	Reason string `json:"reason"`
	To     string `json:"to,omitempty"`
}

// Kind implements Body.
func (*TokensWithdrawn) Kind() string { return "tokens_withdrawn" }

func (b *TokensWithdrawn) apply(t *Team, _ *Entry) error {
	return t.purse().shift(b.Draws, left, withdrawn)
}

// Withdraw takes tokens out of one pack, or out of all in draw order when Pack is empty.
type Withdraw struct {
	Caller        // Key is the withdrawal's id
	Pack   string // empty: as a charge would draw
	Tokens Tokens
	Reason string
	To     string // the team that gets them, for a move
}

// Withdraw takes the tokens whole or not at all, up to what is left (R3.8).
func (t *Team) Withdraw(now Instant, c Withdraw) ([]Draw, Effect, error) {
	var draws []Draw
	if again, err := t.repeated(now, c.Caller, &draws); again || err != nil {
		return draws, Effect{}, err
	}
	draws, o, err := t.withdrawal(now, c)
	if err != nil {
		return nil, Effect{}, err
	}
	effect, err := t.record(now, c.Caller, draws, o.due, &TokensWithdrawn{c.Key, draws, c.Reason, c.To})
	return draws, effect, err
}

// withdrawal finds the draws of a withdrawal.
func (t *Team) withdrawal(now Instant, c Withdraw) ([]Draw, outlook, error) {
	o := t.at(now)
	from := o.packs
	if c.Pack != "" {
		if t.Packs[c.Pack] == nil {
			return nil, o, fail(ErrPackUnknown, "there is no pack %q", c.Pack)
		}
		from = slices.DeleteFunc(slices.Clone(from), func(p *Pack) bool { return p.ID != c.Pack })
	}
	draws, ok := draw(from, now, c.Tokens)
	if c.Tokens <= 0 || !ok {
		return nil, o, fail(ErrWithdrawTooMuch, "%d thousandths were asked for and %d are left", c.Tokens, available(from, now))
	}
	return draws, o, nil
}

// Move takes tokens out of one team into another, each part keeping the expiry of the pack that it came
// from (R3.8). Both effects must become durable together.
func Move(now Instant, from, to *Team, c Withdraw) (out, in Effect, _ error) {
	if from.ID == to.ID {
		return out, in, fail(ErrInvalid, "tokens are moved between two teams")
	}
	if from.receipt(now, c.Key) != nil {
		_, _, err := from.Withdraw(now, c)
		return out, in, err // done before, or a conflict
	}
	c.To = to.ID
	// All that can fail is looked at before either team is changed.
	draws, _, err := from.withdrawal(now, c)
	if err != nil {
		return out, in, err
	}
	bodies := make([]Body, len(draws))
	for i, d := range draws {
		bodies[i] = &PackAdded{Pack: fmt.Sprintf("%s-%d", c.Key, i+1), Size: d.Tokens,
			ExpiresAt: from.Packs[d.Pack].ExpiresAt, Reason: c.Reason, From: from.ID}
		if to.Packs[bodies[i].(*PackAdded).Pack] != nil {
			return out, in, fail(ErrConflict, "the receiving team has a pack %q", bodies[i].(*PackAdded).Pack)
		}
	}
	if _, out, err = from.Withdraw(now, c); err != nil {
		return out, in, err
	}
	in, err = to.record(now, Caller{By: c.By}, nil, to.at(now).due, bodies...)
	return out, in, err
}
