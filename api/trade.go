package api

// TradeRatio is what multi-user seats are worth in single-user ones (R8.10): as many single-user seats for each
// so many multi-user ones.
type TradeRatio struct {
	MultiUser  int `json:"multi_user"`  // 1 to 1000
	SingleUser int `json:"single_user"` // 1 to 1000
}

// MaxTradeRatio bounds both numbers of a ratio.
const MaxTradeRatio = 1000

func (r TradeRatio) validate() []FieldError {
	var c checks
	c.must(1 <= r.MultiUser && r.MultiUser <= MaxTradeRatio, "/multi_user", "must be between 1 and 1000")
	c.must(1 <= r.SingleUser && r.SingleUser <= MaxTradeRatio, "/single_user", "must be between 1 and 1000")
	return c
}

// TradeTo is what seats are to be traded for.
type TradeTo string

const (
	TradeToSingleUser TradeTo = "single_user"
	TradeToTokens     TradeTo = "tokens" // refused: there is no trade-in towards tokens (R8.10)
)

// TradeRequest trades seats of a multi-user subscription for single-user ones, for the rest of its term.
type TradeRequest struct {
	ID    string  `json:"id"`             // of the subscription that is made
	Seats int     `json:"seats,omitzero"` // of the one traded in; absent: all that it has left
	To    TradeTo `json:"to,omitzero"`    // absent: single_user
}

// Validate checks each field.
func (r TradeRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	c.must(0 <= r.Seats && r.Seats <= MaxSeats, "/seats", "must be between 1 and 1000000")
	oneOf(&c, "/to", r.To, "", TradeToSingleUser, TradeToTokens)
	return c
}

// Trade is where a subscription came from that was not bought.
type Trade struct {
	Subscription string `json:"subscription"` // the multi-user one
	Seats        int    `json:"seats"`        // of it
}
