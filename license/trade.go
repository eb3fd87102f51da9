package license

import "fmt"

// TradeRatio says how many single-user seats the price list gives for multi-user ones (R8.10).
type TradeRatio struct {
	MultiUser  int `json:"multi_user"`
	SingleUser int `json:"single_user"`
}

// DefaultTradeRatio is that of a price list which names none.
var DefaultTradeRatio = TradeRatio{MultiUser: 1, SingleUser: 2}

// maxTradeRatio bounds both numbers, so that no trade overflows.
const maxTradeRatio = 1000

func (r TradeRatio) check() error {
	if r.MultiUser < 1 || r.SingleUser < 1 || r.MultiUser > maxTradeRatio || r.SingleUser > maxTradeRatio {
		return fmt.Errorf("prices/trade_in: both numbers are 1 to %d", maxTradeRatio)
	}
	return nil
}

// TradeIn is the ratio in force.
func (c *Catalog) TradeIn() TradeRatio {
	if r := c.Prices.TradeIn; r != nil {
		return *r
	}
	return DefaultTradeRatio
}

// TradeTo is what seats are to be traded for.
type TradeTo string

// The two that can be asked for. Only the first is ever done (R8.10).
const (
	TradeToSingleUser TradeTo = "single_user"
	TradeToTokens     TradeTo = "tokens"
)

// Trade is where a subscription came from that was not bought: seats of another one.
type Trade struct {
	From  string `json:"from"`  // the multi-user subscription
	Seats int    `json:"seats"` // of it
}

// SeatsTraded turns seats of a multi-user subscription into a single-user one for the rest of its term.
type SeatsTraded struct {
	From   string       `json:"from"`
	Traded int          `json:"traded"`
	Gained Subscription `json:"gained"` // its id is the trade's
}

// Kind implements Body.
func (*SeatsTraded) Kind() string { return "seats_traded" }

func (b *SeatsTraded) apply(t *Team, _ *Entry) error {
	s := t.Subscriptions[b.From]
	if s == nil || s.Kind != MultiUser || b.Traded < 1 || b.Traded > s.InUse() || t.Subscriptions[b.Gained.ID] != nil {
		return fmt.Errorf("%d seats of %q cannot be traded (R8.10)", b.Traded, b.From)
	}
	s.Traded += b.Traded
	t.subscribe(b.Gained)
	return nil
}

// TradeIn asks to trade seats of a multi-user subscription.
type TradeIn struct {
	Caller
	ID    string // of the trade, and of the single-user subscription that it makes
	From  string // the subscription
	Seats int    // of it; 0: all that it still has
	To    TradeTo
}

// TradeIn trades multi-user seats for single-user ones, at the price list's ratio and for the rest of their term
// (R8.10), and returns the new subscription. The same again changes nothing.
func (t *Team) TradeIn(now Instant, cat *Catalog, c TradeIn) (Subscription, Effect, error) {
	if c.To == TradeToTokens {
		return Subscription{}, Effect{}, fail(ErrTradeTokens, "seats cannot be traded in for tokens: there is no trade-in towards tokens")
	}
	if old := t.Subscriptions[c.ID]; old != nil {
		if old.Trade == nil || old.Trade.From != c.From || c.Seats != 0 && c.Seats != old.Trade.Seats {
			return Subscription{}, Effect{}, fail(ErrConflict, "the subscription %q is another one", c.ID)
		}
		return *old, Effect{}, nil
	}
	body, err := t.trade(now, cat.TradeIn(), c)
	if err != nil {
		return Subscription{}, Effect{}, err
	}
	effect, err := t.change(now, c.Caller, body)
	return body.Gained, effect, err
}

// trade finds out what a trade comes to, or why there is none.
func (t *Team) trade(now Instant, ratio TradeRatio, c TradeIn) (*SeatsTraded, error) {
	s := t.Subscriptions[c.From]
	if s == nil {
		return nil, fail(ErrSubscriptionUnknown, "there is no subscription %q", c.From)
	}
	n := c.Seats
	if n == 0 {
		n = s.InUse()
	}
	switch {
	case c.To != TradeToSingleUser:
		return nil, fail(ErrInvalid, "seats are traded for single_user ones, not for %q", c.To)
	case s.Kind != MultiUser:
		return nil, fail(ErrTradeRefused, "%s has single-user seats already: only multi-user ones are traded in", s.ID)
	case now >= s.Until:
		return nil, fail(ErrTradeRefused, "the term of %s is over", s.ID)
	case n < 1 || n > s.InUse():
		return nil, fail(ErrTradeRefused, "%d seats of %s were to be traded in, and it has %d", n, s.ID, s.InUse())
	case n%ratio.MultiUser != 0:
		return nil, fail(ErrTradeRefused, "%d seats are given for each %d: %d is not a multiple", ratio.SingleUser, ratio.MultiUser, n)
	}
	if s.From <= now {
		if used, rest := t.Pools[s.What].inUse(now), t.Pools[s.What].Seats(MultiUser, now)-n; used > rest {
			return nil, fail(ErrSeatsInUse, "%d floating seats of %s are in use and %d would be left: close %d first", used, s.What, rest, used-rest)
		}
	}
	gained := Subscription{ID: c.ID, What: s.What, Kind: SingleUser, Seats: n / ratio.MultiUser * ratio.SingleUser,
		From: max(now, s.From), Until: s.Until, Trade: &Trade{From: s.ID, Seats: n}}
	return &SeatsTraded{From: s.ID, Traded: n, Gained: gained}, nil
}
